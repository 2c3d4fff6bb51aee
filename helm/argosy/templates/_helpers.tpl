{{- define "argosy.selector" -}}
app.kubernetes.io/name: argosy
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "argosy.labels" -}}
{{ include "argosy.selector" . }}
{{ include "argosy.commonLabels" . }}
{{- end }}

{{- define "argosy.commonLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The name of what is outside of the release's namespace: a cluster may have several installations for some namespaces. */}}
{{- define "argosy.clusterName" -}}
argosy{{ with .Values.namespaces }}-{{ $.Release.Namespace }}{{ end }}
{{- end }}

{{- define "argosy.serviceAccount" -}}
{{ .Values.serviceAccount.name | default "argosy" }}
{{- end }}

{{- define "argosy.subjects" -}}
subjects:
  - kind: ServiceAccount
    name: {{ include "argosy.serviceAccount" . }}
    namespace: {{ .Release.Namespace }}
{{- end }}

{{- define "argosy.image" -}}
{{ .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}
{{- else }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* The Secret that holds the serving certificate. */}}
{{- define "argosy.certificateSecret" -}}
{{ ternary .Values.certificate.secret "argosy-certificate" (eq .Values.certificate.from "existing") }}
{{- end }}

{{/* All repositories as the values have them, each with its alias: `fromYamlArray` reads it. */}}
{{- define "argosy.repositories" -}}
{{- $all := list }}
{{- if .Values.repo.url }}
{{- $all = append $all (merge (dict "alias" (.Values.repo.alias | default "templates")) .Values.repo) }}
{{- end }}
{{- toYaml (concat $all .Values.repositories) }}
{{- end }}

{{/* Whether what asks for no version may get one, so that everything with templates has to reach the agent. */}}
{{- define "argosy.matchesAll" -}}
{{- $all := or .Values.webhook.matchAll .Values.policy.defaultVersions }}
{{- range include "argosy.repositories" . | fromYamlArray }}
{{- $all = or $all .defaultVersion }}
{{- end }}
{{- if $all }}true{{ end }}
{{- end }}

{{/* The namespaces whose Workflows reach the agent, as the webhook's selector says it. */}}
{{- define "argosy.namespaceSelector" -}}
{{- $own := .Values.webhook.namespaceSelector }}
{{- $names := dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" .Values.namespaces }}
{{- if not .Values.namespaces }}
{{- $excluded := append .Values.webhook.excludedNamespaces .Release.Namespace | uniq | sortAlpha }}
{{- $names = dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" $excluded }}
{{- end }}
{{- with $own.matchLabels }}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{- end }}
matchExpressions:
  {{- toYaml (prepend ($own.matchExpressions | default list) $names) | nindent 2 }}
{{- end }}
