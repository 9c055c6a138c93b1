import { version } from '../lib/version.ts'

export const versionLine = `scim-push ${version} (Node.js ${process.version})`
