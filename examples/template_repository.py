"""Makes the template repositories of the examples: the same commits, byte for byte, on every machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).parent

# Fixed, so that the commit ids in the expected files are always the same.
_WHO_AND_WHEN = {
    "GIT_AUTHOR_NAME": "Template Team",
    "GIT_AUTHOR_EMAIL": "templates@example.com",
    "GIT_COMMITTER_NAME": "Template Team",
    "GIT_COMMITTER_EMAIL": "templates@example.com",
}
_NO_CONFIGURATION = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Step:
    """One commit: a folder of content, the branch it goes on, the tag it gets."""

    content: str
    branch: str = "main"
    tag: str = ""
    start: str = ""
    """The ref that a new branch starts from."""


HISTORY = (
    Step("repository/v0.14.64", tag="v0.14.64"),
    Step("repository/v0.15.0", tag="v0.15.0"),
    Step("repository/main"),
    Step("repository/feature-loud", branch="feature/loud", start="v0.14.64"),
)
MONOREPO = (
    Step("monorepo/repository/greet-v1.0.0", tag="greet/v1.0.0"),
    Step("monorepo/repository/notify-v1.0.0", tag="notify/v1.0.0"),
    Step("monorepo/repository/greet-v1.1.0", tag="greet/v1.1.0"),
)
HISTORIES = {"templates": HISTORY, "monorepo": MONOREPO}
"""By the alias that the settings of the examples have for it."""


def build(folder: Path, history: tuple[Step, ...] = HISTORY) -> Path:
    """A git work tree in `folder`, by default with tags v0.14.64 and v0.15.0 and branches main and feature/loud."""
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--object-format=sha1", "--initial-branch=main")
    for day, step in enumerate(history, start=1):
        if step.start:
            _git(folder, "checkout", "--quiet", "-b", step.branch, step.start)
        _replace_content(folder, EXAMPLES / step.content)
        _git(folder, "add", "--all")
        _git(folder, "commit", "--quiet", f"--message=Templates as in {Path(step.content).name}", day=day)
        if step.tag:
            _git(folder, "tag", step.tag)
    _git(folder, "checkout", "--quiet", "main")
    return folder


def _replace_content(folder: Path, content: Path) -> None:
    for old in folder.glob("*.yaml"):
        old.unlink()
    for new in content.glob("*.yaml"):
        shutil.copy(new, folder / new.name)


def _git(folder: Path, *arguments: str, day: int = 1) -> None:
    date = f"2026-01-{day:02}T12:00:00+00:00"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **_NO_CONFIGURATION, **_WHO_AND_WHEN}
    environment |= {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment)


if __name__ == "__main__":
    place, alias = (*sys.argv[1:], "templates")[:2]
    print(build(Path(place), HISTORIES[alias]))
