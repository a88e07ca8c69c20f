{{- define "scrubjay.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* 52 characters leave room for the longest suffix, "-dashboard". */}}
{{- define "scrubjay.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "scrubjay.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "scrubjay.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "scrubjay.selectorLabels" -}}
app.kubernetes.io/name: {{ include "scrubjay.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "scrubjay.labels" -}}
{{ include "scrubjay.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "scrubjay.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "scrubjay.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "scrubjay.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* What SPDK's device is, without what comes before and behind it: /dev/sdb, /srv/pool.img, 0000:01:00.0. */}}
{{- define "scrubjay.spdk.path" -}}
{{- .Values.spdk.device | trimSuffix ",fallocate" | regexFind ":.*" | trimPrefix ":" }}
{{- end }}

{{/* Where the pool lies, which decides what the pod is allowed: directory, file, block or controller. */}}
{{- define "scrubjay.medium" -}}
{{- if eq .Values.engine "file" }}directory
{{- else if hasPrefix "nvme:" .Values.spdk.device }}controller
{{- else if hasPrefix "/dev/" (include "scrubjay.spdk.path" .) }}block
{{- else }}file
{{- end }}
{{- end }}

{{/* The device as the agent sees it: a file is mounted elsewhere, under a name of ours. */}}
{{- define "scrubjay.spdk.device" -}}
{{- if eq (include "scrubjay.medium" .) "file" }}
{{- $driver := splitList ":" .Values.spdk.device | first }}
{{- printf "%s:/var/lib/scrubjay/device%s" $driver (ternary ",fallocate" "" (hasSuffix ",fallocate" .Values.spdk.device)) }}
{{- else }}
{{- .Values.spdk.device }}
{{- end }}
{{- end }}

{{/* Whether SPDK's thread keeps its core busy all the time. */}}
{{- define "scrubjay.polls" -}}
{{- if eq .Values.engine "spdk" }}
{{- $mode := index .Values.config "scrubjay.spdk.mode" | default "" | toString }}
{{- if or (eq (include "scrubjay.medium" .) "controller") (hasPrefix "uring:" .Values.spdk.device) (eq $mode "poll") }}yes{{ end }}
{{- end }}
{{- end }}

{{/* Whether the pod has cores for itself. */}}
{{- define "scrubjay.exclusive" -}}
{{- if and (include "scrubjay.polls" .) (gt (int .Values.spdk.exclusiveCores) 0) }}yes{{ end }}
{{- end }}

{{/* The names a client may call an agent by, which its certificate needs. */}}
{{- define "scrubjay.hosts" -}}
{{- $name := include "scrubjay.fullname" . }}
{{- $hosts := list $name }}
{{- if .Values.service.local }}{{ $hosts = append $hosts (printf "%s-local" $name) }}{{ end }}
{{- range .Values.nodes }}{{ $hosts = append $hosts (printf "%s-%s" $name .name) }}{{ end }}
{{- range $i, $host := $hosts }}
{{- if $i }}{{ ternary " and " ", " (eq (add1 $i) (len $hosts)) }}{{ end }}
{{- printf "%s.%s.svc" $host $.Release.Namespace }}
{{- end }}
{{- end }}

{{- define "scrubjay.privileged" -}}
{{- $medium := include "scrubjay.medium" . }}
{{- if or (eq $medium "controller") (and (eq $medium "block") .Values.spdk.privileged) }}yes{{ end }}
{{- end }}

{{/* A key or value in a properties file, but for what only one of them needs. */}}
{{- define "scrubjay.escaped" -}}
{{- toString . | replace "\\" "\\\\" | replace "\n" "\\n" | replace "\r" "\\r" | replace "\t" "\\t" | replace "\f" "\\f" }}
{{- end }}

{{/* 2Mi and 1Gi as numbers: 2 and 1024. */}}
{{- define "scrubjay.mebibytes" -}}
{{- mul (trimSuffix "Mi" . | trimSuffix "Gi") (ternary 1024 1 (hasSuffix "Gi" .)) }}
{{- end }}

{{/* Whether anything is mounted at /etc/scrubjay/auth. */}}
{{- define "scrubjay.authFiles" -}}
{{- with .Values.auth }}
{{- if or .tokensSecret.name .uploadKeySecret.name (and .oidc.issuer .oidc.showServiceAccount) }}yes{{ end }}
{{- end }}
{{- end }}

{{/* Where something, the agent or Kubernetes, would only fail later and less clearly. */}}
{{- define "scrubjay.validate" -}}
{{- $auth := .Values.auth }}
{{- if not (or $auth.tokensSecret.name $auth.oidc.issuer .Values.tls.clientCaSecret.name $auth.insecure) }}
{{- fail (printf "the agent does not start without authentication. Make a Secret, as in\n  kubectl -n %s create secret generic scrubjay-tokens --from-literal=tokens=\"admin me $(openssl rand -hex 32)\"\nand set auth.tokensSecret.name=scrubjay-tokens; or set auth.oidc.issuer or tls.clientCaSecret.name; or, where nobody else reaches the network, auth.insecure=true" .Release.Namespace) }}
{{- end }}
{{- if and $auth.insecure (or $auth.tokensSecret.name $auth.oidc.issuer .Values.tls.clientCaSecret.name) }}
{{- fail "auth.insecure is set beside auth.tokensSecret, auth.oidc or tls.clientCaSecret: remove the one that is not meant" }}
{{- end }}
{{- if and .Values.tls.clientCaSecret.name (not .Values.tls.secretName) }}
{{- fail "tls.clientCaSecret needs TLS: set tls.secretName" }}
{{- end }}
{{- if eq .Values.port .Values.managementPort }}
{{- fail "port and managementPort are the same" }}
{{- end }}
{{- $names := dict }}
{{- range .Values.nodes }}
{{- $service := printf "%s-%s" (include "scrubjay.fullname" $) .name }}
{{- if gt (len $service) 63 }}
{{- fail (printf "the service of nodes[].name=%s would be called %s, which is longer than 63 characters: give the node a shorter name, and its kubernetes.io/hostname as hostname" .name $service) }}
{{- end }}
{{- if or (hasKey $names .name) (and $.Values.service.local (eq .name "local")) }}
{{- fail (printf "nodes[].name=%s: there is a service of that name already; give the node another name, and its kubernetes.io/hostname as hostname" .name) }}
{{- end }}
{{- $_ := set $names .name true }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.monitoring) }}
{{- fail "the network policy would keep Prometheus out: say in networkPolicy.monitoring where it is, as in\n  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}" }}
{{- end }}
{{- if and .Values.prometheusRule.enabled (not .Values.serviceMonitor.enabled) }}
{{- fail "prometheusRule looks at what serviceMonitor scrapes: set serviceMonitor.enabled" }}
{{- end }}
{{- if eq .Values.engine "spdk" }}
{{- $medium := include "scrubjay.medium" . }}
{{- $spdk := .Values.spdk }}
{{- if not $spdk.device }}
{{- fail "engine spdk needs spdk.device" }}
{{- end }}
{{- if and (eq $medium "block") (not $spdk.privileged) (not $spdk.deviceResource) }}
{{- fail "the kernel's device filter keeps a container from a block device: set spdk.deviceResource to what a device plugin hands out, or spdk.privileged=true" }}
{{- end }}
{{- if and $spdk.deviceResource (or (ne $medium "block") $spdk.privileged) }}
{{- fail "spdk.deviceResource is for a block device without spdk.privileged" }}
{{- end }}
{{- if and (include "scrubjay.exclusive" .) (not (.Values.resources.limits | default dict).memory) }}
{{- fail "spdk.exclusiveCores makes the pod Guaranteed, which takes a limit of memory: set resources.limits.memory" }}
{{- end }}
{{- if include "scrubjay.exclusive" . }}
{{- $cores := int $spdk.exclusiveCores }}
{{- range $kind := list "requests" "limits" }}
{{- $cpu := toString ((index $.Values.resources $kind | default dict).cpu | default "") }}
{{- $byDefault := and (eq $kind "requests") (eq $cpu "500m") }}
{{- if not (or (eq $cpu "") $byDefault (eq $cpu (toString $cores)) (eq $cpu (printf "%d000m" $cores))) }}
{{- fail (printf "resources.%s.cpu is %s, but spdk.exclusiveCores gives the pod %d whole cores: leave resources.%s.cpu out, set spdk.exclusiveCores to the number you want, or to 0 for shared cores" $kind $cpu $cores $kind) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and (eq $medium "controller") (not $spdk.hugepages.amount) }}
{{- fail "an NVMe controller reaches hugepages only: set spdk.hugepages.amount" }}
{{- end }}
{{- with $spdk.hugepages }}
{{- if .amount }}
{{- $amount := include "scrubjay.mebibytes" .amount | int }}
{{- $memory := int $spdk.memoryMebibytes }}
{{- if lt $amount $memory }}
{{- fail (printf "spdk.hugepages.amount=%s does not hold spdk.memoryMebibytes=%d" .amount $memory) }}
{{- end }}
{{- if mod $amount (include "scrubjay.mebibytes" .pageSize | int) }}
{{- fail (printf "spdk.hugepages.amount=%s is no whole number of pages of spdk.hugepages.pageSize=%s" .amount .pageSize) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
