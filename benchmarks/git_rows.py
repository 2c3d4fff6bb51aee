"""What a version costs that the clone has, has not, or must look for again."""

from __future__ import annotations

import shutil
import statistics
import subprocess
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from argosy.resolver.sources import PullPolicy
from benchmarks.measuring import ROUNDS, Medians, Row, milliseconds, seconds, side_by_side
from benchmarks.repository import path_of
from benchmarks.scene import QUESTION, git, workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.resolver import Resolver
    from benchmarks.scene import Scene

# Releases follow each other within the seconds for which unknown versions are not looked up again.
ASKING = replace(QUESTION, pull_policy=PullPolicy.ALWAYS)


def rows(scene: Scene) -> Iterator[Row]:
    with scene.resolver("git-rows") as resolver:
        resolver.resolve(workflow("v1.0.0"), QUESTION)
        yield _unseen_tag(scene, resolver)
        yield _moving_branch(scene, resolver)
        yield _clone_per_request(scene, resolver)


def _unseen_tag(scene: Scene, resolver: Resolver) -> Row:
    """Each round makes a new release, and both ways meet it for the first time."""
    mirror = scene.folder / "by-git-alone.git"
    subprocess.run(["git", "clone", "--quiet", "--mirror", scene.url, str(mirror)], check=True, env=scene.environment)
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(ROUNDS + 2):
        tag = scene.release(number)
        refspec = f"refs/tags/{tag}:refs/tags/{tag}"
        ours.append(seconds(partial(resolver.resolve, workflow(f"tag:{tag}"), ASKING)))
        theirs.append(
            seconds(partial(git, "fetch", "--quiet", "origin", refspec, folder=mirror, ca_file=scene.ca_file))
        )
    medians = Medians(statistics.median(ours), statistics.median(theirs))
    return Row("unseen tag, end to end / git fetch of that tag alone", medians.ratio, 1.3, detail=medians.detail)


def _moving_branch(scene: Scene, resolver: Resolver) -> Row:
    manifest = workflow("branch:main")
    resolver.resolve(manifest, QUESTION)
    medians = side_by_side(
        lambda: resolver.resolve(manifest, QUESTION),
        lambda: subprocess.run(["git", "ls-remote", scene.url], check=True, capture_output=True, env=scene.environment),
        rounds=ROUNDS + 4,
    )
    return Row("branch with nothing new / git ls-remote", medians.ratio, 1.3, detail=medians.detail)


def _clone_per_request(scene: Scene, resolver: Resolver) -> Row:
    """What peers do that keep no clone: the version fetched for this request alone, one file read, all deleted."""
    manifest = workflow("v1.0.0")
    target = scene.folder / "per-request"

    def clone() -> None:
        command = ["git", "clone", "--quiet", "--depth=1", "--branch=v1.0.0", "--bare", scene.url, str(target)]
        subprocess.run(command, check=True, capture_output=True, env=scene.environment)
        git("show", f"v1.0.0:{path_of(0)}", folder=target)
        shutil.rmtree(target)

    medians = side_by_side(lambda: resolver.resolve(manifest, QUESTION), clone)
    return Row("warm resolve / a clone for the request", medians.ratio, 0.01, detail=medians.detail)


def warm_by_size(small: Scene, large: Scene) -> Row:
    """A warm answer must not care how many templates there are."""
    with small.resolver("warm") as few, large.resolver("warm") as many:
        manifest = workflow("v1.0.0")
        few.resolve(manifest, QUESTION)
        many.resolve(manifest, QUESTION)
        medians = side_by_side(
            lambda: many.resolve(manifest, QUESTION), lambda: few.resolve(manifest, QUESTION), rounds=9, repeat=50
        )
    goal = f"warm resolve among {large.shape.templates} / among {small.shape.templates} templates"
    return Row(goal, medians.ratio, 1.5, detail=f"{milliseconds(medians.measured)} / {milliseconds(medians.reference)}")
