"""A template repository of any size, the same bytes each time: what every benchmark measures against.

::

    python benchmarks/repository.py FOLDER [--templates 10000] [--commits 300] [--changed 40] [--flat]

makes a bare repository with one WorkflowTemplate per file (about 1.8 KB), `templates/group-017/job-00417.yaml`, one tag
per commit (`v1.0.0`, `v1.1.0`, ...) on the branch `main`. Each commit after the first changes `changed` files.
"""

from __future__ import annotations

import argparse
import io
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

EPOCH = 1_700_000_000
PER_FOLDER = 50
_SEED = 20
_WORDS = ("orders", "ledger", "events", "clicks", "stock", "parcels", "invoices", "sensors", "logs", "prices")


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the repository is, and how its history goes."""

    templates: int = 10_000
    commits: int = 300
    changed: int = 40
    """Files changed by each commit after the first."""
    flat: bool = False
    """Repack without delta chains: larger on disk, several times quicker to read."""

    @property
    def tags(self) -> list[str]:
        return [f"v1.{minor}.0" for minor in range(self.commits)]


def name_of(number: int) -> str:
    return f"job-{number:05d}"


def path_of(number: int) -> str:
    return f"templates/group-{number // PER_FOLDER:03d}/{name_of(number)}.yaml"


def template(number: int, revision: int = 0) -> str:
    """One WorkflowTemplate as people write them: comments, a block of script, steps that call other templates."""
    chance = random.Random(f"{_SEED}/{number}")  # noqa: S311 - the same bytes each time is what is wanted
    subject, other = chance.sample(_WORDS, 2)
    lines = "\n".join(f"            {_word(chance)} = {_word(chance)}(row, {_word(chance)!r})" for _ in range(12))
    return f"""\
# {subject} to {other}
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: {name_of(number)}
  labels:
    team: {other}
    revision: "{revision}"
  annotations:
    workflows.argoproj.io/description: |
      Loads {subject}, joins {other}, and writes the result.
spec:
  entrypoint: main
  arguments:
    parameters:
      - name: date
        value: "2024-01-{chance.randrange(1, 29):02d}"
      - name: source
        value: s3://{subject}/{number}
  templates:
    - name: main
      inputs:
        parameters: [{{name: date}}, {{name: source}}]
      dag:
        tasks:
          - name: extract
            template: extract
            arguments:
              parameters:
                - name: source
                  value: "{{{{inputs.parameters.source}}}}"
          - name: load
            dependencies: [extract]
            templateRef:
              name: {name_of(number // 2)}
              template: extract
    - name: extract
      inputs:
        parameters:
          - name: source
            default: s3://{other}
      retryStrategy:
        limit: 3
        retryPolicy: OnTransientError
      script:
        image: registry.example/{subject}:{revision}.{number}
        command: [python]
        source: |
          import sys
          for row in open("{{{{inputs.parameters.source}}}}"):
{lines}
            print(row, file=sys.stdout)
        resources:
          requests:
            cpu: {chance.randrange(1, 9)}00m
            memory: {chance.randrange(1, 9)}Gi
"""


def _word(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz_", k=chance.randrange(4, 11)))


def build(folder: Path, shape: Shape) -> Path:
    """Make the bare repository in `folder`, which must not exist; git's own fast-import writes it."""
    _git("init", "--quiet", "--bare", "--initial-branch=main", str(folder))
    stream = io.BytesIO()
    for revision, tag in enumerate(shape.tags):
        changed = range(shape.templates) if revision == 0 else _changed(shape, revision)
        _write_commit(stream, revision, tag, changed)
    _git("fast-import", "--quiet", folder=folder, stdin=stream.getvalue())
    chains = ["--depth=1"] if shape.flat else []
    _git("repack", "-q", "-adf", *chains, folder=folder)
    return folder


def _changed(shape: Shape, revision: int) -> list[int]:
    chance = random.Random(f"{_SEED}/{shape.templates}/{revision}")  # noqa: S311 - as above
    return sorted(chance.sample(range(shape.templates), min(shape.changed, shape.templates)))


def _write_commit(stream: io.BytesIO, revision: int, tag: str, numbers: Iterable[int]) -> None:
    who = f"Argosy <argosy@example.invalid> {EPOCH + 3600 * revision} +0000"
    message = f"Release {tag}\n"
    stream.write(f"commit refs/heads/main\ncommitter {who}\ndata {len(message)}\n{message}".encode())
    for number in numbers:
        data = template(number, revision).encode()
        stream.write(f"M 100644 inline {path_of(number)}\ndata {len(data)}\n".encode() + data + b"\n")
    stream.write(f"\nreset refs/tags/{tag}\nfrom refs/heads/main\n\n".encode())


def _git(*arguments: str, folder: Path | None = None, stdin: bytes | None = None) -> None:
    place = [] if folder is None else ["--git-dir", str(folder)]
    subprocess.run(["git", *place, *arguments], input=stdin, check=True, capture_output=True)


def _shape_from(arguments: argparse.Namespace) -> Shape:
    return Shape(arguments.templates, arguments.commits, arguments.changed, arguments.flat)


def main() -> None:
    """Make the repository that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--templates", type=int, default=Shape().templates)
    parser.add_argument("--commits", type=int, default=Shape().commits)
    parser.add_argument("--changed", type=int, default=Shape().changed)
    parser.add_argument("--flat", action="store_true", help="repack without delta chains")
    arguments = parser.parse_args()
    print(build(arguments.folder, _shape_from(arguments)))


if __name__ == "__main__":
    main()
