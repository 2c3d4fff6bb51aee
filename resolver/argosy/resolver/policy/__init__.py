"""Which namespace may use which repository, version and path; and what to do about tags that moved.

Belongs here: rules, the decisions they lead to, their part of the settings file. Decisions are functions of plain
data: refs and history come in as arguments.
Does not belong here: finding versions or objects, caching a decision.
"""

from argosy.resolver.policy.decisions import DefaultVersion, Grant, Policy
from argosy.resolver.policy.moved_tags import check_moved_tag
from argosy.resolver.policy.rules import History, Rule
from argosy.resolver.policy.settings import policy_from

__all__ = ["DefaultVersion", "Grant", "History", "Policy", "Rule", "check_moved_tag", "policy_from"]
