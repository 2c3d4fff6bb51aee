"""Every word that a person reads whose Workflow is refused, or stored with a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.e2e.admission.conftest import Site, configured, served_templates, stored
from tests.e2e.admission.installing import installed_agent
from tests.resolver.template_repositories import TemplateRepository, images, workflow

if TYPE_CHECKING:
    from collections.abc import Generator

    from argosy.resolver.manifests import Manifest
    from tests.controlplane.cluster import ControlPlane

pytestmark = pytest.mark.needs("helm")

PLACE = "spec.templates[0].steps[0][0].templateRef"


@pytest.fixture(scope="module")
def shared(own_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """A site with three repositories, one of which no test-* namespace may use."""
    folder = tmp_path_factory.mktemp("shared")
    with served_templates(folder) as (git, templates):
        TemplateRepository.create(folder / "git" / "private").commit("v1.0.0", secret="image:1")
        TemplateRepository.create(folder / "git" / "pinned").commit("v1.0.0", sealed="image:1")
        rules = [
            {"namespaces": ["prod-*"], "tagsOnly": True},
            {"namespaces": ["test-*"], "repositories": ["templates", "pinned"]},
        ]
        repositories = [configured(git), configured(git, "pinned", movedTag="Refuse"), configured(git, "private")]
        settings = {"repositories": repositories, "policy": {"rules": rules}}
        with installed_agent(own_control_plane, folder, settings) as agent:
            yield Site(own_control_plane, agent, git, templates, own_control_plane.namespace())


def _denied(reason: str, text: str) -> tuple[int, str]:
    """The status and the whole standard error of `kubectl create`."""
    webhook = 'admission webhook "workflows.argosy.pipekit.io" denied the request'
    return 1, f'Error from server ({reason}): error when creating "STDIN": {webhook}: {text}\n'


def _calling(template: str) -> Manifest:
    """A Workflow that calls that template of the WorkflowTemplate `hello`."""
    manifest = cast("Any", workflow("v1.0.0"))
    manifest["spec"]["templates"][0]["steps"][0][0]["templateRef"]["template"] = template
    return cast("Manifest", manifest)


@pytest.mark.parametrize(
    ("manifest", "prefix", "reason", "text"),
    [
        (
            workflow("v1.0.0", template="helo"),
            "test",
            "TemplateNotFound",
            "there is no WorkflowTemplate 'helo' in templates at {commit:.12}; did you mean hello?",
        ),
        (
            workflow("v1.0.0", template="secret"),
            "test",
            "TemplateNotFound",
            (
                "there is no WorkflowTemplate 'secret' in templates at {commit:.12}; "
                "check the name, the version, and the paths of the repository"
            ),
        ),
        (
            _calling("mian"),
            "test",
            "TemplateNotFound",
            (
                "WorkflowTemplate/hello (templates@{commit:.12} hello.yaml) has no template 'mian' at version v1.0.0; "
                "its templates are: main"
            ),
        ),
        (
            workflow("v1.0.9"),
            "test",
            "VersionNotFound",
            (
                "version 'v1.0.9' was not found: no such tag, no such branch, no tag of such a version; "
                "similar: v1.0.0, v1.1.0; the highest versions: v1.1.0, v1.0.0, v0.15.0; the default branch: main"
            ),
        ),
        (
            workflow("v1..0"),
            "test",
            "InvalidVersion",
            (
                "'v1..0' is neither a name nor a range: git's revision syntax (~ ^ : @ ..) is not read; write a tag, "
                "a branch, a commit, a full ref name (refs/...), latest, or a range such as ^1.2 or 1.x"
            ),
        ),
        (
            workflow("v1.0.0", template="secret", repository="private"),
            "test",
            "UnknownRepository",
            "namespace {namespace} has no repository 'private'; the repositories it may use: templates, pinned",
        ),
        (
            workflow("branch:feature/loudly"),
            "prod",
            "ForbiddenVersion",
            (
                "namespace {namespace} may not use branch feature/loudly of repository templates; "
                "use a tag, or the very commit that such a tag points at"
            ),
        ),
    ],
)
def test_a_denial_is_one_line_with_the_place_the_problem_and_the_remedy(
    shared: Site, manifest: Manifest, prefix: str, reason: str, text: str
) -> None:
    namespace = shared.namespace if prefix == "test" else shared.plane.namespace(prefix)
    commit = shared.templates.git("rev-parse", "v1.0.0")

    done = shared.create(manifest, namespace=namespace)

    expected = _denied(reason, f"{PLACE}: {text.format(commit=commit, namespace=namespace)}")
    assert (done.returncode, done.stderr) == expected


def test_a_tag_that_moved_is_warned_of_or_refused_as_the_repository_says(shared: Site) -> None:
    pinned = TemplateRepository(shared.git.root / "pinned")
    assert [stored(shared.create(workflow("v1.1.0"))), stored(shared.create(workflow("v1.0.0", template="sealed")))]
    moved = []
    for repository, tag, template in ((shared.templates, "v1.1.0", "hello"), (pinned, "v1.0.0", "sealed")):
        before = repository.git("rev-parse", tag)
        moved.append((before, repository.commit(**{template: "image:moved"})))
        repository.git("tag", "--force", tag)

    warned = shared.create(workflow("v1.1.0", pull_policy="Always"))
    refused = shared.create(workflow("v1.0.0", template="sealed", pull_policy="Always"))

    (before, after), (first, second) = moved
    warning = f"Warning: tag v1.1.0 of repository templates was at {before} and is now at {after}\n"
    assert (warned.stderr, images(stored(warned))) == (warning, ["image:moved"])
    text = (
        f"tag v1.0.0 of repository pinned was at {first} and is now at {second}; "
        f"write commit:{first} or commit:{second} for the one you mean, or ask for a new tag"
    )
    assert (refused.returncode, refused.stderr) == _denied("TagMoved", f"{PLACE}: {text}")


def test_without_an_agent_only_what_asks_for_a_version_is_refused(shared: Site) -> None:
    shared.agent.stop()
    try:
        assert stored(shared.create(workflow())).get("spec") == workflow().get("spec")
        refused = shared.create(workflow("v1.0.0"))
    finally:
        shared.agent.start()

    port = shared.agent.ports["webhook"]
    expected = (
        'Error from server (InternalError): error when creating "STDIN": Internal error occurred: '
        'failed calling webhook "workflows.argosy.pipekit.io": failed to call webhook: '
        f'Post "https://127.0.0.1:{port}/admit?timeout=10s": dial tcp 127.0.0.1:{port}: connect: connection refused\n'
    )
    assert (refused.returncode, refused.stderr) == (1, expected)
    assert images(stored(shared.create(workflow("v1.0.0")))) == ["image:1"]
