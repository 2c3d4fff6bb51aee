"""All that the agent depends on besides the cluster and git, checked as a whole before anything starts.

Belongs here: the tree of settings with its defaults, the file and the environment it is read from. Does not belong
here: reading the process's environment (the command line does), and what repositories and policies mean (the resolver).
"""

from argosy.agent.settings.environment import VARIABLES, settings_of
from argosy.agent.settings.tree import AgentSettings, agent_settings_from

__all__ = ["VARIABLES", "AgentSettings", "agent_settings_from", "settings_of"]
