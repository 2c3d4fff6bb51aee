"""The refusal of two specs that cannot be merged: the controller ends such a Workflow in Error."""

from __future__ import annotations

from argosy.resolver.errors import Denied, Reason


def conflict(problem: str, site: str, remedy: str = "set the field in one of the two only") -> Denied:
    """The Workflow and its WorkflowTemplate cannot be merged at the site."""
    text = f"cannot be laid over the WorkflowTemplate's: {problem}"
    return Denied(Reason.MERGE_CONFLICT, text, site=site, remedy=remedy)
