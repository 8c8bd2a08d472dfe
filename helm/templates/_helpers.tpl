{{- define "javelin.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* 50 characters leave room for suffixes within the 63 of a DNS label. */}}
{{- define "javelin.fullname" -}}
{{- $name := include "javelin.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "javelin.selectorLabels" -}}
app.kubernetes.io/name: {{ include "javelin.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "javelin.labels" -}}
{{ include "javelin.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "javelin.serviceAccountName" -}}
{{- $otherwise := ternary (include "javelin.fullname" .) "default" .Values.serviceAccount.create -}}
{{- default $otherwise .Values.serviceAccount.name -}}
{{- end -}}

{{- define "javelin.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* "yes" if /actuator has a port of its own, else empty. */}}
{{- define "javelin.ownManagementPort" -}}
{{- if and (not .Values.inferencePool.enabled) (ne (int .Values.ports.management) (int .Values.ports.http)) -}}
yes
{{- end -}}
{{- end -}}

{{/* The name of the container's port that serves /actuator. */}}
{{- define "javelin.metricsPort" -}}
{{- ternary "management" "http" (eq (include "javelin.ownManagementPort" .) "yes") -}}
{{- end -}}

{{/* What the metrics of this release's pods have in common in Prometheus. */}}
{{- define "javelin.metricsSelector" -}}
{{- printf "namespace=%q,job=%q" .Release.Namespace (printf "%s-metrics" (include "javelin.fullname" .)) -}}
{{- end -}}

{{- define "javelin.autoscaled" -}}
{{- if and .Values.autoscaling.hpa.enabled .Values.autoscaling.keda.enabled -}}
{{- fail "autoscaling.hpa.enabled and autoscaling.keda.enabled exclude each other: KEDA makes a HorizontalPodAutoscaler of its own" -}}
{{- end -}}
{{- if gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas) -}}
{{- fail (printf "autoscaling.minReplicas is %d, it must be at most autoscaling.maxReplicas, %d" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if or .Values.autoscaling.hpa.enabled .Values.autoscaling.keda.enabled -}}
yes
{{- end -}}
{{- end -}}

{{/* "yes" if all pods share a volume that only one node can mount. */}}
{{- define "javelin.oneNodeCache" -}}
{{- if and (eq .Values.cache.type "claim") (has .Values.cache.accessMode (list "ReadWriteOnce" "ReadWriteOncePod")) -}}
{{- if or (gt (int .Values.replicas) 1) (eq (include "javelin.autoscaled" .) "yes") -}}
{{- fail (printf "cache.accessMode is %s, with which several pods cannot share a claim: use ReadWriteMany, or cache.type ephemeral or emptyDir" .Values.cache.accessMode) -}}
{{- end -}}
yes
{{- end -}}
{{- end -}}

{{/* How fast pods are added and removed, for HPA and KEDA alike. */}}
{{- define "javelin.scalingBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - type: Percent
      value: 100
      periodSeconds: 60
scaleDown:
  stabilizationWindowSeconds: {{ int .Values.autoscaling.scaleDownDelaySeconds }}
  policies:
    - type: Pods
      value: 1
      periodSeconds: 60
{{- end -}}

{{/* The server's application.yaml. */}}
{{- define "javelin.application" -}}
{{- $s := .Values.settings -}}
{{- $drain := printf "%ds" (int .Values.shutdown.drainSeconds) -}}
{{- $javelin := dict
  "backend" $s.backend
  "max-context-tokens" $s.maxContextTokens
  "max-sequences" $s.maxSequences
  "max-step-tokens" $s.maxStepTokens
  "max-queued-requests" $s.maxQueuedRequests
  "kv-cache-size" $s.kvCacheSize
  "prefix-cache" $s.prefixCache
  "cpu-threads" $s.cpuThreads
  "max-request-size" (printf "%dMB" (int $s.maxRequestMegabytes))
  "keep-alive" (printf "%ds" (int $s.keepAliveSeconds))
  "drain-timeout" $drain -}}
{{- if $s.model -}}
{{- $_ := set $javelin "model" $s.model -}}
{{- end -}}
{{- if $s.servedModelName -}}
{{- $_ := set $javelin "served-model-name" $s.servedModelName -}}
{{- end -}}
{{- $config := dict "javelin" $javelin "server" (dict "port" (int .Values.ports.http)) -}}
{{- if eq (include "javelin.ownManagementPort" .) "yes" -}}
{{- $_ := set $config "management" (dict "server" (dict "port" (int .Values.ports.management))) -}}
{{- end -}}
{{- $config = mustMergeOverwrite $config (deepCopy .Values.extraConfig) -}}
{{- if or (hasKey .Values.extraConfig "javelin.drain-timeout") (ne (index $config "javelin" "drain-timeout") $drain) -}}
{{- fail "extraConfig sets javelin.drain-timeout: set shutdown.drainSeconds, from which the pod's grace period is computed, too" -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}
