import { generated, table } from './markdown.ts'
import { chartValues, type ChartValue } from './values.ts'

/** charts/scim-push/README.md */
export const chartPage = (): string => `${generated}

# scim-push, the Helm chart

A CronJob (or Job, or Deployment) that pushes users, groups and memberships from Google Workspace, Active Directory or a
file to a SCIM 2.0 endpoint. Kubernetes 1.27 or newer, Helm 3.10 or newer. No cluster-wide right is needed, but for the
CustomResourceDefinition, which is optional.

## Install

The Secret first; the chart takes no secret values. With Google it holds the service account's key and the SCIM token:

\`\`\`sh
kubectl create secret generic scim-push --from-file=credentials.json --from-file=token
\`\`\`

Then the chart. These three values and the image have no useful default:

\`\`\`sh
helm install scim charts/scim-push \\
  --set config.spec.source.google.adminEmail=admin@corp.example \\
  --set config.spec.target.url=https://keepersecurity.com/api/rest/scim/v2/288797895950343 \\
  --set secret.existingSecret=scim-push \\
  --set image.repository=registry.corp.example/scim-push
\`\`\`

\`helm test scim --logs\` tries every connection and right, and writes nothing. The notes that Helm prints say how to run it
now and where the status is. For a first run that only plans add \`--set config.spec.dryRun=true\`.

With Active Directory the Secret's key is \`password\` instead of \`credentials.json\`:

\`\`\`yaml
config:
  spec:
    source:
      type: activeDirectory
      activeDirectory:
        url: ldaps://dc1.corp.example
        user: CORP\\svc-scim
    scope:
      scimGroups: ['CN=Keeper Users,OU=Groups,DC=corp,DC=example']
    target:
      url: https://keepersecurity.com/api/rest/scim/v2/288797895950343
secret:
  existingSecret: scim-push
caBundle:
  configMap: corp-ca # where the directory's certificate is not from a public authority
\`\`\`

\`config.spec\` takes every setting of [docs/configuration.md](../../docs/configuration.md), and is checked before anything is
installed. [ci/](ci) has an example of each mode.

## Where the document is

| \`config.carrier\` | Document | Status |
| --- | --- | --- |
| \`ConfigMap\` | key \`syncconfig.yaml\` of a ConfigMap | key \`status.json\` of the ConfigMap \`NAME-status\` |
| \`SyncConfig\` | a custom resource | its \`status\`: \`kubectl get syncconfig\` |

A SyncConfig needs its CustomResourceDefinition first: Helm cannot install a kind and an object of it in one go. It is there
once in a cluster, so give it a release of its own, which also upgrades it:

\`\`\`sh
helm install scim-push-crds charts/scim-push --wait --set config.enabled=false,crds.enabled=true
\`\`\`

A document that somebody else writes is named in \`config.existing\`, with its target in \`config.targetUrl\` and its Secret in
\`secret.existingSecret\`.

## Several documents

\`configs\` has more of them by name. They run in one pod one after another, each with a status of its own; the pod's exit code is
the worst of theirs. \`config.enabled: false\` leaves the first one out.

\`\`\`yaml
config:
  enabled: false
configs:
  keeper:
    spec: { … }
    secret: { existingSecret: keeper }
  other:
    spec: { … }
    secret: { existingSecret: other }
\`\`\`

Give a target to one document: what one pushes is a leaver to the other, so two of one target in one run are refused, by the
chart and, with \`selector\`, by the program. Put all SCIM groups of a target into one \`scope.scimGroups\`.

Several releases in one namespace work as well, each with targets of its own. With a common one the lock keeps them from writing
at once; of the one that comes after the other, all removals are withheld (reason \`other-config\`) until the plan's hash is
approved once, in \`config.spec.policy.approvedPlan\`. Helm's notes name the other release.

\`selector\` runs what is in the namespace instead, whoever wrote it: every SyncConfig with these labels, and every ConfigMap with
them that is also labelled \`scim-push.io/syncconfig=true\`. Who may create one of these then decides what is pushed where, with the
Secrets that \`secrets\` lists.

## Rights

The Role, in the release's namespace only. \`kubernetesApi.enabled: false\` does without any: no Role, no token, and no status,
events or lock.

${table(
  ['Resource', 'Verbs', 'Names', 'For'],
  [
    ['`configmaps`', 'get', 'the documents', 'reading them'],
    ['`configmaps`', 'get, patch', '`NAME-status`', 'the status'],
    [
      '`configmaps`',
      'get, patch',
      '`NAME-memory`',
      'who is missing since when, where `policy.users.remove` waits',
    ],
    ['`syncconfigs`', 'get', 'the documents', 'reading them, with `carrier: SyncConfig`'],
    ['`syncconfigs/status`', 'patch', 'the documents', 'the status, with `carrier: SyncConfig`'],
    ['`leases`', 'get, update', 'one for each target', 'the lock'],
    ['`events` (events.k8s.io)', 'create', 'any', 'events'],
  ],
)}

With \`selector\` there are no names: \`list\`, \`get\`, \`patch\` and \`create\` on all ConfigMaps of the namespace, \`list\` and
\`get\` on SyncConfigs, \`patch\` on their status, and \`get\`, \`create\` and \`update\` on Leases.

Secrets are mounted as files, mode 0440, so no right on Secrets is needed.

## Failures

A run waits up to \`lock.wait\` while another one holds the lock: a Job that was started by hand, or a pod that was killed and
left its lock for nearly three minutes.

A failed run is tried again once (\`backoffLimit\`), but not where that cannot help: withheld removals, a lock that is held after
all, refused credentials and a wrong configuration fail the Job at once (\`podFailurePolicy\`).
[docs/exit-codes.md](../../docs/exit-codes.md) has what each exit code means.

## Metrics and alerts

The pods of a CronJob and a Job are gone before anybody scrapes them. They push what a run has to say to a Pushgateway instead, once
\`metrics.pushgateway.url\` names one; a Deployment is scraped, by a PodMonitor (\`metrics.podMonitor.enabled\`).

\`\`\`yaml
metrics:
  pushgateway:
    url: https://pushgateway.monitoring:9091
    username: scim-push # with existingSecret alone its key \`token\` is a bearer token
    existingSecret: pushgateway
  prometheusRule:
    enabled: true
  dashboard:
    enabled: true
\`\`\`

Without credentials \`http://\` will do. An authority of your own goes into \`caBundle\`. Prometheus has to scrape the Pushgateway with
\`honorLabels: true\`; the job there is the release's full name. Its NetworkPolicy has to let the pods in.

With the Prometheus Operator, \`metrics.prometheusRule.enabled\` alerts on runs that fail, are late or have never succeeded, on
removals that are withheld, on changes that fail, and on metrics that do not arrive. Without a Pushgateway a CronJob and a Job have
only the alerts that kube-state-metrics can give. [docs/prometheus](../../docs/prometheus) has the same alerts as plain files.

## Upgrade

\`helm upgrade\` changes everything in place; a Job runs again under a new name. The CustomResourceDefinition is upgraded by the
release that has \`crds.enabled\`.

No \`helm upgrade --force\` while a run is under way: it replaces objects, and with them goes what runs have written into them, the
status in a ConfigMap and in the Lease who holds the lock and which configuration pushed last.

## Uninstall

\`helm uninstall\` leaves the Leases, which other releases may use, and, with \`crds.keep\`, the CustomResourceDefinition with all
SyncConfigs. \`kubectl get leases | grep scim-push-\` shows the former; they may be deleted while nothing runs.

## Values

${table(
  ['Value', 'Default', 'Meaning'],
  chartValues()
    .flatMap(leavesOf)
    .map(({ path, comment, default: value }) => [`\`${path}\``, `\`${JSON.stringify(value)}\``, comment]),
)}
`

const leavesOf = (value: ChartValue): readonly ChartValue[] => value.children?.flatMap(leavesOf) ?? [value]
