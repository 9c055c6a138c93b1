import type { Command } from 'commander'
import { version } from '../lib/version.ts'

/** `scim-push version` */
export const addVersion = (program: Command): void => {
  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`scim-push ${version} (Node.js ${process.version})\n`)
    })
}
