"""The merge is Argo's: its own code, compiled from its Go module, is asked the same questions."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from argosy.resolver.merge.additions import ADDITIONS
from tests.merge.cases import CASES, CONFLICTS
from tests.merge.generated_specs import Maker

if TYPE_CHECKING:
    from tests.merge.oracle import Oracle

# The first to ask compiles the oracle.
pytestmark = pytest.mark.timeout(900)

BATCH = 150
AREAS = st.sampled_from(
    [
        (),
        ("arguments",),
        ("templates",),
        ("templateDefaults",),
        ("hooks", "metrics", "volumes", "workflowMetadata"),
        ("nodeSelector", "podMetadata", "tolerations", "imagePullSecrets", "hostAliases"),
    ]
)


def test_argo_agrees_with_every_case(oracle: Oracle) -> None:
    known = [case for case in CASES if not ADDITIONS["WorkflowSpec"].keys() & case.workflow.keys()]
    assert not oracle.differences((case.workflow, case.template) for case in known)
    assert len(known) > 30


def test_argo_refuses_every_conflict(oracle: Oracle) -> None:
    answers = oracle.answers({"workflow": case.workflow, "template": case.template} for case in CONFLICTS)
    assert len(CONFLICTS) == sum(answer["error"].startswith("join: ") for answer in answers)


# Seeds and not whole specs are drawn: hypothesis would take seconds for what a generator makes in milliseconds.
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), directives=st.booleans(), area=AREAS)
def test_argo_agrees_with_generated_specs(oracle: Oracle, seed: int, directives: bool, area: tuple[str, ...]) -> None:  # noqa: FBT001 - drawn
    maker = Maker(random.Random(seed), directives=directives)  # noqa: S311 - no secret is made of it
    differences = oracle.differences(maker.pair(area) for _ in range(BATCH))
    assert not differences, min(differences, key=len)


def test_the_oracle_tells_a_wrong_answer(oracle: Oracle) -> None:
    wrong = {"workflow": {"entrypoint": "w"}, "template": {"onExit": "t"}, "merged": {"entrypoint": "w"}}
    (answer,) = oracle.answers([wrong])
    assert answer["result"] != answer["merged"]
