import { Option, type Command } from 'commander'
import type { PushgatewayFlags } from '../config/pushgateway.ts'
import { path } from './options.ts'

/** Of `push` alone. What they say is checked where their secrets are read. */
export const withPushgatewayFlags = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--pushgateway <url>',
        'push the metrics of each run to the Pushgateway there, at its end; what goes wrong is warned of',
      ).env('SCIM_PUSH_PUSHGATEWAY'),
    )
    .addOption(
      new Option(
        '--pushgateway-job <name>',
        'the job under which they are there, beside the namespace and the config',
      )
        .default('scim-push')
        .env('SCIM_PUSH_PUSHGATEWAY_JOB'),
    )
    .addOption(
      new Option('--pushgateway-username <name>', 'basic authentication at the Pushgateway').env(
        'SCIM_PUSH_PUSHGATEWAY_USERNAME',
      ),
    )
    .addOption(
      new Option('--pushgateway-password-file <file>', 'holds its password')
        .argParser(path)
        .env('SCIM_PUSH_PUSHGATEWAY_PASSWORD_FILE'),
    )
    .addOption(
      new Option('--pushgateway-token-file <file>', 'holds a bearer token for the Pushgateway instead')
        .argParser(path)
        .env('SCIM_PUSH_PUSHGATEWAY_TOKEN_FILE'),
    )
    .addOption(
      new Option(
        '--pushgateway-ca-file <file>',
        'certificate authorities (PEM) to trust at the Pushgateway besides the public ones',
      )
        .argParser(path)
        .env('SCIM_PUSH_PUSHGATEWAY_CA_FILE'),
    )

/** Of a command that pushes no metrics: says so, and what to do instead. */
export const withoutPushgateway = (
  command: Command,
  { advice, env }: { readonly advice: string; readonly env: boolean },
): Command => {
  const option = new Option('--pushgateway <url>').hideHelp()
  return command
    .addOption(env ? option.env('SCIM_PUSH_PUSHGATEWAY') : option)
    .hook('preAction', (_, acting) => {
      if (acting.opts<Pick<PushgatewayFlags, 'pushgateway'>>().pushgateway !== undefined)
        acting.error(`error: --pushgateway is for push: ${advice}`)
    })
}
