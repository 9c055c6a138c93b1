import { expect, test } from 'vitest'
import { scimId } from '../model/ids.ts'
import { createKnownResources } from './known.ts'

test('an endpoint that renames everybody costs a look at each, not at everybody for each', () => {
  let looks = 0
  const known = createKnownResources('userName')
  const ids = Array.from({ length: 1000 }, (_, n) => scimId(`${n}`))
  known.read(() =>
    ids.map((id) => ({
      id,
      externalId: null,
      get name() {
        looks++
        return `u${id}`
      },
    })),
  )
  for (const id of ids) known.verify({ userName: `renamed-${id}` }, id, {}, 'here')
  expect(looks).toBeLessThan(10 * ids.length)
})

test('who has a name is kept right through changes, creations and deletions', () => {
  const known = createKnownResources('userName')
  const [ann, bob, cat] = [scimId('a'), scimId('b'), scimId('c')]
  known.read(() => [
    { id: ann, externalId: null, name: 'Ann' },
    { id: bob, externalId: null, name: 'Bob' },
  ])
  const answered = (userName: string) => () => known.verify({ userName }, bob, {}, 'here')
  expect(answered('ANN')).toThrow('about Ann')
  known.changed(ann, { name: 'Anna' })
  expect(answered('ann')).not.toThrow()
  expect(answered('anna')).toThrow('about Anna')
  known.created(cat, { externalId: null, name: 'Cat' }, 'here')
  expect(answered('cat')).toThrow('about Cat')
  known.gone(ann)
  expect(answered('anna')).not.toThrow()
})
