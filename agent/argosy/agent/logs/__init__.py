"""The agent's log: one line for each thing that happened, for programs (JSON) or for people (text).

Belongs here: how lines look, what may stand in them, which loggers write. Every text is redacted and bounded, whoever
wrote it. Does not belong here: which lines there are; the modules that do the work say so.
"""

from argosy.agent.logs.admissions import Admission, admission_fields
from argosy.agent.logs.configuration import LogFormat, configure
from argosy.agent.logs.logger import Logger

__all__ = ["Admission", "LogFormat", "Logger", "admission_fields", "configure"]
