"""`make demo`, as a person sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path_factory.mktemp("home"))}
    command = [sys.executable, str(EXAMPLES / "demo.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=55).stdout


def test_the_workflow_of_the_talk_is_resolved_at_two_tags_a_branch_a_commit_and_a_range(shown: str) -> None:
    rules = [line.strip("─ ") for line in shown.splitlines() if line.startswith("─") and " at " in line]

    versions, taken = zip(*(rule.split(" at ")[0].split(" is ") for rule in rules), strict=True)
    commit = versions[3]
    assert versions == ("v0.14.64", "v0.15.0", "feature/loud", commit, ">=0.14 <1")
    assert taken[:3] == ("refs/tags/v0.14.64", "refs/tags/v0.15.0", "refs/heads/feature/loud")
    assert (len(commit), taken[3]) == (40, "a commit")
    assert taken[4].startswith("refs/tags/v0.")


def test_what_went_in_stands_beside_what_came_out(shown: str) -> None:
    heads = [line for line in shown.splitlines() if "what went in" in line]
    sides = [line.split("│")[1:3] for line in shown.splitlines() if line.count("│") == 3]

    assert ["what came out" in line for line in heads] == [True] * 5
    assert sum("templateRef:" in went_in for went_in, _ in sides) == 5
    assert not any("templateRef:" in came_out for _, came_out in sides)


def test_a_template_is_followed_from_its_use_to_its_end_and_a_real_agent_is_asked(shown: str) -> None:
    assert "deleted" in shown
    assert shown.count("allowed, with a patch: ") == 3
    assert "v9.9.9: denied, 422 VersionNotFound: " in shown
    assert 'argosy_admissions_total{dry_run="false",kind="Workflow",outcome="flattened",reason=""} 3.0' in shown
