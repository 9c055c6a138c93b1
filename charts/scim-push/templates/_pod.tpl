{{/* The pod, the same in every kind. */}}

{{/* Whether the container has a port. */}}
{{- define "scim-push.listens" -}}
{{- if or (eq .Values.kind "Deployment") .Values.metrics.enabled }}true{{ end -}}
{{- end -}}

{{- define "scim-push.command" -}}
{{- if eq .Values.kind "Deployment" }}serve{{ else }}push{{ end -}}
{{- end -}}

{{/* Which SyncConfigs, and how to log: what every command takes. */}}
{{- define "scim-push.commonArgs" -}}
{{- $root := . -}}
{{- if .Values.selector }}
- --selector
- {{ .Values.selector | quote }}
{{- end }}
{{- range include "scim-push.configs" . | fromJsonArray }}
- --config
{{- if $root.Values.kubernetesApi.enabled }}
- {{ printf "%s/%s" (lower .carrier) .name | quote }}
{{- else }}
- {{ printf "/etc/scim-push/%s/syncconfig.yaml" .name | quote }}
{{- end }}
{{- end }}
{{- with .Values.log.level }}
- --log-level
- {{ . | quote }}
{{- end }}
- --log-format
- {{ .Values.log.format | quote }}
{{- end -}}

{{/* The job under which metrics are pushed. */}}
{{- define "scim-push.pushgatewayJob" -}}
{{- default (include "scim-push.fullname" .) .Values.metrics.pushgateway.job -}}
{{- end -}}

{{- define "scim-push.args" -}}
- {{ include "scim-push.command" . }}
{{ include "scim-push.commonArgs" . | trim }}
{{- if eq .Values.log.format "json" }}
{{- /* A report in text between lines of JSON would break who reads the log; the log says the same, line by line. */}}
- --output
- none
{{- end }}
{{- if not .Values.kubernetesApi.enabled }}
- --lock
- none
{{- else if .Values.lock.wait }}
- --lock-wait
- {{ .Values.lock.wait | quote }}
{{- end }}
{{- if eq .Values.kind "Deployment" }}
- --schedule
- {{ .Values.schedule | quote }}
{{- with .Values.timeZone }}
- --time-zone
- {{ . | quote }}
{{- end }}
{{- with .Values.jitter }}
- --jitter
- {{ . | quote }}
{{- end }}
{{- end }}
{{- if include "scim-push.listens" . }}
- --listen
- {{ printf "%s:%d" .Values.http.address (int .Values.http.port) | quote }}
{{- with .Values.http.existingSecret }}
- --listen-token-file
- {{ printf "/var/run/secrets/scim-push/%s/%s" . $.Values.http.tokenKey | quote }}
{{- end }}
{{- end }}
{{- with .Values.metrics.pushgateway }}
{{- if .url }}
- --pushgateway
- {{ .url | quote }}
- --pushgateway-job
- {{ include "scim-push.pushgatewayJob" $ | quote }}
- --namespace
- {{ $.Release.Namespace | quote }}
{{- if .username }}
- --pushgateway-username
- {{ .username | quote }}
- --pushgateway-password-file
- {{ printf "/var/run/secrets/scim-push/%s/%s" .existingSecret .passwordKey | quote }}
{{- else if .existingSecret }}
- --pushgateway-token-file
- {{ printf "/var/run/secrets/scim-push/%s/%s" .existingSecret .tokenKey | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "scim-push.podSecurityContext" -}}
{{- if include "scim-push.openshift" . -}}
{{- toYaml (omit .Values.podSecurityContext "runAsUser" "runAsGroup" "fsGroup" "fsGroupChangePolicy") -}}
{{- else -}}
{{- toYaml .Values.podSecurityContext -}}
{{- end -}}
{{- end -}}

{{- define "scim-push.securityContext" -}}
{{- if include "scim-push.openshift" . -}}
{{- toYaml (omit .Values.securityContext "runAsUser" "runAsGroup") -}}
{{- else -}}
{{- toYaml .Values.securityContext -}}
{{- end -}}
{{- end -}}

{{/* `spec` of a pod: {root, args, serves, restartPolicy}. */}}
{{- define "scim-push.podSpec" -}}
{{- $root := .root -}}
{{- with $root.Values -}}
{{- with .imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
serviceAccountName: {{ include "scim-push.serviceAccountName" $root | quote }}
automountServiceAccountToken: {{ .kubernetesApi.enabled }}
enableServiceLinks: false
restartPolicy: {{ $.restartPolicy }}
terminationGracePeriodSeconds: {{ int .terminationGracePeriodSeconds }}
securityContext:
  {{- include "scim-push.podSecurityContext" $root | nindent 2 }}
{{- with .priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with .hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .dnsPolicy }}
dnsPolicy: {{ . | quote }}
{{- end }}
{{- with .dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: scim-push
    image: {{ include "scim-push.image" $root | quote }}
    imagePullPolicy: {{ .image.pullPolicy }}
    args:
      {{- $.args | nindent 6 }}
    {{- if or .extraEnv .caBundle.configMap .caBundle.secret }}
    env:
      {{- if or .caBundle.configMap .caBundle.secret }}
      - name: NODE_EXTRA_CA_CERTS
        value: {{ printf "/etc/scim-push-ca/%s" .caBundle.key | quote }}
      {{- end }}
      {{- with .extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- end }}
    {{- with .extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- if $.serves }}
    ports:
      - name: http
        containerPort: {{ int .http.port }}
        protocol: TCP
    {{- if eq .kind "Deployment" }}
    {{- with .livenessProbe }}
    livenessProbe:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .readinessProbe }}
    readinessProbe:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
    {{- end }}
    resources:
      {{- toYaml .resources | nindent 6 }}
    securityContext:
      {{- include "scim-push.securityContext" $root | nindent 6 }}
    terminationMessagePolicy: FallbackToLogsOnError
    volumeMounts:
      {{- include "scim-push.volumeMounts" $root | nindent 6 }}
volumes:
  {{- include "scim-push.volumes" $root | nindent 2 }}
{{- end -}}
{{- end -}}
