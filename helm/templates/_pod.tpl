{{/* Environment of the container; empty if no value asks for any. */}}
{{- define "javelin.environment" -}}
{{- with .Values.jvmOptions }}
- name: JAVA_TOOL_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- with .Values.huggingFace.tokenSecret }}
- name: HF_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $.Values.huggingFace.tokenKey }}
{{- end }}
{{- with .Values.huggingFace.endpoint }}
- name: HF_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- if .Values.huggingFace.offline }}
- name: HF_HUB_OFFLINE
  value: "1"
{{- end }}
{{- with .Values.tracing.endpoint }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
# Attaches the image's agent.
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: http/protobuf
- name: OTEL_SERVICE_NAME
  value: {{ include "javelin.fullname" $ }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ $.Release.Namespace }},k8s.pod.name=$(POD_NAME),k8s.node.name=$(NODE_NAME)
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ divf $.Values.tracing.samplePercent 100 | quote }}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "javelin.cacheVolume" -}}
{{- if eq .Values.cache.type "claim" -}}
persistentVolumeClaim:
  claimName: {{ default (printf "%s-cache" (include "javelin.fullname" .)) .Values.cache.existingClaim }}
{{- else if eq .Values.cache.type "ephemeral" -}}
ephemeral:
  volumeClaimTemplate:
    metadata:
      labels:
        {{- include "javelin.selectorLabels" . | nindent 8 }}
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .Values.cache.storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ .Values.cache.size }}
{{- else -}}
emptyDir:
  sizeLimit: {{ .Values.cache.size }}
{{- end -}}
{{- end -}}

{{/* The proxy is there before the server downloads its model, and stays as long as streams run: without this it would
     end five seconds after SIGTERM, whatever the server still drains. */}}
{{- define "javelin.istioAnnotations" -}}
proxy.istio.io/config: |
  holdApplicationUntilProxyStarts: true
  terminationDrainDuration: {{ add .Values.shutdown.endpointRemovalSeconds .Values.shutdown.drainSeconds 15 }}s
  proxyMetadata:
    EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"
    MINIMUM_DRAIN_DURATION: {{ add .Values.shutdown.endpointRemovalSeconds 5 }}s
{{- if eq (include "javelin.ownManagementPort" .) "yes" }}
# Prometheus is often outside the mesh.
traffic.sidecar.istio.io/excludeInboundPorts: {{ int .Values.ports.management | quote }}
{{- end }}
{{- end -}}

{{/* Linkerd sends no request twice unless told to. As a native sidecar the proxy starts first and ends last. */}}
{{- define "javelin.linkerdAnnotations" -}}
linkerd.io/inject: enabled
config.linkerd.io/proxy-await: enabled
config.beta.linkerd.io/proxy-enable-native-sidecar: "true"
config.linkerd.io/shutdown-grace-period: {{ add .Values.shutdown.drainSeconds 15 }}s
{{- end -}}
