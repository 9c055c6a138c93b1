{{/*
The alerts of each kind, as YAML by name, out of files/alerts.yaml. A Job's own metrics are gone with its pod, unless it pushes them:
what alerts on a CronJob and a Job otherwise is kube-state-metrics. A Deployment stays, and speaks for itself.
*/}}
{{- define "scim-push.alerts" -}}
{{- $rule := .Values.metrics.prometheusRule -}}
{{- $namespace := .Release.Namespace -}}
{{- $name := include "scim-push.fullname" . -}}
{{- $pushes := ne .Values.metrics.pushgateway.url "" -}}
{{- $cronJob := printf "namespace=%q, cronjob=%q" $namespace $name -}}
{{- $target := printf "job=%q" (printf "%s/%s" $namespace $name) -}}
{{- if $pushes -}}
{{- $target = printf "job=%s, namespace=%q" (include "scim-push.pushgatewayJob" . | toJson) $namespace -}}
{{- end -}}
{{- $unlessSuspended := ternary (printf "unless on () max(kube_cronjob_spec_suspend{%s}) == 1" $cronJob) "" (eq .Values.kind "CronJob") -}}
{{- $alerts := .Files.Get "files/alerts.yaml"
  | replace "$TARGET" $target
  | replace "$CRONJOB" $cronJob
  | replace "$OWNER" (printf "namespace=%q, owner_kind=\"CronJob\", owner_name=%q" $namespace $name)
  | replace "$JOB" (printf "namespace=%q, job_name=~\"%s-[0-9]+\"" $namespace $name)
  | replace "$STALE" (toString (int $rule.staleAfterSeconds))
  | replace "$SUSPENDED_FOR" $rule.suspendedFor
  | replace "$UNLESS_SUSPENDED" $unlessSuspended
  | fromYaml -}}
{{- $ours := dict -}}
{{- if eq .Values.kind "CronJob" -}}
{{- $ours = $alerts.cronJob -}}
{{- if $pushes -}}{{- $ours = merge dict $ours $alerts.runs $alerts.pushed -}}{{- end -}}
{{- else if eq .Values.kind "Job" -}}
{{- $ours = $alerts.job -}}
{{- if $pushes -}}
{{- $ours = merge dict $ours $alerts.runs $alerts.pushed -}}
{{- /* It runs once, so it is never late. */ -}}
{{- range include "scim-push.overdueAlerts" . | splitList " " -}}{{- $ours = omit $ours . -}}{{- end -}}
{{- end -}}
{{- else -}}
{{- $ours = merge dict $alerts.runs $alerts.scraped -}}
{{- end -}}
{{- toYaml $ours -}}
{{- end -}}

{{/* Those about runs that there should have been, which are no news while the values have them suspended. */}}
{{- define "scim-push.overdueAlerts" -}}
ScimPushStale ScimPushNeverSucceeded ScimPushMetricsMissing ScimPushNeverPushed ScimPushAbsent
{{- end -}}
