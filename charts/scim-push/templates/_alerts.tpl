{{/*
The alerts of each kind, as YAML by name. A Job's metrics are gone with its pod, so what alerts on those of a CronJob and a Job is
kube-state-metrics; a Deployment stays, and speaks for itself.
*/}}
{{- define "scim-push.alerts" -}}
{{- $rule := .Values.metrics.prometheusRule -}}
{{- $namespace := .Release.Namespace -}}
{{- $name := include "scim-push.fullname" . -}}
{{- /* For Prometheus to fill in. */ -}}
{{- $config := "{{ $labels.config }}" -}}
{{- $stale := int $rule.staleAfterSeconds -}}
{{- if eq .Values.kind "CronJob" }}
{{- $cronJob := printf "namespace=\"%s\", cronjob=\"%s\"" $namespace $name }}
ScimPushJobFailed:
  # Only while no later run has succeeded: a failed Job stays to be looked at.
  expr: |-
    max(
      kube_job_status_start_time{namespace="{{ $namespace }}"}
        and on (namespace, job_name) kube_job_owner{namespace="{{ $namespace }}", owner_kind="CronJob", owner_name="{{ $name }}"}
        and on (namespace, job_name) kube_job_failed{namespace="{{ $namespace }}", condition="true"} == 1
    ) > (max(kube_cronjob_status_last_successful_time{ {{- $cronJob -}} }) or vector(0))
  labels: {severity: warning}
  annotations:
    summary: The last run of CronJob {{ $namespace }}/{{ $name }} failed.
ScimPushStale:
  expr: |-
    time() - max(kube_cronjob_status_last_successful_time{ {{- $cronJob -}} }) > {{ $stale }}
      unless max(kube_cronjob_spec_suspend{ {{- $cronJob -}} }) == 1
  labels: {severity: critical}
  annotations:
    summary: CronJob {{ $namespace }}/{{ $name }} has not succeeded for longer than {{ $stale }} seconds.
ScimPushNeverSucceeded:
  expr: |-
    time() - max(kube_cronjob_created{ {{- $cronJob -}} }) > {{ $stale }}
      unless max(kube_cronjob_status_last_successful_time{ {{- $cronJob -}} })
      unless max(kube_cronjob_spec_suspend{ {{- $cronJob -}} }) == 1
  labels: {severity: critical}
  annotations:
    summary: CronJob {{ $namespace }}/{{ $name }} has never succeeded.
ScimPushSuspended:
  expr: max(kube_cronjob_spec_suspend{ {{- $cronJob -}} }) == 1
  for: {{ $rule.suspendedFor }}
  labels: {severity: warning}
  annotations:
    summary: CronJob {{ $namespace }}/{{ $name }} is suspended; nobody is created or removed.
{{- else if eq .Values.kind "Job" }}
ScimPushJobFailed:
  expr: max(kube_job_failed{namespace="{{ $namespace }}", job_name=~"{{ $name }}-[0-9]+", condition="true"}) == 1
  labels: {severity: warning}
  annotations:
    summary: Job {{ $namespace }}/{{ $name }} failed.
{{- else }}
{{- $target := printf "job=\"%s/%s\"" $namespace $name }}
{{- if not .Values.suspend }}
ScimPushAbsent:
  expr: absent(up{ {{- $target -}} } == 1)
  for: 15m
  labels: {severity: critical}
  annotations:
    summary: Deployment {{ $namespace }}/{{ $name }} is not there to be scraped.
{{- end }}
ScimPushNoRun:
  expr: absent(scim_push_last_run_timestamp_seconds{ {{- $target -}} }) and on () max(up{ {{- $target -}} }) == 1
  for: {{ $stale }}s
  labels: {severity: critical}
  annotations:
    summary: Deployment {{ $namespace }}/{{ $name }} is there, and no run has ended.
ScimPushLastRunFailed:
  expr: max by (config) (scim_push_last_run_success{ {{- $target -}} }) == 0
  labels: {severity: warning}
  annotations:
    summary: The last run of {{ $config }} ({{ $namespace }}/{{ $name }}) failed.
ScimPushStale:
  # A dry run does not count as a success, and is no reason to wake anybody.
  expr: |-
    time() - max by (config) (scim_push_last_success_timestamp_seconds{ {{- $target -}} }) > {{ $stale }}
      unless max by (config) (scim_push_dry_run{ {{- $target -}} }) == 1
  labels: {severity: critical}
  annotations:
    summary: '{{ $config }} ({{ $namespace }}/{{ $name }}) has not succeeded for longer than {{ $stale }} seconds.'
ScimPushNeverSucceeded:
  # The gauge is born with the first success.
  expr: |-
    max by (config) (scim_push_last_run_success{ {{- $target -}} })
      unless max by (config) (scim_push_last_success_timestamp_seconds{ {{- $target -}} })
      unless max by (config) (scim_push_dry_run{ {{- $target -}} }) == 1
      and on () time() - max(process_start_time_seconds{ {{- $target -}} }) > {{ $stale }}
  labels: {severity: critical}
  annotations:
    summary: '{{ $config }} ({{ $namespace }}/{{ $name }}) has not succeeded since its pod started.'
ScimPushRemovalGuardTripped:
  expr: max by (config) (scim_push_removal_guard_tripped{ {{- $target -}} }) == 1
  labels: {severity: critical}
  annotations:
    summary: '{{ $config }} ({{ $namespace }}/{{ $name }}) withholds removals; look at its report, and approve the plan or correct the source.'
{{- end }}
{{- end -}}
