import { h, type ComponentChild, type ComponentChildren } from 'preact'
import { needsAttention } from '../report/attention.ts'
import { staleWords, waysToApprove } from '../report/approving.ts'
import { printable } from '../report/printable.ts'
import type { RunReport } from '../report/report.ts'
import type { ConfigRuns } from './history.ts'

const removalNames: Partial<Record<RunReport['actions'][number]['kind'], string>> = {
  'user.deactivate': 'Deactivate users',
  'user.delete': 'Delete users',
  'group.delete': 'Delete groups',
  'membership.remove': 'Remove memberships',
}

/** How many names a page can bear; the report has all of them. */
const MOST = 100

export const removals = ({ report, showSubjects }: ConfigRuns): ComponentChildren => {
  if (report.planHash === null) return null
  const found = Object.entries(removalNames).flatMap(([kind, name]) => {
    const actions = report.actions.filter((action) => action.kind === kind)
    return actions.length === 0 ? [] : [{ name, actions }]
  })
  return [
    h('h3', null, report.dryRun ? 'Removals that the plan would make' : 'Removals of the last run'),
    found.length === 0
      ? h('p', null, 'None.')
      : found.map(({ name, actions }) => {
          const failed = actions.filter(
            ({ outcome }) => outcome !== null && outcome.status !== 'succeeded',
          ).length
          return [
            h(
              'p',
              null,
              `${name}: ${actions.length}`,
              failed > 0 && h('span', { class: 'bad' }, `, ${failed} not done`),
            ),
            showSubjects && subjects(actions.map(({ subject }) => subject)),
          ]
        }),
  ]
}

export const withheld = ({ report, showSubjects }: ConfigRuns): ComponentChildren => {
  const held = report.withheld
  const ways = waysToApprove(report)
  const stale = staleWords(report)
  if (held.length === 0) return null
  const causes = [
    ...Map.groupBy(held, ({ action, kind, reason }) => `${(action ?? kind).replace('.', ' ')}, ${reason}`),
  ]
  return [
    h('h3', null, `Withheld: ${held.length}`),
    causes.map(([cause, alike]) => [
      h('p', { class: alike.some(needsAttention) ? 'notice' : '' }, `${cause}: ${alike.length}`),
      showSubjects && subjects(alike.map(({ subject }) => subject)),
    ]),
    stale !== '' && h('p', { class: 'notice' }, printable(stale)),
    ways.length > 0 && [
      h('p', null, 'To let this plan pass once, and no other, in one of these ways:'),
      h(
        'ul',
        { class: 'subjects' },
        ways.map((way) => h('li', null, h('code', null, way))),
      ),
    ],
    !showSubjects &&
      h(
        'p',
        { class: 'quiet' },
        'Names are not shown here: ',
        h('code', null, 'spec.status.showSubjects'),
        ' is off. ',
        h('code', null, 'scim-push plan'),
        ' shows them.',
      ),
  ]
}

const subjects = (names: readonly string[]): ComponentChild =>
  h(
    'ul',
    { class: 'subjects' },
    names.slice(0, MOST).map((name) => h('li', null, printable(name))),
    names.length > MOST &&
      h('li', { class: 'quiet' }, `and ${names.length - MOST} more; the report has them all`),
  )
