"""What is in the image, and that it runs with nothing but a folder to write to."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import template_repository

from tests.e2e.image.images import BUILDING_SECONDS, NAME, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.image.images import Image

# The first test waits for the build.
pytestmark = pytest.mark.timeout(BUILDING_SECONDS)

EXAMPLE = ROOT / "examples" / "hello-world"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
CACHE = "/var/cache/argosy"
WRITABLE = """
import os
for folder, _, _ in os.walk("/"):
    if not folder.startswith(("/proc", "/sys", "/dev")) and os.access(folder, os.W_OK):
        print(folder)
"""
SPECIAL = """
import os, stat
for folder, _, files in os.walk("/usr"):
    for name in files:
        path = os.path.join(folder, name)
        if os.lstat(path).st_mode & (stat.S_ISUID | stat.S_ISGID):
            print(path)
"""


def _configuration(image: Image) -> Any:
    (inspected,) = json.loads(image.podman("image", "inspect", NAME).stdout)
    return inspected["Config"]


def test_the_container_tells_its_version(image: Image) -> None:
    done = image.run("--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"argosy {VERSION}\n", "")


def test_the_image_says_what_it_is_and_who_it_runs_as(image: Image) -> None:
    configuration = _configuration(image)

    labels = {key.removeprefix("org.opencontainers.image."): value for key, value in configuration["Labels"].items()}
    assert labels["version"] == VERSION
    assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?", labels["revision"])
    assert (labels["title"], labels["licenses"]) == ("Argosy", "Apache-2.0")
    assert configuration["User"] == "65532:65532"


def test_the_example_is_resolved_on_a_root_that_cannot_be_written(image: Image, tmp_path: Path) -> None:
    templates = template_repository.build(tmp_path / "templates")
    # As git itself, it reads no repository of somebody else.
    subprocess.run(["chown", "-R", "65532", str(templates)], check=True)
    mounted = (f"--volume={templates}:/templates:ro", f"--volume={EXAMPLE}:/work:ro", f"--tmpfs={CACHE}")

    done = image.run("resolve", "/work/workflow.yaml", "--repo", "/templates", options=mounted)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (EXAMPLE / "expected.yaml").read_text(encoding="utf-8")


def test_nothing_can_be_written_but_the_cache(image: Image) -> None:
    assert image.python(WRITABLE).split() == []
    assert image.python(WRITABLE, f"--tmpfs={CACHE}").split() == [CACHE]


def test_no_program_runs_as_somebody_else_than_who_starts_it(image: Image) -> None:
    assert image.python(SPECIAL).split() == []


def test_the_bill_of_materials_lists_what_is_locked(image: Image) -> None:
    text = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==(\S+) (?:\\$|; implementation_name)", text, re.MULTILINE))

    bill = json.loads(image.python("print(open('/usr/share/doc/argosy/sbom.cdx.json').read())"))

    assert bill["bomFormat"] == "CycloneDX"
    assert {(re.sub("[-_.]+", "-", one["name"]).lower(), one["version"]) for one in bill["components"]} == locked
    assert (bill["metadata"]["component"]["name"], bill["metadata"]["component"]["version"]) == ("argosy", VERSION)


def test_nothing_is_left_of_how_it_was_built(image: Image) -> None:
    left = image.python(
        "import os; print([p for p in ('/etc/pip.conf', '/run/secrets', '/tools') if os.path.exists(p)])"
    )

    assert left == "[]\n"
    assert image.python("import importlib.util; print(importlib.util.find_spec('pip'))") == "None\n"
