{{/*
The name of the Lease that guards a target. The program works it out in the same way, in src/kubernetes/lease-name.ts; a test
holds the two together.
*/}}
{{- define "scim-push.leaseName" -}}
{{- $url := trim . | lower -}}
{{- $url = regexReplaceAll "^(https://[^/]*?):443(/|$)" $url "${1}${2}" -}}
{{- $url = regexReplaceAll "^(http://[^/]*?):80(/|$)" $url "${1}${2}" -}}
{{- $url = regexReplaceAll "/+$" $url "" -}}
{{- $url = regexReplaceAll "/(users|groups)$" $url "" -}}
{{- printf "scim-push-%s" (sha256sum $url | trunc 16) -}}
{{- end -}}
