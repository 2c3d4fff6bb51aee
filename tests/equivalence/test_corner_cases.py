"""Shapes that chance seldom draws: each is the same in flattened form, or denied for its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver import contract
from argosy.resolver.errors import Reason
from argosy.resolver.flattened import Mode
from tests.equivalence.library import Library, library_of, objects
from tests.equivalence.texts import read
from tests.equivalence.verdicts import EQUAL, verdict

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

CALLING = "{entrypoint: main, templates: [{name: main, steps: [[{name: call, templateRef: {name: t, template: d}}]]}]}"

CASES: dict[str, tuple[str, str, str]] = {
    "a name that the Workflow lacks is not answered by a copy": (
        """
        entrypoint: main
        templates:
        - name: main
          steps: [[{name: a, template: d, onExit: e}, {name: b, templateRef: {name: t, template: d}}]]
        """,
        "{templates: [{name: d, steps: [[{name: x, template: e}]]}, {name: e, container: {image: x}}]}",
        EQUAL,
    ),
    "a hook's name that only a run knows is left": (
        """
        entrypoint: main
        templates:
        - name: main
          inputs: {parameters: [{name: h, default: main}]}
          steps: [[{name: a, templateRef: {name: t, template: d}, onExit: "{{inputs.parameters.h}}"}]]
        """,
        "{templates: [{name: d, container: {image: x}}]}",
        EQUAL,
    ),
    "a hook's name that only a run knows, in git": (
        CALLING,
        """
        templates:
        - name: d
          inputs: {parameters: [{name: h, default: e}]}
          steps: [[{name: a, template: e, onExit: "{{inputs.parameters.h}}"}]]
        - {name: e, container: {image: x}}
        """,
        Reason.DYNAMIC_REFERENCE,
    ),
    "a name that an argument of the Workflow gives, in git": (
        f"{{arguments: {{parameters: [{{name: n, value: e}}]}}, {CALLING[1:]}",
        """
        templates:
        - name: d
          steps:
          - - name: a
              templateRef: {name: t, template: "{{ workflow.parameters.n }}"}
              onExit: "{{workflow.parameters.n}}"
        - {name: e, container: {image: x}}
        """,
        EQUAL,
    ),
    "tasks that templateDefaults adds to every DAG, by reference": (
        """
        entrypoint: main
        templateDefaults: {dag: {tasks: [{name: extra, templateRef: {name: t, template: e}}]}}
        templates: [{name: main, dag: {tasks: [{name: a, templateRef: {name: t, template: d}}]}}]
        """,
        "{templates: [{name: d, dag: {tasks: [{name: a, template: e}]}}, {name: e, container: {image: x}}]}",
        EQUAL,
    ),
    "tasks that templateDefaults adds to every DAG, by name": (
        """
        entrypoint: main
        templateDefaults: {dag: {tasks: [{name: extra, template: e}]}}
        templates:
        - {name: main, dag: {tasks: [{name: a, templateRef: {name: t, template: d}}]}}
        - {name: e, container: {image: own}}
        """,
        "{templates: [{name: d, dag: {tasks: [{name: a, template: e}]}}, {name: e, container: {image: x}}]}",
        Reason.UNFLATTENABLE,
    ),
    "a body that reads all of its inputs": (
        CALLING,
        """
        templates:
        - name: d
          inputs: {parameters: [{name: p, default: 1}]}
          steps: [[{name: a, inline: {container: {image: x, args: ["{{inputs.parameters}}"]}}}]]
        """,
        EQUAL,
    ),
    "a body whose expressions read an input of its own": (
        CALLING,
        """
        templates:
        - name: d
          inputs: {parameters: [{name: p, default: 1}]}
          steps:
          - - name: a
              arguments: {parameters: [{name: p, value: 2}]}
              inline:
                inputs: {parameters: [{name: p}]}
                script: {image: x, source: "{{=inputs.parameters['p']}} {{= steps.name + '-' }}"}
        """,
        EQUAL,
    ),
    "a body whose artifact lies elsewhere": (
        CALLING,
        """
        templates:
        - name: d
          inputs: {artifacts: [{name: f, path: /outer, raw: {data: text}}]}
          steps:
          - - name: a
              arguments: {artifacts: [{name: f, from: "{{inputs.artifacts.f}}"}]}
              inline:
                inputs: {artifacts: [{name: f, path: /inner}]}
                container: {image: x, args: ["{{inputs.artifacts.f.path}}"]}
        """,
        EQUAL,
    ),
    "a body that loops": (
        CALLING,
        """
        templates:
        - name: d
          steps: [[{name: a, withItems: [1], inline: {container: {image: x, args: ["{{steps.name}}"]}}}]]
        """,
        EQUAL,
    ),
    "numbers of every kind": (
        CALLING,
        """
        templates:
        - name: d
          steps:
          - - name: a
              template: e
              withItems: [{inputs: {parameters: [{value: 1}]}}, 2.50, true]
              arguments: {parameters: [{name: p, value: 1.50}, {name: q, value: 12345678901234567890}]}
        - name: e
          inputs: {parameters: [{name: p, enum: [1, 2.0, true], description: 5}, {name: q, default: 1.0e-7}]}
          container: {image: x}
        """,
        EQUAL,
    ),
    "an exit handler that reads the failures": (
        """
        entrypoint: main
        hooks: {exit: {templateRef: {name: t, template: d}}}
        templates: [{name: main, container: {image: own}}]
        """,
        "{templates: [{name: d, container: {image: x, args: ['{{workflow.failures}}']}}]}",
        EQUAL,
    ),
    "an exit handler that reads the failures by an expression": (
        """
        entrypoint: main
        hooks: {exit: {templateRef: {name: t, template: d}, arguments: {parameters: [{name: p, value: v}]}}}
        templates: [{name: main, container: {image: own}}]
        """,
        "{templates: [{name: d, container: {image: x, args: ['{{=workflow.failures}}']}}]}",
        EQUAL,
    ),
    "an exit handler with arguments that reads the failures": (
        """
        entrypoint: main
        hooks: {exit: {templateRef: {name: t, template: d}, arguments: {parameters: [{name: p, value: v}]}}}
        templates: [{name: main, container: {image: own}}]
        """,
        "{templates: [{name: d, container: {image: x, args: ['{{workflow.failures}}']}}]}",
        Reason.UNFLATTENABLE,
    ),
    "an object that calls itself, under pod metadata that differs": (
        "{workflowTemplateRef: {name: t}, podMetadata: {labels: {a: workflow}}}",
        """
        entrypoint: d
        podMetadata: {labels: {a: template}}
        templates:
        - {name: e, container: {image: x}}
        - {name: d, steps: [[{name: a, templateRef: {name: t, template: d}}, {name: b, template: e}]]}
        """,
        EQUAL,
    ),
    "an object that calls itself, under the same pod metadata": (
        "{workflowTemplateRef: {name: t}, podMetadata: {labels: {b: workflow}}}",
        """
        entrypoint: d
        podMetadata: {labels: {a: template}}
        templates:
        - {name: e, container: {image: x}}
        - {name: d, steps: [[{name: a, templateRef: {name: t, template: d}}, {name: b, template: e}]]}
        """,
        EQUAL,
    ),
    "a priority that a copied template reads": (
        "{workflowTemplateRef: {name: t}}",
        """
        entrypoint: d
        priority: 7
        suspend: true
        templates: [{name: d, container: {image: x, args: ["{{workflow.priority}}"]}}]
        """,
        EQUAL,
    ),
    "an entrypoint that an argument gives": (
        "{workflowTemplateRef: {name: t}, arguments: {parameters: [{name: e, value: d}]}}",
        "{entrypoint: '{{workflow.parameters.e}}', templates: [{name: d, container: {image: x}}]}",
        EQUAL,
    ),
}


@pytest.mark.parametrize(("spec", "template", "expected"), CASES.values(), ids=list(CASES))
def test_flattened(spec: str, template: str, expected: str) -> None:
    resource = _object("WorkflowTemplate", {"name": "t"}, template)
    assert verdict(_workflow(spec), library_of([resource]), Mode.FLATTEN) == expected


def test_a_body_that_gets_a_name_keeps_the_version_of_what_held_it() -> None:
    first = """
        templates:
        - name: d
          metadata: {labels: {pipekit.io.templates.gitVersion: v2}}
          steps:
          - - name: a
              inline: {steps: [[{name: b, templateRef: {name: t, template: e}, when: "'{{node.name}}' != ''"}]]}
        - {name: e, container: {image: first}}
        """
    texts = {"v1": first, "v2": first.replace("image: first", "image: second")}
    releases = {
        ("templates", version): objects([_object("WorkflowTemplate", {"name": "t"}, text)])
        for version, text in texts.items()
    }
    assert verdict(_workflow(CALLING), Library(releases), Mode.FLATTEN) == EQUAL


def _workflow(spec: str) -> JsonObject:
    return _object("Workflow", {"generateName": "corner-", "annotations": {contract.VERSION: "v1"}}, spec)


def _object(kind: str, metadata: JsonObject, spec: str) -> JsonObject:
    return {"apiVersion": contract.API_VERSION, "kind": kind, "metadata": metadata, "spec": read(spec)}
