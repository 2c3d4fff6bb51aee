"""Keeps what is known of Argo's controller in step with its ConfigMap."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from argosy.agent.cluster.asking import Permission, ask
from argosy.agent.controller import ControllerFacts, controller_facts
from argosy.agent.logs import Logger
from argosy.resolver.errors import ArgosyError, Reason, RetryLater

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api

__all__ = ["ControllerWatch"]

_LOG: Final = Logger(__name__)


@dataclass(slots=True)
class ControllerWatch:
    """The facts of the last ConfigMap that could be read; they go on holding while another cannot."""

    api: CoreV1Api
    namespace: str
    config_map: str
    problem: ArgosyError | None = field(default=None, init=False)
    """Why the last look failed; None after one that did not."""
    _facts: ControllerFacts | None = field(default=None, init=False)

    def facts(self) -> ControllerFacts:
        """What holds now; raises what the looks failed with while none has succeeded.

        Nothing is assumed: a Strict controller would end each Workflow that was flattened on a wrong guess.
        """
        if self._facts is not None:
            return self._facts
        raise self.problem or RetryLater(
            Reason.CLUSTER_UNAVAILABLE,
            "the workflow-controller's ConfigMap was not read yet",
            remedy="it will be in a moment",
            delay=1.0,
        )

    def look(self) -> None:
        """Read the ConfigMap once: the body of a loop, to be called every few seconds. Never raises ArgosyError."""
        try:
            facts = self._read()
        except ArgosyError as error:
            if str(error) != str(self.problem):
                _LOG.warning("the workflow-controller's configuration cannot be read", problem=str(error))
            self.problem = error
            return
        self.problem = None
        if facts != self._facts:
            _LOG.info(
                "the workflow-controller's configuration was read",
                templateReferencing=facts.referencing,
                instanceID=facts.instance_id,
            )
        self._facts = facts

    def _read(self) -> ControllerFacts:
        permission = Permission("get", "configmaps", self.config_map, self.namespace)
        answer = ask(self.api.read_namespaced_config_map, self.config_map, self.namespace, permission=permission)
        if answer.status == HTTPStatus.NOT_FOUND:
            # The controller does not start without one, so whoever has none runs it elsewhere or not yet.
            return ControllerFacts()
        return controller_facts(answer.content.get("data") or {})
