{{/* Names and labels. */}}

{{- define "scim-push.name" -}}
{{- include "scim-push.shorten" (default .Chart.Name .Values.nameOverride) -}}
{{- end -}}

{{/*
At most 52 characters, which is what a CronJob's name may have. What is longer ends in a hash of the whole: two long release names
that differ at their end stay two.
*/}}
{{- define "scim-push.shorten" -}}
{{- if gt (len .) 52 -}}
{{- printf "%s-%s" (trunc 43 . | trimAll "-.") (sha256sum . | trunc 8) -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{- define "scim-push.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- include "scim-push.shorten" .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- include "scim-push.shorten" .Release.Name -}}
{{- else -}}
{{- include "scim-push.shorten" (printf "%s-%s" .Release.Name $name) -}}
{{- end -}}
{{- end -}}

{{- define "scim-push.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "scim-push.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "scim-push.selectorLabels" -}}
app.kubernetes.io/name: {{ include "scim-push.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* `commonLabels` add to these and cannot replace them: a label twice is no YAML, and selectors rely on ours. */}}
{{- define "scim-push.labels" -}}
{{- $chart := printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- $ours := dict "helm.sh/chart" $chart "app.kubernetes.io/version" .Chart.AppVersion "app.kubernetes.io/managed-by" .Release.Service -}}
{{- merge $ours (include "scim-push.selectorLabels" . | fromYaml) .Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "scim-push.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "scim-push.openshift" -}}
{{- if kindIs "bool" .Values.openshift -}}
{{- if .Values.openshift }}true{{ end -}}
{{- else if .Capabilities.APIVersions.Has "security.openshift.io/v1" -}}
true
{{- end -}}
{{- end -}}

{{/*
Whether this release may make an object that other releases, or the program, may have made already: there is none yet, or it is
this release's own. Without a cluster, as in `helm template`, there is none.
*/}}
{{- define "scim-push.mayOwn" -}}
{{- $found := lookup .apiVersion .kind .namespace .name -}}
{{- $annotations := dig "metadata" "annotations" dict $found -}}
{{- $ours := and (eq (get $annotations "meta.helm.sh/release-name") .root.Release.Name) (eq (get $annotations "meta.helm.sh/release-namespace") .root.Release.Namespace) -}}
{{- if or (not $found) $ours }}true{{ end -}}
{{- end -}}

{{/* Whether to render an object of somebody else's kind: {root, mode, kind, at}. */}}
{{- define "scim-push.foreign" -}}
{{- $present := .root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" .kind) -}}
{{- if or $present (eq .mode "alwaysRender") -}}
true
{{- else if eq .mode "failIfMissing" -}}
{{- fail (printf "%s: this cluster has no %s; install the Prometheus Operator, or set %s.renderMode to skipIfMissing" .at .kind .at) -}}
{{- end -}}
{{- end -}}
