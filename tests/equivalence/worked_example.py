"""A Workflow, the templates it draws on at two versions, and its flattened form written by hand."""

from __future__ import annotations

from argosy.resolver.flattened import Identity, Rename
from argosy.resolver.lookup import Found
from argosy.resolver.manifests import ResourceName, TemplateName
from argosy.resolver.sources import Revision, VersionKind
from tests.equivalence.library import Library, objects
from tests.equivalence.texts import read

ORIGINAL = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-, annotations: {pipekit.io.templates.gitVersion: v1}}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who, value: me}]}
  podMetadata: {labels: {team: workflow, shared: workflow}}
  templateDefaults: {metadata: {labels: {shared: defaults}}}
  hooks: {exit: {templateRef: {name: tools, template: notify}}}
  templates:
  - name: main
    steps:
    - - {name: build, templateRef: {name: tools, template: build}}
    - - {name: say, template: say, withItems: [1, 2], when: "true"}
  - name: say
    container: {image: local}
  - name: other
    metadata: {annotations: {pipekit.io.templates.gitVersion: v2}}
    dag:
      tasks:
      - {name: newer, templateRef: {name: tools, template: compile}}
"""

TOOLS = """
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: tools}
spec:
  podMetadata: {labels: {team: tools}}
  templates:
  - name: build
    dag:
      tasks:
      - name: compile
        template: compile
        arguments: {parameters: [{name: flag, value: 3}]}
        onExit: notify
        hooks: {running: {template: say, expression: "true"}}
      - name: note
        depends: compile
        inline: {metadata: {labels: {own: "yes"}}, container: {image: inline}}
      - name: named
        depends: note
        inline: {container: {image: inline, args: ["{{node.name}}"]}}
  - name: compile
    inputs: {parameters: [{name: flag, default: 1}]}
    container: {image: compiler, args: ["{{inputs.parameters.flag}}"]}
  - name: notify
    container: {image: mail}
  - name: say
    script: {image: tools, source: echo}
"""

FLATTENED = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-, annotations: {pipekit.io.templates.gitVersion: v1}}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who, value: me}]}
  podMetadata: {labels: {team: workflow, shared: workflow}}
  templateDefaults: {metadata: {labels: {shared: defaults}}}
  onExit: notify
  templates:
  - name: main
    steps:
    - - {name: build, template: build}
    - - {name: say, template: say, withItems: [1, 2], when: "true"}
  - name: say
    container: {image: local}
  - name: other
    metadata: {annotations: {pipekit.io.templates.gitVersion: v2}}
    dag:
      tasks:
      - {name: newer, template: compile-tools-2222222222}
  - name: build
    metadata: {labels: {team: tools}}
    dag:
      tasks:
      - name: compile
        template: compile-tools-1111111111
        arguments: {parameters: [{name: flag, value: "3"}]}
        onExit: notify
        hooks: {running: {template: say-tools-1111111111, expression: "true"}}
      - name: note
        depends: compile
        inline: {metadata: {labels: {own: "yes"}}, container: {image: inline}}
      - name: named
        depends: note
        template: named-tools-1111111111
  - name: compile-tools-1111111111
    metadata: {labels: {team: tools, shared: defaults}}
    inputs: {parameters: [{name: flag, default: "1"}]}
    container: {image: compiler, args: ["{{inputs.parameters.flag}}"]}
  - name: notify
    metadata: {labels: {team: tools, shared: defaults}}
    container: {image: mail}
  - name: say-tools-1111111111
    metadata: {labels: {team: tools, shared: defaults}}
    script: {image: tools, source: echo}
  - name: named-tools-1111111111
    metadata: {labels: {shared: defaults}}
    container: {image: inline, args: ["{{node.name}}"]}
  - name: compile-tools-2222222222
    metadata: {labels: {team: tools, shared: defaults}}
    inputs: {parameters: [{name: flag, default: "1"}]}
    container: {image: compiler-of-v2, args: ["{{inputs.parameters.flag}}"]}
"""

LIBRARY = Library(
    {
        ("git", "v1"): objects([read(TOOLS)]),
        ("git", "v2"): objects([read(TOOLS.replace("image: compiler", "image: compiler-of-v2"))]),
    }
)
RESOURCES = {
    version: LIBRARY.find("WorkflowTemplate", ResourceName("tools"), "git", version) for version in ("v1", "v2")
}
NAMES = {
    ("v1", "build"): "build",
    ("v1", "compile"): "compile-tools-1111111111",
    ("v1", "notify"): "notify",
    ("v1", "say"): "say-tools-1111111111",
    ("v2", "compile"): "compile-tools-2222222222",
}


def taken() -> tuple[Found, ...]:
    resources = sorted(RESOURCES.items(), key=lambda item: item[1].origin)
    return tuple(
        Found(resource, Revision(resource.origin.commit, VersionKind.TAG), version) for version, resource in resources
    )


def renames() -> tuple[Rename, ...]:
    told = [
        Rename(
            Identity(RESOURCES[version].origin, "WorkflowTemplate", ResourceName("tools"), TemplateName(template)),
            TemplateName(name),
        )
        for (version, template), name in NAMES.items()
    ]
    return tuple(sorted(told, key=lambda rename: rename.identity))
