import { InvalidArgumentError, Option, type Command } from 'commander'
import { logFormats, logLevels, type LogFormat, type LogLevel } from '../observe/log-options.ts'

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

const path = (value: string): string => {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty.')
  return value
}

/** Adds them, in the order in which the help shows them. */
export const withCommonFlags = (command: Command): Command =>
  command
    .addOption(
      new Option('-c, --config <document>', 'the SyncConfig: a file, configmap/NAME or syncconfig/NAME')
        .argParser(path)
        .env('SCIM_PUSH_CONFIG'),
    )
    .option('--source <type>', 'overrides source.type: google, activeDirectory (or ad), records')
    .addOption(
      new Option(
        '--set <path=value>',
        'overrides one setting, as in --set target.maxConcurrency=4; may be repeated',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option('-o, --output <format>', 'how the result is printed').choices(outputs).default('text'),
    )
    .addOption(
      new Option('--output-file <file>', 'where the result goes instead of standard output').argParser(path),
    )
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
