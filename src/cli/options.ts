import { Option, type Command } from 'commander'
import { logFormats, logLevels, type LogFormat, type LogLevel } from '../observe/log.ts'

const outputs = ['text', 'json'] as const
type Output = (typeof outputs)[number]

/** Flags that every command which reads a configuration takes. */
export interface CommonFlags {
  readonly config?: string
  readonly source?: string
  readonly set: readonly string[]
  readonly output: Output
  readonly outputFile?: string
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
}

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value]

/** Adds them, in the order in which the help shows them. */
export const withCommonFlags = (command: Command): Command =>
  command
    .addOption(new Option('-c, --config <file>', 'the SyncConfig document').env('SCIM_PUSH_CONFIG'))
    .option('--source <type>', 'overrides source.type: google, ad, records')
    .option(
      '--set <path=value>',
      'overrides one setting, as in --set target.maxConcurrency=4; may be repeated',
      collect,
      [],
    )
    .addOption(
      new Option('-o, --output <format>', 'how the result is printed').choices(outputs).default('text'),
    )
    .option('--output-file <file>', 'where the result goes instead of standard output')
    .addOption(
      new Option('--log-level <level>', 'how much is logged')
        .choices(logLevels)
        .default('info')
        .env('SCIM_PUSH_LOG_LEVEL'),
    )
    .addOption(
      new Option('--log-format <format>', 'how it is logged')
        .choices(logFormats)
        .default('text')
        .env('SCIM_PUSH_LOG_FORMAT'),
    )
