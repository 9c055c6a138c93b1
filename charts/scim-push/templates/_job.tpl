{{/* {root, component} */}}
{{- define "scim-push.podLabels" -}}
{{- $ours := dict "app.kubernetes.io/component" .component -}}
{{- merge $ours (include "scim-push.labels" .root | fromYaml) .root.Values.podLabels | toYaml -}}
{{- end -}}

{{/* `metadata` of a pod's template; a Deployment's has to change with what its pod has read. */}}
{{- define "scim-push.podMetadata" -}}
labels:
  {{- include "scim-push.podLabels" (dict "root" . "component" "push") | nindent 2 }}
{{- $annotations := .Values.podAnnotations }}
{{- if eq .Values.kind "Deployment" }}
{{- $annotations = merge (dict "checksum/config" (include "scim-push.configs" . | sha256sum)) $annotations }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
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
