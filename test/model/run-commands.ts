import fc from 'fast-check'
import { command, personKeys, teamKeys, type Command } from './command.ts'
import type { SourceFault } from './sources.ts'
import { approve, push, type Course } from './system.ts'
import type { TargetFault, WriteFault } from './targets.ts'

const write = fc.integer({ min: 1, max: 8 })
const team = fc.constantFrom(...teamKeys)

const sourceFault: fc.Arbitrary<SourceFault> = fc.oneof(
  fc.record({ kind: fc.constantFrom('members' as const, 'short' as const), team }),
  fc.record({ kind: fc.constant('hidden' as const), team: fc.constantFrom('g0', 'g2') }),
  fc.record({ kind: fc.constant('person' as const), person: fc.constantFrom(...personKeys) }),
  fc.record({ kind: fc.constantFrom('half' as const, 'empty' as const, 'down' as const) }),
)

const targetFault: fc.Arbitrary<TargetFault> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom<WriteFault['kind'][]>(409, 428, 429, 503, 'dropped before', 'dropped after'),
      at: write,
      times: fc.constantFrom(1, 2, 3, 100),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: write, done: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'unreadable' as const }) },
)

const nothing = fc.constant(null)
const course: fc.Arbitrary<Course> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ source: null, target: null, stopAt: null }) },
  { weight: 2, arbitrary: fc.record({ source: sourceFault, target: nothing, stopAt: nothing }) },
  { weight: 2, arbitrary: fc.record({ source: nothing, target: targetFault, stopAt: nothing }) },
  { weight: 1, arbitrary: fc.record({ source: sourceFault, target: targetFault, stopAt: nothing }) },
  { weight: 1, arbitrary: fc.record({ source: nothing, target: nothing, stopAt: write }) },
)

const label = ({ source, target, stopAt }: Course): string =>
  [
    'push',
    ...(source === null ? [] : [`source: ${Object.values(source).join(' ')}`]),
    ...(target === null ? [] : [labelOf(target)]),
    ...(stopAt === null ? [] : [`SIGTERM at write ${stopAt}`]),
  ].join(', ')

const labelOf = (fault: TargetFault): string => {
  if (fault.kind === 'unreadable') return 'target unreadable'
  if (fault.kind === 'cut') return `killed ${fault.done ? 'after' : 'before'} write ${fault.at}`
  return `${fault.kind} at write ${fault.at}, ${fault.times} times`
}

/** Runs, in any course; days that pass; and approvals. */
export const runCommands: readonly fc.Arbitrary<Command>[] = [
  course.map((how) =>
    command(
      label(how),
      ({ directory }) => how.source === null || directory.faults.includes(how.source.kind),
      async (model, system) => {
        await push(model, system, how)
      },
    ),
  ),
  fc.constantFrom(1, 2, 5).map((days) =>
    command(
      `${days} days pass`,
      () => true,
      ({ absence }) => absence.pass(days),
    ),
  ),
  fc.constant(
    command(
      'the memory of who has been missing is lost',
      () => true,
      ({ absence }) => absence.forget(),
    ),
  ),
  fc.constant(
    command(
      'the operator approves what the last report shows',
      ({ told }) => told !== null && told.planHash !== null,
      approve,
    ),
  ),
]
