import { InvalidArgumentError, Option, type Command } from 'commander'
import { isDigest } from '../lib/sha256.ts'
import { parseListen, type Listen } from '../observe/http-server-listen.ts'
import { logFormats, logLevels, type LogFormat, type LogLevel } from '../observe/log-options.ts'

/** What every command prints its result as. */
const plainOutputs = ['text', 'json', 'none'] as const
/** What the commands that make the report of a run print it as. */
export const reportOutputs = ['text', 'json', 'markdown', 'html', 'none'] as const
type Output = (typeof reportOutputs)[number]

const locks = ['lease', 'none'] as const

/** Where results and logs go. */
export interface OutputFlags {
  readonly output: Output
  readonly outputFile?: string
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
}

/** Flags of every command that looks into a cluster. */
export interface ClusterFlags {
  readonly namespace?: string
  readonly selector?: string
}

/** Flags that every command which reads a configuration takes. */
export interface CommonFlags extends OutputFlags, ClusterFlags {
  /** None: the environment and --set say everything. */
  readonly config: readonly string[]
  readonly source?: string
  readonly set: readonly string[]
  /** Hashes of plans. */
  readonly approve?: readonly string[]
}

/** Flags of the commands that write. */
export interface PushFlags extends CommonFlags {
  readonly dryRun?: boolean
  readonly lock?: (typeof locks)[number]
  /** Milliseconds. */
  readonly lockWait?: number
  readonly listen?: Listen
  readonly listenTokenFile?: string
}

/** When `serve` runs: as cron says, or again and again. */
export interface ScheduleFlags {
  readonly schedule?: string
  readonly timeZone?: string
  readonly interval?: number
  /** Milliseconds; the schedule's own when it is not given. */
  readonly jitter?: number
}

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value]

/** Of a file; an empty one is what a variable that nobody filled has. */
export const path = (value: string): string => {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty.')
  return value
}

/** Adds them, in the order in which the help shows them. */
export const withCommonFlags = (command: Command, outputs: readonly Output[] = plainOutputs): Command =>
  withOutputFlags(
    withClusterFlags(
      command.addOption(
        new Option(
          '-c, --config <document>',
          'the SyncConfig: a file, configmap/NAME or syncconfig/NAME; may be repeated, then one runs after another',
        )
          .argParser((value: string, all: readonly string[]) => collect(path(value), all))
          .default([], 'none')
          .env('SCIM_PUSH_CONFIG'),
      ),
      'instead of --config: every SyncConfig of the namespace with these labels, one after another',
    )
      .option('--source <type>', 'overrides source.type: google, activeDirectory (or ad), records')
      .addOption(
        new Option(
          '--set <path=value>',
          'overrides one setting, as in --set target.maxConcurrency=4; may be repeated',
        )
          .argParser(collect)
          .default([], 'none'),
      ),
    outputs,
  )

/** @param selector what --selector selects for */
export const withClusterFlags = (command: Command, selector: string): Command =>
  command
    .addOption(new Option('-l, --selector <labels>', selector).env('SCIM_PUSH_SELECTOR'))
    .addOption(
      new Option('-n, --namespace <name>', "the namespace; by default the pod's, or the kubeconfig's")
        .argParser(path)
        .env('SCIM_PUSH_NAMESPACE'),
    )

export const withOutputFlags = (command: Command, outputs: readonly Output[] = plainOutputs): Command =>
  command
    .addOption(
      new Option('-o, --output <format>', 'how the result is printed; none leaves it to the log')
        .choices(outputs)
        .default('text'),
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

/** Of the commands that plan removals. */
export const withApproveFlag = (command: Command): Command =>
  command.option(
    '--approve <hash>',
    'let the removals pass that the plan of this hash withholds, and no other; may be repeated',
    (value: string, all: readonly string[] | undefined) => collect(planHash(value), all ?? []),
  )

const planHash = (value: string): string => {
  if (!isDigest(value.trim()))
    throw new InvalidArgumentError("It must be a plan's hash: 32 hexadecimal digits.")
  return value.trim()
}

/** Of the commands that write. */
export const withLockFlag = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--lock <kind>',
        'lease: no two runs write to one target at once, by a Lease in the namespace; the default where the configuration is in a cluster',
      )
        .choices(locks)
        .env('SCIM_PUSH_LOCK'),
    )
    .addOption(
      new Option(
        '--lock-wait <duration>',
        'how long to wait for a lock that another run holds, as 90s or 3m; by default not at all',
      )
        .argParser(duration)
        .env('SCIM_PUSH_LOCK_WAIT'),
    )

export const withListenFlag = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--listen <address:port>',
        'serve a status page, /metrics, /status, /healthz and /readyz there while the command runs',
      )
        .argParser(listenAddress)
        .env('SCIM_PUSH_LISTEN'),
    )
    .addOption(
      new Option(
        '--listen-token-file <file>',
        'holds a token that the status page, /status and the reports ask for, as a bearer token or as the password of a browser',
      )
        .argParser(path)
        .env('SCIM_PUSH_LISTEN_TOKEN_FILE'),
    )

const listenAddress = (value: string): Listen => {
  const listen = parseListen(value)
  if (typeof listen === 'string') throw new InvalidArgumentError(`It ${listen}.`)
  return listen
}

export const withScheduleFlags = (command: Command): Command =>
  command
    .addOption(
      new Option('--schedule <cron>', 'when to run, in cron’s five fields').env('SCIM_PUSH_SCHEDULE'),
    )
    .addOption(
      new Option(
        '--time-zone <name>',
        'the schedule’s time zone, as Europe/Berlin; by default this machine’s',
      ).env('SCIM_PUSH_TIME_ZONE'),
    )
    .addOption(
      new Option(
        '--interval <duration>',
        'instead of --schedule: run at once, and again so long after each run, as 90s, 15m or 1h',
      )
        .argParser(duration)
        .env('SCIM_PUSH_INTERVAL'),
    )
    .addOption(
      new Option(
        '--jitter <duration>',
        'begin each run up to so much later, by chance; by default a tenth of the wait, at most 30s; 0s for none',
      )
        .argParser((value: string) => (/^0[smh]?$/.test(value.trim()) ? 0 : duration(value)))
        .env('SCIM_PUSH_JITTER'),
    )

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds. */
const duration = (value: string): number => {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([smh])$/.exec(value.trim()) ?? []
  if (count === undefined) throw new InvalidArgumentError('It must be a number with s, m or h, as 15m.')
  return Number(count) * (units[unit] ?? 0)
}
