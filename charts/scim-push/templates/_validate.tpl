{{/* What a schema cannot say, all of it at once: what is missing, where it belongs, and what does not go together. */}}
{{- define "scim-push.validate" -}}
{{- $values := .root.Values -}}
{{- $problems := list -}}
{{- $names := list -}}
{{- $targets := dict -}}
{{- range .configs -}}
{{- $id := printf "%s/%s" .carrier .name -}}
{{- if has $id $names -}}
{{- $problems = append $problems (printf "%s: a second %s; set %s.name" .at $id .at) -}}
{{- end -}}
{{- $names = append $names $id -}}
{{- if .url -}}
{{- $lease := include "scim-push.leaseName" .url -}}
{{- if hasKey $targets $lease -}}
{{- $problems = append $problems (printf "%s: the same target as %s; each would remove what the other pushed: put all SCIM groups of a target into one" .at (get $targets $lease)) -}}
{{- else -}}
{{- $_ := set $targets $lease .at -}}
{{- end -}}
{{- end -}}
{{- if .existing -}}
{{- if and $values.kubernetesApi.enabled (not .url) -}}
{{- $problems = append $problems (printf "%s.targetUrl is missing: set it to the target.url of the existing document, since the lock is named after it" .at) -}}
{{- end -}}
{{- else -}}
{{- $type := dig "source" "type" "" .spec -}}
{{- $source := dig "source" $type dict .spec -}}
{{- if not $type -}}
{{- $problems = append $problems (printf "%s.spec.source.type is missing: set it to google, activeDirectory or records" .at) -}}
{{- end -}}
{{- if and (eq $type "google") (not $source.adminEmail) -}}
{{- $problems = append $problems (printf "%s.spec.source.google.adminEmail is missing: set it to the administrator on whose behalf the service account reads, as admin@corp.example" .at) -}}
{{- end -}}
{{- if and (eq $type "activeDirectory") (not $source.url) -}}
{{- $problems = append $problems (printf "%s.spec.source.activeDirectory.url is missing: set it to a domain controller, as ldaps://dc1.corp.example" .at) -}}
{{- end -}}
{{- if and (eq $type "activeDirectory") (not $source.user) -}}
{{- $problems = append $problems (printf "%s.spec.source.activeDirectory.user is missing: set it to who reads the directory, as CORP\\svc-scim" .at) -}}
{{- end -}}
{{- if and (eq $type "records") (not $source.file) -}}
{{- $problems = append $problems (printf "%s.spec.source.records.file is missing: set it to a path below one of extraVolumeMounts" .at) -}}
{{- end -}}
{{- if not .url -}}
{{- $problems = append $problems (printf "%s.spec.target.url is missing: set it to the SCIM endpoint, as https://keepersecurity.com/api/rest/scim/v2/288797895950343" .at) -}}
{{- end -}}
{{- if .lacks -}}
{{- $problems = append $problems (printf "%s.existingSecret is missing: set it to the name of a Secret in this namespace that holds %s" .secretAt (join " and " .lacks)) -}}
{{- end -}}
{{- end -}}
{{- if and .waits (not $values.kubernetesApi.enabled) -}}
{{- $problems = append $problems (printf "%s.spec.memory.file is missing: policy.users.remove waits; set it to a path below one of extraVolumeMounts, or kubernetesApi.enabled to true" .at) -}}
{{- end -}}
{{- if eq .carrier "SyncConfig" -}}
{{- if not $values.kubernetesApi.enabled -}}
{{- $problems = append $problems (printf "%s.carrier: a SyncConfig is read through the Kubernetes API; set it to ConfigMap, or kubernetesApi.enabled to true" .at) -}}
{{- end -}}
{{- /* Every API server has the aggregation API, and `helm template` without a cluster has not: there is nothing to be missing there. */ -}}
{{- $apis := $.root.Capabilities.APIVersions -}}
{{- if and ($apis.Has "apiregistration.k8s.io/v1") (not ($apis.Has "scim-push.io/v1alpha1/SyncConfig")) -}}
{{- $problems = append $problems (printf "%s.carrier: this cluster has no SyncConfig yet, and Helm can't install a kind and an object of it in one go; first: helm install scim-push-crds CHART --wait --set config.enabled=false,crds.enabled=true" .at) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $values.selector -}}
{{- if or $values.configs $values.config.existing (dig "spec" "target" "url" "" $values.config) -}}
{{- $problems = append $problems "selector runs what is in the namespace already: leave config and configs as they are, or drop the selector" -}}
{{- end -}}
{{- if not $values.kubernetesApi.enabled -}}
{{- $problems = append $problems "selector asks the Kubernetes API: set kubernetesApi.enabled to true" -}}
{{- end -}}
{{- else if not (or .configs $values.crds.enabled) -}}
{{- $problems = append $problems "there is nothing to run: set config.enabled to true, or configs, or selector" -}}
{{- end -}}
{{- range $i, $variable := $values.extraEnv -}}
{{- if and $variable.value (has $variable.name (list "SCIM_PUSH_TARGET_TOKEN" "SCIM_PUSH_PUSHGATEWAY_PASSWORD" "SCIM_PUSH_PUSHGATEWAY_TOKEN" "SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS" "SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_PASSWORD")) -}}
{{- $problems = append $problems (printf "extraEnv.%d.value: %s is a secret, and Helm keeps values in the clear; use an existingSecret, or valueFrom.secretKeyRef" $i $variable.name) -}}
{{- end -}}
{{- if and (eq $variable.name "SCIM_PUSH_TARGET_URL") $values.kubernetesApi.enabled (not $values.selector) -}}
{{- $problems = append $problems (printf "extraEnv.%d: SCIM_PUSH_TARGET_URL would change the target, and the Lease and the Role are named after config.spec.target.url: set it there" $i) -}}
{{- end -}}
{{- end -}}
{{- if and $values.caBundle.configMap $values.caBundle.secret -}}
{{- $problems = append $problems "caBundle: set configMap or secret, not both" -}}
{{- end -}}
{{- if and $values.metrics.podMonitor.enabled (not (include "scim-push.listens" .root)) -}}
{{- $problems = append $problems (printf "metrics.podMonitor.enabled: set metrics.enabled to true as well, or a %s does not listen" $values.kind) -}}
{{- end -}}
{{- with $values.metrics.pushgateway -}}
{{- if and .url (eq $values.kind "Deployment") -}}
{{- $problems = append $problems "metrics.pushgateway.url: a Deployment stays to be scraped; use metrics.podMonitor, or kind CronJob or Job" -}}
{{- end -}}
{{- if and .existingSecret (not .url) -}}
{{- $problems = append $problems "metrics.pushgateway.url is missing: its Secret is there" -}}
{{- end -}}
{{- if and .username (not .existingSecret) -}}
{{- $problems = append $problems (printf "metrics.pushgateway.existingSecret is missing: set it to the name of a Secret in this namespace that holds the password (key %s)" .passwordKey) -}}
{{- end -}}
{{- if and .existingSecret (regexMatch "^http://" .url) (not (regexMatch "^http://(localhost|127\\.[0-9.]+|\\[::1\\])(:[0-9]+)?(/|$)" .url)) -}}
{{- $problems = append $problems "metrics.pushgateway.url: credentials would cross the network in the clear; use https://, or no existingSecret" -}}
{{- end -}}
{{- end -}}
{{- if $problems -}}
{{- fail (printf "\n\n%s\n" (join "\n" $problems)) -}}
{{- end -}}
{{- end -}}
