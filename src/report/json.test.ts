import { expect, test } from 'vitest'
import { heldBack, reported, reportOf } from '../../test/fixtures/report.ts'
import { jsonDocument, jsonParts, renderJson, reportJson } from './json.ts'

test.each([
  [0, 0],
  [1, 0],
  [0, 1],
  [1000, 1000],
  [2500, 1001],
])(
  '%i actions and %i withheld, in parts: the same document, and no part has them all',
  (actions, withheld) => {
    const report = reportOf({
      planHash: '0'.repeat(32),
      actions: Array.from({ length: actions }, (_, n) =>
        reported({
          subject: `user${n}\n  "withheld": []\u2028`,
          changes: n % 2 === 0 ? [] : [{ attribute: 'displayName', from: null, to: `User ${n}` }],
        }),
      ),
      withheld: Array.from({ length: withheld }, (_, n) => heldBack({ reason: 'limit', detail: `${n}` })),
    })
    const parts = jsonParts(report)
    expect([...parts].join('')).toBe(jsonDocument(reportJson(report)))
    // What could not be written to a file is printed from the beginning.
    expect([...parts].join('')).toBe(renderJson(report))
    expect(Math.max(...Array.from(parts, (part) => part.length))).toBeLessThan(400_000)
  },
)
