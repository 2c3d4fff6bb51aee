"""Notes what the tests in `tests/flatten` flatten, as `python -m tests.e2e.equivalence.noting FILE`.

They hold the cases of flatten-semantics, section 10. So each case is written down once, and the controller judges the
very input that those tests judge.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from argosy.resolver import flatten as flattening

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = Path("tests") / "flatten"
OF_CASES = ("test_conformance_*.py", "test_overlooked_by_argo.py", "test_versions_asked.py")


@dataclass(slots=True)
class Notes:
    """One for each Workflow and each test, with the templates it was flattened with."""

    written: list[dict[str, Any]] = field(default_factory=list["dict[str, Any]"])
    _seen: list[tuple[str, Any]] = field(default_factory=list["tuple[str, Any]"])

    def around(self, flatten: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, which also takes a note; what it gave is no new Workflow when it comes back."""

        def noting(manifest: Any, lookup: Any, **options: Any) -> Any:
            test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
            if (test, manifest) not in self._seen and hasattr(lookup, "_versions"):
                self._seen.append((test, orjson.loads(orjson.dumps(manifest))))
                self.written.append({"test": test, "workflow": manifest, "releases": _releases(lookup)})
                self.written[-1] = orjson.loads(orjson.dumps({**self.written[-1], "default": lookup.default_version}))
            result = flatten(manifest, lookup, **options)
            self._seen.append((test, orjson.loads(orjson.dumps(result.manifest))))
            return result

        return noting


def _releases(lookup: Any) -> list[dict[str, Any]]:
    return [
        {
            "repository": origin.repository,
            "version": version,
            "manifests": [resource.manifest for resource in lookup._resources[origin].values()],
        }
        for origin, version in lookup._versions.items()
    ]


def main(file: Path) -> int:
    notes = Notes()
    files = sorted(str(path) for pattern in OF_CASES for path in TESTS.glob(pattern))
    flattening.flatten = notes.around(flattening.flatten)  # before the tests import it
    status = pytest.main(["-q", "-p", "no:cacheprovider", *files])
    file.write_bytes(orjson.dumps(notes.written))
    return int(status)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
