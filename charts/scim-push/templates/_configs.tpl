{{/* The SyncConfigs of this release, worked out of `config`, `configs` and `secret`. */}}

{{/*
Each as {name, at, carrier, existing, spec, waits, url, secret}, as JSON. `at` is where in the values it stands, for messages. Whatever
is wrong is found here, since nothing is rendered without it.
*/}}
{{- define "scim-push.configs" -}}
{{- $configs := list -}}
{{- $full := include "scim-push.fullname" . -}}
{{- if not .Values.selector -}}
{{- if .Values.config.enabled -}}
{{- $configs = append $configs (include "scim-push.config" (dict "at" "config" "secretAt" "secret" "values" .Values.config "secret" .Values.secret "defaultName" $full) | fromJson) -}}
{{- end -}}
{{- range $key, $values := .Values.configs -}}
{{- $at := printf "configs.%s" $key -}}
{{- $configs = append $configs (include "scim-push.config" (dict "at" $at "secretAt" (printf "%s.secret" $at) "values" $values "secret" (default dict $values.secret) "defaultName" (printf "%s-%s" $full $key)) | fromJson) -}}
{{- end -}}
{{- end -}}
{{- include "scim-push.validate" (dict "root" . "configs" $configs) -}}
{{- toJson $configs -}}
{{- end -}}

{{- define "scim-push.config" -}}
{{- $existing := default "" .values.existing -}}
{{- $spec := deepCopy (default dict .values.spec) -}}
{{- $source := default dict $spec.source -}}
{{- $type := default "" $source.type -}}
{{- if $existing -}}
{{- $spec = dict -}}
{{- else if and (ne $type "google") (eq (toJson $source.google) "{\"adminEmail\":\"\"}") -}}
{{- /* What values.yaml has for Google is no part of another source's document. */ -}}
{{- $_ := set $spec "source" (omit $source "google") -}}
{{- end -}}
{{- $secret := .secret -}}
{{- $existingSecret := default "" $secret.existingSecret -}}
{{- $keys := merge dict (default dict $secret.keys) (dict "credentials" "credentials.json" "token" "token" "password" "password") -}}
{{- $lacks := list -}}
{{- if not $existing -}}
{{- /* The chart fills in the references that the document does not have. */ -}}
{{- $wanted := list (dict "leaf" "token" "key" $keys.token "path" (list "target")) -}}
{{- if eq $type "google" -}}
{{- $wanted = append $wanted (dict "leaf" "credentials" "key" $keys.credentials "path" (list "source" "google")) -}}
{{- else if eq $type "activeDirectory" -}}
{{- $wanted = append $wanted (dict "leaf" "password" "key" $keys.password "path" (list "source" "activeDirectory")) -}}
{{- end -}}
{{- range $wanted -}}
{{- $section := $spec -}}
{{- range .path -}}
{{- if not (get $section .) -}}{{- $_ := set $section . dict -}}{{- end -}}
{{- $section = get $section . -}}
{{- end -}}
{{- if not (get $section .leaf) -}}
{{- if $existingSecret -}}
{{- $_ := set $section .leaf (dict "secretKeyRef" (dict "name" $existingSecret "key" .key)) -}}
{{- else -}}
{{- $lacks = append $lacks (printf "%s (key %s)" .leaf .key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $url := ternary (default "" .values.targetUrl) (dig "target" "url" "" $spec) (ne $existing "") -}}
{{- dict "at" .at "secretAt" .secretAt "name" (default (default .defaultName .values.name) $existing) "carrier" (default "ConfigMap" .values.carrier) "existing" $existing "spec" $spec "waits" (include "scim-push.waits" $spec) "url" $url "existingSecret" $existingSecret "lacks" $lacks | toJson -}}
{{- end -}}

{{/* Whether a spec has leavers wait for days, and no file to remember them in. */}}
{{- define "scim-push.waits" -}}
{{- $remove := dig "policy" "users" "remove" "" . -}}
{{- if and (kindIs "map" $remove) (not (dig "memory" "file" "" .)) -}}
{{- range $step := get $remove "after" -}}
{{- if gt (int $step.days) 0 }}true{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The names of the ConfigMaps in which is remembered who is missing, each once, as JSON. What somebody else's document says is not known
here, nor what a variable says in place of a document.
*/}}
{{- define "scim-push.memoryNames" -}}
{{- $names := list -}}
{{- $variable := include "scim-push.hasEnv" (dict "root" . "name" "SCIM_PUSH_POLICY_USERS_REMOVE") -}}
{{- if .Values.kubernetesApi.enabled -}}
{{- range include "scim-push.configs" . | fromJsonArray -}}
{{- if or .waits .existing $variable -}}
{{- $names = append $names (printf "%s-memory" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $names | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/* The document. */}}
{{- define "scim-push.document" -}}
apiVersion: scim-push.io/v1alpha1
kind: SyncConfig
metadata:
  name: {{ .name | quote }}
spec:
  {{- toYaml .spec | nindent 2 }}
{{- end -}}

{{/* The names of all Secrets to mount, each once, sorted, as JSON. */}}
{{- define "scim-push.secretNames" -}}
{{- $names := append .Values.secrets .Values.metrics.pushgateway.existingSecret -}}
{{- if and .Values.selector .Values.secret.existingSecret -}}
{{- $names = append $names .Values.secret.existingSecret -}}
{{- end -}}
{{- if include "scim-push.listens" . -}}
{{- $names = append $names .Values.http.existingSecret -}}
{{- end -}}
{{- range include "scim-push.configs" . | fromJsonArray -}}
{{- $names = append $names .existingSecret -}}
{{- range include "scim-push.references" .spec | splitList "\n" -}}
{{- $names = append $names (splitList "/" . | first) -}}
{{- end -}}
{{- end -}}
{{- without $names "" | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/* The names of the Leases of all targets, each once, as JSON. */}}
{{- define "scim-push.leaseNames" -}}
{{- $names := list -}}
{{- range include "scim-push.configs" . | fromJsonArray -}}
{{- $names = append $names (include "scim-push.leaseName" .url) -}}
{{- end -}}
{{- $names | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/* Whether `extraEnv` has a variable: {root, name}. */}}
{{- define "scim-push.hasEnv" -}}
{{- $name := .name -}}
{{- range .root.Values.extraEnv -}}
{{- if eq .name $name }}true{{ end -}}
{{- end -}}
{{- end -}}

{{/* Whether there is anything to run: a release may also be there for the CustomResourceDefinition alone. */}}
{{- define "scim-push.runs" -}}
{{- if or .Values.selector (include "scim-push.configs" . | fromJsonArray) }}true{{ end -}}
{{- end -}}

{{/* One a line, NAME/KEY: the Secrets' keys that any part of a document refers to. */}}
{{- define "scim-push.references" -}}
{{- if kindIs "map" . -}}
{{- range $key, $value := . -}}
{{- if and (eq $key "secretKeyRef") (kindIs "map" $value) }}
{{ $value.name }}/{{ $value.key }}
{{- else }}
{{ include "scim-push.references" $value }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
