import type { Command } from 'commander'
import { version } from '../lib/version.ts'

export const versionLine = `scim-push ${version} (Node.js ${process.version})`

/** `scim-push version` */
export const addVersion = (program: Command): void => {
  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`${versionLine}\n`)
    })
}
