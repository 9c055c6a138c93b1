import { Command, CommanderError } from 'commander'
import { addCommands } from './commands.ts'
import { versionLine } from './version.ts'

/** A wrong command line is a wrong configuration. */
const USAGE = 78

/** Runs one command and answers with the exit code. Results go to standard output, all else to standard error. */
export const runCli = async (args: readonly string[], stop: AbortSignal): Promise<number> => {
  let exitCode = 0
  const end = (code: number): void => {
    exitCode = code
  }
  const program = new Command('scim-push')
    .description(
      'Pushes users, groups and memberships from Google Workspace or Active Directory to a SCIM 2.0 endpoint.',
    )
    .version(versionLine, '-V, --version', 'print the version')
    .exitOverride()
    .showHelpAfterError('`scim-push --help` lists the commands, and `scim-push COMMAND --help` their flags.')
  addCommands(program, stop, end)
  for (const command of program.commands) command.exitOverride()
  try {
    await program.parseAsync(withCommand(args), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander has printed what was wrong; asking for help is not an error.
    return error.exitCode === 0 ? 0 : USAGE
  }
  return exitCode
}

const own = new Set(['-h', '--help', '-V', '--version'])

/** Flags alone are those of `push`. A word that is no command is not: `pusch` must be named as what is wrong. */
const withCommand = (args: readonly string[]): readonly string[] => {
  const [first] = args
  return first === undefined || (first.startsWith('-') && !own.has(first)) ? ['push', ...args] : args
}
