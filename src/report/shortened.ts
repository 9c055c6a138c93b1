import { clipped } from '../lib/clipped.ts'
import type { Gap } from '../model/snapshot.ts'
import type { Change } from '../plan/action.ts'

/** What a report has of one text at most: what the target holds now may be of any length, and so may what a source says of itself. */
const NAME = 1024
const DETAIL = 4000

export const shortenedChange = (change: Change): Change =>
  change.attribute === 'active'
    ? change
    : {
        ...change,
        from: change.from === null ? null : clipped(change.from, NAME),
        to: clipped(change.to, NAME),
      }

export const shortenedGap = ({ kind, subject, detail }: Gap): Gap => ({
  kind,
  subject: clipped(subject, NAME),
  detail: clipped(detail, DETAIL),
})
