{{- define "argosy.selector" -}}
app.kubernetes.io/name: argosy
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "argosy.labels" -}}
{{ include "argosy.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "argosy.image" -}}
{{ .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}
{{- else }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

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

{{/* All that both webhooks have in common. */}}
{{- define "argosy.webhook" -}}
admissionReviewVersions: [v1]
# caBundle is not set here: the agent writes the authority of its own certificate there, and an upgrade leaves it.
clientConfig:
{{- if .Values.webhook.url }}
  url: {{ .Values.webhook.url | quote }}
{{- else }}
  service:
    name: argosy
    namespace: {{ .Release.Namespace }}
    path: /admit
    port: 443
{{- end }}
# A Workflow that asks for a version must not run without it; one that asks for none never gets here.
failurePolicy: Fail
matchPolicy: Equivalent
reinvocationPolicy: IfNeeded
sideEffects: NoneOnDryRun
timeoutSeconds: {{ .Values.webhook.timeoutSeconds }}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values:
        {{- toYaml (append .Values.webhook.excludedNamespaces .Release.Namespace | uniq | sortAlpha) | nindent 8 }}
{{- end }}
