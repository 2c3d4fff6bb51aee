{{/*
CEL: whether one of the mappings in a list has a key that asks for something. What is absent leaves the list; what is
no mapping is passed over, since admission comes before validation.
*/}}
{{- define "argosy.oneAsks" -}}
.exists(carrier, type(carrier) == map && carrier.exists(key, key.startsWith("pipekit.io.templates.")))
{{- end }}

{{/*
CEL: whether an object asks for a version in a place that the agent reads: the object's own metadata, workflowMetadata,
each template, and each inline body of a template's steps and tasks. Takes the path of the WorkflowSpec, and whether
the object has a workflowMetadata of its own beside it, as a CronWorkflow does.
*/}}
{{- define "argosy.asks" -}}
[
  ?object.?metadata.?labels,
  ?object.?metadata.?annotations,
{{- if .outer }}
  ?object.?spec.?workflowMetadata.?labels,
  ?object.?spec.?workflowMetadata.?annotations,
{{- end }}
  ?{{ .spec }}.?workflowMetadata.?labels,
  ?{{ .spec }}.?workflowMetadata.?annotations,
  ?{{ .spec }}.?templateDefaults.?metadata.?labels,
  ?{{ .spec }}.?templateDefaults.?metadata.?annotations,
  ?{{ .spec }}.?templateDefaults.?annotations
]{{ include "argosy.oneAsks" . }}
||
[?{{ .spec }}.?templates].exists(templates, type(templates) == list && templates.exists(template,
  [
    ?template.?metadata.?labels,
    ?template.?metadata.?annotations,
    ?template.?annotations
  ]{{ include "argosy.oneAsks" . }}
  ||
  [?template.?steps].exists(groups, type(groups) == list && groups.exists(group,
    type(group) == list && group.exists(caller,
      [
        ?caller.?inline.?metadata.?labels,
        ?caller.?inline.?metadata.?annotations,
        ?caller.?inline.?annotations
      ]{{ include "argosy.oneAsks" . }}
    )
  ))
  ||
  [?template.?dag.?tasks].exists(tasks, type(tasks) == list && tasks.exists(caller,
    [
      ?caller.?inline.?metadata.?labels,
      ?caller.?inline.?metadata.?annotations,
      ?caller.?inline.?annotations
    ]{{ include "argosy.oneAsks" . }}
  ))
))
{{- end }}

{{/* CEL: whether there is anything in a WorkflowSpec that a default version could be for. */}}
{{- define "argosy.hasTemplates" -}}
{{ .spec }}.?templates.hasValue() || {{ .spec }}.?workflowTemplateRef.hasValue()
{{- end }}

{{/*
CEL: whether an update of a CronWorkflow changes what it runs. The controller writes status and annotations at each
tick, which is no business of the agent and must go on without it.
*/}}
{{- define "argosy.changes" -}}
request.operation == "CREATE" || object.?spec != oldObject.?spec ||
[
  "pipekit.io.templates.gitVersion",
  "pipekit.io.templates.gitRepo",
  "pipekit.io.templates.pullPolicy"
].exists(key,
  object.?metadata.?labels[?key] != oldObject.?metadata.?labels[?key] ||
  object.?metadata.?annotations[?key] != oldObject.?metadata.?annotations[?key]
)
{{- end }}
