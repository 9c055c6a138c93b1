import { Command, CommanderError } from 'commander'
import { addCheck } from './check.ts'
import { addDemo } from './demo.ts'
import { addPlan } from './plan.ts'
import { addPush } from './push.ts'
import { addVersion } from './version.ts'

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
    .exitOverride()
    .showHelpAfterError()
  addPush(program, stop, end)
  addPlan(program, stop, end)
  addCheck(program, stop, end)
  addDemo(program, stop, end)
  addVersion(program)
  for (const command of program.commands) command.exitOverride()
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander has printed what was wrong; asking for help is not an error.
    return error.exitCode === 0 ? 0 : USAGE
  }
  return exitCode
}
