"""The API server as the agent's parts use it: one client, one way of asking, errors that say what to do.

Belongs here: connecting, asking with a time limit, turning refusals into errors, and what is read of the cluster to
know how to behave. Does not belong here: what is written there (`delivery`, `events`, `certificates`). Whoever needs
it imports from the module itself: the client costs half a second of imports.
"""
