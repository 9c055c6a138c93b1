{{/* The port of a URL; a bare host is a domain controller's. */}}
{{- define "scim-push.port" -}}
{{- $url := lower (trim .) -}}
{{- $scheme := regexFind "^[a-z]+://" $url | trimSuffix "://" | default "ldaps" -}}
{{- $authority := regexReplaceAll "/.*$" (regexReplaceAll "^[a-z]+://" $url "") "" -}}
{{- $port := regexFind ":[0-9]+$" $authority | trimPrefix ":" -}}
{{- default (get (dict "https" "443" "http" "80" "ldap" "389" "ldaps" "636") $scheme) $port -}}
{{- end -}}

{{/* The ports of all sources, or of all targets, as JSON: {root, side}. What an existing document has is not known here: every usual one. */}}
{{- define "scim-push.ports" -}}
{{- $source := eq .side "source" -}}
{{- $unknown := ternary (list "443" "389" "636" "3268" "3269") (list "443") $source -}}
{{- $ports := ternary $unknown list (ne .root.Values.selector "") -}}
{{- range include "scim-push.configs" .root | fromJsonArray -}}
{{- if and $source .existing -}}
{{- $ports = concat $ports $unknown -}}
{{- else if $source -}}
{{- $google := dig "source" "google" dict .spec -}}
{{- $urls := list -}}
{{- if eq .spec.source.type "google" -}}
{{- $urls = list (default "https://admin.googleapis.com/" $google.rootUrl) (default "https://oauth2.googleapis.com/token" $google.tokenUrl) -}}
{{- else if eq .spec.source.type "activeDirectory" -}}
{{- $url := .spec.source.activeDirectory.url -}}
{{- $urls = ternary $url (list $url) (kindIs "slice" $url) -}}
{{- end -}}
{{- range $urls -}}
{{- $ports = append $ports (include "scim-push.port" .) -}}
{{- end -}}
{{- else if .url -}}
{{- $ports = append $ports (include "scim-push.port" .url) -}}
{{- else -}}
{{- $ports = concat $ports $unknown -}}
{{- end -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{/* A rule: {peers, ports}. No peers: anywhere. */}}
{{- define "scim-push.egress" -}}
- ports:
    {{- range .ports }}
    - protocol: TCP
      port: {{ int . }}
    {{- end }}
  {{- with .peers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
