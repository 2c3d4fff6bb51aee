"""All that the agent depends on besides the cluster and git, checked as a whole before anything starts.

Belongs here: the tree of settings with its defaults, the file and the environment it is read from, and where each value
came from. Does not belong here: reading the process's environment (the command line does), what is done with a setting,
and what repositories and policies mean (the resolver).
"""

from argosy.agent.settings.effective import Origin, Value
from argosy.agent.settings.file import data_in, read_file, settings_of
from argosy.agent.settings.keys import resolver_part
from argosy.agent.settings.named_files import credential_files, file_problems
from argosy.agent.settings.reading import Reading, Where, read_settings
from argosy.agent.settings.tree import AgentSettings
from argosy.agent.settings.variables import VARIABLES

__all__ = [
    "VARIABLES",
    "AgentSettings",
    "Origin",
    "Reading",
    "Value",
    "Where",
    "credential_files",
    "data_in",
    "file_problems",
    "read_file",
    "read_settings",
    "resolver_part",
    "settings_of",
]
