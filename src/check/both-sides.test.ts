import { expect, test } from 'vitest'
import { graphOf, graphScope, node } from '../../test/fixtures/graph.ts'
import { graphSource } from '../../test/fixtures/memory-source.ts'
import { account, openPolicy, targetTeam } from '../../test/fixtures/simulate.ts'
import { ScimPushError } from '../errors/error.ts'
import { failed, fine, type Finding } from '../model/finding.ts'
import type { TargetState } from '../model/target-state.ts'
import { noContext, type PlanContext } from '../plan/context.ts'
import type { Policy } from '../plan/policy.ts'
import { checkBothSides } from './both-sides.ts'

const stop = new AbortController().signal
const source = graphSource(graphOf(['ann'], [node('Team', ['ann'])], ['Team']), graphScope(['Team']))
const state: TargetState = { users: [account('ann')], groups: [targetTeam('Team', ['ann'])] }
const target = { read: () => Promise.resolve(state) }
const readableSource = [fine('records-readable', 'yes')]
const readableTarget = [fine('scim-groups', 'yes')]
const down = new ScimPushError('SCIM_PAGING', { message: 'pages repeat', where: 'GET /Users' })
const broken = { read: () => Promise.reject(down) }
const unreadable = { explore: () => Promise.reject(new Error('a defect')) }

const both = async (more: {
  readonly source?: Pick<typeof source, 'explore'>
  readonly target?: { read(signal: AbortSignal): Promise<TargetState> }
  readonly ofSource?: readonly Finding[]
  readonly ofTarget?: readonly Finding[]
  readonly policy?: Policy
  readonly context?: Partial<PlanContext>
  readonly warnings?: readonly ScimPushError[]
}) => {
  const result = await checkBothSides({
    source: { side: more.source ?? source, found: more.ofSource ?? readableSource },
    target: { side: more.target ?? target, found: more.ofTarget ?? readableTarget },
    policy: more.policy ?? openPolicy,
    context: { ...noContext, ...more.context },
    warnings: more.warnings ?? [],
    stop,
  })
  const names = (findings: readonly Finding[]): readonly string[] =>
    findings.map(({ level, check }) => `${level} ${check}`)
  return {
    source: names(result.source),
    target: names(result.target),
    plan: result.plan.description,
    found: result.plan.findings.map(({ level, check, message }) => `${level} ${check}: ${message}`),
    remedies: result.plan.findings.map(({ remedy }) => remedy),
  }
}

test('both are read, and compared', async () => {
  expect(await both({})).toEqual({
    source: ['ok records-readable', 'ok scope-people', 'ok scope-email', 'ok scope-groups'],
    target: ['ok scim-groups'],
    plan: '1 person and 1 group in scope, 1 account and 1 group at the target',
    found: ['ok plan-changes: a push would change nothing'],
    remedies: [''],
  })
})

test('a reading that fails is a finding with its code and its remedy, and the other side is read all the same', async () => {
  const { source: scope, plan, found, remedies } = await both({ target: broken })
  expect(scope).toContain('ok scope-people')
  expect(plan).toBe('not compared: the target could not be read')
  expect(found).toEqual(['error plan-read: SCIM_PAGING: pages repeat'])
  expect(remedies).not.toEqual([''])
})

test('a defect is a finding, too', async () => {
  expect(await both({ source: unreadable, target: broken })).toMatchObject({
    plan: 'not compared: the source and the target could not be read',
    found: ['error plan-read: INTERNAL: a defect', 'error plan-read: SCIM_PAGING: pages repeat'],
  })
})

test('whoever was told that a side can not be read is told so once, and it is not tried again', async () => {
  let tried = 0
  const counting = { read: () => Promise.resolve(state).finally(() => tried++) }
  const refused = failed('scim-users', new ScimPushError('SCIM_UNAUTHORIZED', { message: 'no', where: 'x' }))
  expect(await both({ target: counting, ofTarget: [refused] })).toMatchObject({
    plan: 'not compared: the target could not be read',
    found: [],
  })
  const noGroups = failed('scim-groups', new ScimPushError('SCIM_REFUSED', { message: 'no', where: 'x' }))
  await both({ target: counting, ofTarget: [fine('scim-users', 'yes'), noGroups] })
  expect(tried).toBe(0)
  const partly = [fine('scim-groups', 'yes'), failed('scim-paging', down)]
  expect((await both({ target: broken, ofTarget: partly })).found).toEqual([])
})

test('planned with what a push knows: who pushed here before, and what it remembers', async () => {
  const withOld = { read: () => Promise.resolve({ ...state, users: [...state.users, account('old')] }) }
  const plain = await both({ target: withOld })
  expect(plain.found).toContainEqual(expect.stringMatching(/^warning plan-removals: /))
  const other = await both({ target: withOld, context: { otherConfig: 'configmap/other' } })
  expect(other.found).toEqual([
    'ok plan-changes: a push would change nothing',
    expect.stringMatching(
      /^warning plan-withheld: other-config: .*configmap\/other pushed to this target before/,
    ),
  ])
  const unreadable = new ScimPushError('MEMORY_UNREADABLE', { message: 'no right', where: 'x' })
  expect((await both({ warnings: [unreadable] })).found).toEqual([
    'ok plan-changes: a push would change nothing',
    'warning plan-memory: MEMORY_UNREADABLE: no right',
  ])
})

test('who waits is told of, and is no trouble', async () => {
  const policy: Policy = {
    ...openPolicy,
    users: { ...openPolicy.users, remove: [{ days: 30, do: 'deactivate' }] },
  }
  const withOld = { read: () => Promise.resolve({ ...state, users: [...state.users, account('old')] }) }
  const since = Date.UTC(2026, 0, 1)
  const missing = new Map([[account('old').id, { externalId: 'k-old', since }]])
  const { found } = await both({ target: withOld, policy, context: { now: since + 86_400_000, missing } })
  expect(found).toContainEqual(
    expect.stringMatching(/^ok plan-withheld: grace: would not deactivate 1 user .*missing since 2026-01-01/),
  )
})
