import { expect, test } from 'vitest'
import { movedSince, movedWords, type Moved, type PlannedAction } from './moved.ts'
import { aboutUser } from '../plan/withheld.ts'

const leave = (name: string): PlannedAction => ({
  kind: 'user.deactivate',
  ...aboutUser(name),
  reason: 'left-scope',
  changes: [],
  withheld: false,
})
const saved = {
  planHash: 'h',
  fingerprints: { source: 's', target: 't' },
  actions: [leave('ann'), leave('bob')],
}

test('the same is the same', () => {
  expect(movedSince(saved, { ...saved, actions: saved.actions.toReversed() })).toBeNull()
})

test.each<[string, Partial<typeof saved>, Moved, string]>([
  [
    'the source alone',
    { planHash: 'i', fingerprints: { source: 'x', target: 't' } },
    { source: true, target: false, added: [], gone: [] },
    'since the plan was made the source has changed; what the plan does is the same',
  ],
  [
    'the target, in a way that matters',
    { planHash: 'i', fingerprints: { source: 's', target: 'x' }, actions: [leave('ann'), leave('cat')] },
    { source: false, target: true, added: [leave('cat')], gone: [leave('bob')] },
    'since the plan was made the target has changed; 1 of its actions would be new, 1 are gone',
  ],
  [
    'the policy: the same two sides, and more to do',
    { actions: [...saved.actions, leave('ann')] },
    { source: false, target: false, added: [leave('ann')], gone: [] },
    'since the plan was made neither side has changed, but the policy, the approvals or the program have; 1 of its actions would be new, 0 are gone',
  ],
  [
    'the same action for another reason',
    { actions: [leave('ann'), { ...leave('bob'), reason: 'inactive-at-source' }] },
    {
      source: false,
      target: false,
      added: [{ ...leave('bob'), reason: 'inactive-at-source' }],
      gone: [leave('bob')],
    },
    'since the plan was made neither side has changed, but the policy, the approvals or the program have; 1 of its actions would be new, 1 are gone',
  ],
  [
    'nothing but the hash',
    { planHash: 'i' },
    { source: false, target: false, added: [], gone: [] },
    'since the plan was made neither side has changed, but the policy, the approvals or the program have; what the plan does is the same',
  ],
])('what moved: %s', (_, now, moved, words) => {
  expect(movedSince(saved, { ...saved, ...now })).toEqual(moved)
  expect(movedWords(moved)).toBe(words)
})
