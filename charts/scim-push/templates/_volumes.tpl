{{/*
Every volume is mounted as a whole directory: what is mounted by subPath never sees a change. 288 is 0440 in octal, which YAML
1.1 and 1.2 write differently; the pod's fsGroup makes the group its own.
*/}}

{{- define "scim-push.volumes" -}}
- name: tmp
  emptyDir: {}
{{- range $i, $name := include "scim-push.secretNames" . | fromJsonArray }}
- name: secret-{{ $i }}
  secret:
    secretName: {{ $name | quote }}
    defaultMode: 288
{{- end }}
{{- if not .Values.kubernetesApi.enabled }}
{{- range $i, $config := include "scim-push.configs" . | fromJsonArray }}
- name: config-{{ $i }}
  configMap:
    name: {{ $config.name | quote }}
{{- end }}
{{- end }}
{{- with .Values.caBundle.configMap }}
- name: ca
  configMap:
    name: {{ . | quote }}
{{- end }}
{{- with .Values.caBundle.secret }}
- name: ca
  secret:
    secretName: {{ . | quote }}
    defaultMode: 288
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "scim-push.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- range $i, $name := include "scim-push.secretNames" . | fromJsonArray }}
- name: secret-{{ $i }}
  mountPath: /var/run/secrets/scim-push/{{ $name }}
  readOnly: true
{{- end }}
{{- if not .Values.kubernetesApi.enabled }}
{{- range $i, $config := include "scim-push.configs" . | fromJsonArray }}
- name: config-{{ $i }}
  mountPath: /etc/scim-push/{{ $config.name }}
  readOnly: true
{{- end }}
{{- end }}
{{- if or .Values.caBundle.configMap .Values.caBundle.secret }}
- name: ca
  mountPath: /etc/scim-push-ca
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}
