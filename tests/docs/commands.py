"""The commands that the pages tell people to run, and a checkout to run them in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from tests.resolver.template_repositories import TemplateRepository

ROOT = Path(__file__).parents[2]
URL = "https://git.example/team/templates.git"
"""The repository of the pages: each test has one of its own in its place."""
ROLLOUT = "kubectl rollout status deployment/argosy --namespace argosy-system --timeout=2m"
ELSEWHERE = {
    "make demo": "tests/examples/test_demo.py",
    "make test": "tests/docs/test_commands.py",
    "argosy agent --standalone --repo .": "tests/process/test_standing_alone.py",
    # These wait for pods, which nothing runs in the tests: `helm test` is played there, and so is a rollout.
    ROLLOUT: "tests/e2e/chart/test_rolling.py",
    "helm test argosy --namespace argosy-system": "tests/e2e/chart/test_helm_test.py",
    "kubectl port-forward --namespace argosy-system deployment/argosy 8080 &": "tests/endpoints/test_endpoints.py",
    "curl --silent 'http://localhost:8080/readyz?verbose'": "tests/endpoints/test_endpoints.py",
}
"""Commands that a test of their own runs, by the file that it is in."""
CONTAINERS = ("make image", "buildah ", "podman ", "skopeo ")
"""How commands about the image begin: tests/e2e/image builds it and runs it."""


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a block of shell."""

    page: Path
    text: str

    @property
    def needs_cluster(self) -> bool:
        return re.search(r"\b(?:kubectl|helm)\b", self.text) is not None


def commands(page: Path) -> list[Command]:
    """All commands of a page in their order, but for those that have a test of their own."""
    blocks = re.findall(
        r"^( *)```(?:sh|bash|shell|console)\n(.*?)^\1```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    lines = "".join(textwrap.dedent(block) for _, block in blocks).replace("\\\n", "").splitlines()
    texts = [re.sub(r"\s{2,}# .*$", "", line).strip() for line in lines]
    return [Command(page, re.sub(r"  +", " ", text)) for text in texts if _is_for_these_tests(text)]


def _is_for_these_tests(text: str) -> bool:
    return text != "" and text not in ELSEWHERE and not text.startswith(CONTAINERS)


def checkout(folder: Path) -> Path:
    """A folder that looks as this repository does to who runs a command there, with templates of theirs in it."""
    repository = TemplateRepository.create(folder)
    for name in ("examples", "helm"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    shutil.copytree(ROOT / "examples" / "repository" / "v0.15.0", folder / "templates")
    shutil.copy(ROOT / "examples" / "hello-world" / "workflow.yaml", folder)
    (folder / "token").write_text("not-a-token", encoding="utf-8")
    (folder / ".gitignore").write_text("*\n!templates/**\n", encoding="utf-8")
    repository.commit("v0.15.0")
    return folder


def run(text: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one command there, as a shell does."""
    command = ["bash", "-o", "pipefail", "-c", text]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=50)
