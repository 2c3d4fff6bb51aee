{{/*
The settings file of the agent, as docs/settings.md has it. What only a start can change is told by `argosy.startSettings`
as well, by whose checksum the pods are replaced; the rest is taken anew while they run.
*/}}
{{- define "argosy.settings" -}}
repositories:
{{- range include "argosy.repositories" . | fromYamlArray }}
  - {{ include "argosy.repository" . | nindent 4 | trim }}
{{- end }}
{{- with .Values.policy }}
policy:
  {{- toYaml . | nindent 2 }}
{{- end }}
gracePeriod: {{ .Values.gracePeriod | quote }}
logs:
  {{- toYaml .Values.logs | nindent 2 }}
webhook:
  deadline: {{ .Values.webhook.deadline }}
{{ include "argosy.startSettings" . }}
{{- end }}

{{- define "argosy.startSettings" -}}
sweepInterval: {{ .Values.sweepInterval }}
drain: {{ .Values.drain }}
{{- with .Values.namespaces }}
namespaces:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.installation }}
installation: {{ . | quote }}
{{- end }}
controller:
  {{- toYaml .Values.controller | nindent 2 }}
certificate:
{{- if eq .Values.certificate.from "own" }}
  webhookConfigurations: [{{ include "argosy.clusterName" . }}]
{{- else }}
  folder: /etc/argosy/certificate
{{- end }}
{{- if .Values.pushes.secret }}
pushes:
  port: 8090
  githubSecretFile: /etc/argosy/pushes/github
  gitlabTokenFile: /etc/argosy/pushes/gitlab
{{- end }}
{{- end }}

{{- define "argosy.repository" -}}
alias: {{ .alias }}
url: {{ .url | quote }}
{{- range $key := list "paths" "defaultVersion" "tagFormat" "pullPolicy" "movedTag" "deliver" "deliverTo" "freshness" "stalenessLimit" "fetchTimeout" "proxy" }}
{{- with get $ $key }}
{{ $key }}: {{ toJson . }}
{{- end }}
{{- end }}
{{- range $key := list "maxBlobBytes" "maxCloneBytes" }}
{{- with get $ $key }}
{{ $key }}: {{ int64 . }}
{{- end }}
{{- end }}
{{- with .ca }}
{{- if or .configMap .secret }}
caFile: /etc/argosy/authorities/{{ $.alias }}/ca.crt
{{- end }}
{{- end }}
{{- with .auth }}
{{- if .secret }}
{{- $folder := printf "/etc/argosy/credentials/%s" $.alias }}
{{- $type := .type | default "token" }}
credentials:
{{- if eq $type "ssh" }}
  sshKeyFile: {{ $folder }}/ssh-key
  knownHostsFile: {{ $folder }}/known-hosts
{{- else if eq $type "basic" }}
  username: {{ .username | quote }}
  passwordFile: {{ $folder }}/password
{{- else if eq $type "bearer" }}
  bearerTokenFile: {{ $folder }}/token
{{- else }}
  tokenFile: {{ $folder }}/token
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The keys of a repository's Secret, each under the name that its settings have for it. */}}
{{- define "argosy.credentialItems" -}}
{{- $type := .type | default "token" }}
{{- if eq $type "ssh" -}}
- key: {{ .key | default "ssh-privatekey" }}
  path: ssh-key
- key: {{ .knownHostsKey | default "known_hosts" }}
  path: known-hosts
{{- else if eq $type "basic" -}}
- key: {{ .key | default "password" }}
  path: password
{{- else -}}
- key: {{ .key | default "token" }}
  path: token
{{- end }}
{{- end }}

{{/* What the schema cannot say: each refusal names the value and what to do. */}}
{{- define "argosy.check" -}}
{{- $values := .Values }}
{{- $repositories := include "argosy.repositories" . | fromYamlArray }}
{{- if not (or $repositories $values.webhook.url) }}
{{- fail "there is no repository: give repo.url, as by --set repo.url=https://git.example/team/templates.git, or repositories" }}
{{- end }}
{{- $aliases := dict }}
{{- range $repositories }}
{{- $alias := .alias }}
{{- if hasKey $aliases $alias }}
{{- fail (printf "two repositories have the alias %q: give each an alias of its own (repo.alias, repositories[].alias)" $alias) }}
{{- end }}
{{- $_ := set $aliases $alias true }}
{{- $auth := .auth | default dict }}
{{- $ca := .ca | default dict }}
{{- $type := $auth.type | default "token" }}
{{- $isWeb := hasPrefix "https://" .url }}
{{- if and (not $isWeb) (not (and $auth.secret (eq $type "ssh"))) }}
{{- fail (printf "the repository %q is read by ssh: give auth.secret, a Secret with a private key and known hosts, and auth.type: ssh" $alias) }}
{{- end }}
{{- if and $isWeb $auth.secret (eq $type "ssh") }}
{{- fail (printf "the repository %q is read by https, and auth.type is ssh: give its ssh URL, or another auth.type" $alias) }}
{{- end }}
{{- if and $auth.secret (eq $type "basic") (not $auth.username) }}
{{- fail (printf "the repository %q has auth.type: basic and no user: give auth.username" $alias) }}
{{- end }}
{{- if and $ca.configMap $ca.secret }}
{{- fail (printf "the repository %q has ca.configMap and ca.secret: keep one of them" $alias) }}
{{- end }}
{{- if eq (.deliver | default "OnUse") "Always" }}
{{- if not (and .defaultVersion .deliverTo) }}
{{- fail (printf "the repository %q has deliver: Always: give defaultVersion and deliverTo, which say what is delivered and where" $alias) }}
{{- end }}
{{- else if .deliverTo }}
{{- fail (printf "the repository %q has deliverTo, which is for deliver: Always: leave one of them out, or give both" $alias) }}
{{- end }}
{{- range .deliverTo }}
{{- if and $values.namespaces (not (has . $values.namespaces)) }}
{{- fail (printf "the repository %q is delivered to %q, which is not one of namespaces: add it there, or leave it out of deliverTo" $alias .) }}
{{- end }}
{{- end }}
{{- end }}
{{- with $values.certificate }}
{{- if and (eq .from "existing") (not (and .secret .authority)) }}
{{- fail "certificate.from is existing: give certificate.secret and certificate.authority, by which the API server knows it" }}
{{- end }}
{{- if and (ne .from "existing") (or .secret .authority) }}
{{- fail (printf "certificate.secret and certificate.authority are for certificate.from: existing, which is %s" .from) }}
{{- end }}
{{- if and (ne .from "cert-manager") .issuer }}
{{- fail (printf "certificate.issuer is for certificate.from: cert-manager, which is %s" .from) }}
{{- end }}
{{- end }}
{{- if not $values.webhook.url }}
{{- $deadline := regexFind "^[0-9]+s$" $values.webhook.deadline }}
{{- if and $deadline (ge (trimSuffix "s" $deadline | int) (int $values.webhook.timeoutSeconds)) }}
{{- fail (printf "webhook.deadline is %s and webhook.timeoutSeconds %v: the agent must answer before the API server gives up" $deadline $values.webhook.timeoutSeconds) }}
{{- end }}
{{- $drain := regexFind "^[0-9]+s$" $values.drain }}
{{- if and $drain (ge (trimSuffix "s" $drain | int | add 6) (int64 $values.terminationGracePeriodSeconds)) }}
{{- fail (printf "drain is %s and terminationGracePeriodSeconds %v: let it be 7 more than the drain, which begins 6 seconds late" $drain $values.terminationGracePeriodSeconds) }}
{{- end }}
{{- end }}
{{- if and $values.cache.storageClass $values.cache.existingClaim }}
{{- fail "cache.storageClass and cache.existingClaim exclude each other: keep one of them" }}
{{- end }}
{{- end }}
