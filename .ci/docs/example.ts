/** The document that docs/configuration.md begins with; a test loads it from there. */
export const example = `apiVersion: scim-push.io/v1alpha1
kind: SyncConfig
metadata:
  name: corp-to-keeper
spec:
  source:
    type: google # google, activeDirectory or records
    google:
      adminEmail: admin@corp.example
      credentials: { file: /run/secrets/credentials.json }
  scope:
    scimGroups: [Keeper Users] # none: every user
  target:
    url: https://keepersecurity.com/api/rest/scim/v2/288797895950343
    token: { env: KEEPER_SCIM_TOKEN }
  policy:
    users: { remove: deactivate }
    maxRemovals: { users: 10%, groups: 20%, memberships: 30%, floor: 5 }
`
