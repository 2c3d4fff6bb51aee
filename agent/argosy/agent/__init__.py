"""The process that wires the parts: command line, settings and, in a cluster, the webhook. Holds no template logic."""
