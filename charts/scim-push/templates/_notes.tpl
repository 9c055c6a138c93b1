{{/* What is missing or off, one a line. */}}
{{- define "scim-push.warnings" -}}
{{- $root := . -}}
{{- $configs := include "scim-push.configs" . | fromJsonArray -}}
{{- if .Values.suspend }}
- suspend is true: nothing runs.
{{- end }}
{{- range $configs }}
{{- if .spec.suspend }}
- {{ .at }}.spec.suspend is true: {{ .name }} is skipped.
{{- end }}
{{- if .spec.dryRun }}
- {{ .at }}.spec.dryRun is true: {{ .name }} is planned and reported, and nothing is written to its target.
{{- end }}
{{- if not (or .existing (dig "scope" "scimGroups" list .spec) (include "scim-push.hasEnv" (dict "root" $root "name" "SCIM_PUSH_SCOPE_SCIM_GROUPS"))) }}
- {{ .at }}.spec.scope.scimGroups is empty: every user of the source is in scope.
{{- end }}
{{- if $root.Values.kubernetesApi.enabled }}
{{- $lease := lookup "coordination.k8s.io/v1" "Lease" $root.Release.Namespace (include "scim-push.leaseName" .url) }}
{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $lease }}
{{- if and $owner (ne $owner $root.Release.Name) }}
- {{ .at }}: release {{ $owner }} pushes to the same target, or has: what one release pushes, the other takes for leavers, and such removals are withheld until they are approved. Give a target to one release.
{{- end }}
{{- end }}
{{- end }}
{{- if not (contains "/" .Values.image.repository) }}
- image.repository is {{ .Values.image.repository }}, without a registry: the nodes have to have the image already.
{{- end }}
{{- /* A dry run can look nothing up, nor say so; every namespace of a cluster has this ConfigMap. */}}
{{- if and .Values.verifySecrets (lookup "v1" "ConfigMap" .Release.Namespace "kube-root-ca.crt") }}
{{- range include "scim-push.secretNames" . | fromJsonArray }}
{{- $name := . }}
{{- $secret := lookup "v1" "Secret" $root.Release.Namespace $name }}
{{- if not $secret }}
- Secret {{ $name }} is not in namespace {{ $root.Release.Namespace }}: pods wait until it is.
{{- else }}
{{- range $configs }}
{{- range include "scim-push.references" .spec | splitList "\n" | uniq }}
{{- $reference := splitList "/" . }}
{{- if and (eq (first $reference) $name) (not (hasKey (default dict $secret.data) (last $reference))) }}
- Secret {{ $name }} has no key {{ last $reference }}.
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.metrics.podMonitor.enabled (not (include "scim-push.foreign" (dict "root" . "kind" "PodMonitor" "mode" .Values.metrics.podMonitor.renderMode "at" "metrics.podMonitor"))) }}
- There is no PodMonitor: this cluster does not know the kind.
{{- end }}
{{- if and .Values.metrics.prometheusRule.enabled (not (include "scim-push.foreign" (dict "root" . "kind" "PrometheusRule" "mode" .Values.metrics.prometheusRule.renderMode "at" "metrics.prometheusRule"))) }}
- There is no PrometheusRule: this cluster does not know the kind.
{{- end }}
{{- if not .Values.kubernetesApi.enabled }}
- kubernetesApi.enabled is false: no status, no events, and no lock against a second run.
{{- end }}
{{- end -}}

{{/* Of an install whose first run is yet to come: what makes it a dry run, as `--set` takes it. Nothing where it is one, or where no document is the chart's. */}}
{{- define "scim-push.firstDryRun" -}}
{{- $settings := list -}}
{{- range include "scim-push.configs" . | fromJsonArray -}}
{{- if not (or .existing .spec.dryRun) -}}
{{- $settings = append $settings (printf "%s.spec.dryRun=true" .at) -}}
{{- end -}}
{{- end -}}
{{- $begun := and (eq .Values.kind "Job") (not .Values.suspend) -}}
{{- $isDry := or (has "--dry-run" .Values.extraArgs) (include "scim-push.hasEnv" (dict "root" . "name" "SCIM_PUSH_DRY_RUN")) -}}
{{- if and .Release.IsInstall (not $begun) (not $isDry) -}}
{{- join "," $settings -}}
{{- end -}}
{{- end -}}
