{{/* Labels and annotations of the pod's template; a Deployment's has to change with what its pod has read. */}}
{{- define "scim-push.podMetadata" -}}
labels:
  {{- with .Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- include "scim-push.labels" . | nindent 2 }}
  app.kubernetes.io/component: push
{{- $checksum := eq .Values.kind "Deployment" }}
{{- if or $checksum .Values.podAnnotations }}
annotations:
  {{- if $checksum }}
  checksum/config: {{ include "scim-push.configs" . | sha256sum }}
  {{- end }}
  {{- with .Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* `spec` of a Job, also a CronJob's. */}}
{{- define "scim-push.jobSpec" -}}
{{- with .Values -}}
parallelism: 1
completions: 1
backoffLimit: {{ int .backoffLimit }}
{{- /* 0 is a value like any other here. */}}
{{- if not (kindIs "invalid" .activeDeadlineSeconds) }}
activeDeadlineSeconds: {{ int .activeDeadlineSeconds }}
{{- end }}
{{- if not (kindIs "invalid" .ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ int .ttlSecondsAfterFinished }}
{{- end }}
{{- with .podFailurePolicy }}
podFailurePolicy:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
template:
  metadata:
    {{- include "scim-push.podMetadata" . | nindent 4 }}
  spec:
    {{- $serves := include "scim-push.listens" . }}
    {{- include "scim-push.podSpec" (dict "root" . "args" (include "scim-push.args" .) "serves" $serves "restartPolicy" "Never") | trim | nindent 4 }}
{{- end -}}
