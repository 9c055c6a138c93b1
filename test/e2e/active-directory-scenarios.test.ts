import { afterAll, beforeAll, describe } from 'vitest'
import { scenario } from '../fixtures/scenario.ts'
import { keeperEndpoint, rfc7644Endpoint } from '../fixtures/world.ts'
import { company } from './samba/company.ts'
import { startDomainController, type DomainController } from './samba/domain-controller.ts'
import { sambaWorld } from './samba/world.ts'

let dc: DomainController
beforeAll(async () => {
  dc = await startDomainController(company())
})
afterAll(() => dc.stop())

describe('the life of a company in a real domain: members meet their groups (D:324, D:379, S:700)', () => {
  scenario('Active Directory to Keeper', () => sambaWorld(dc, 'Kept'), keeperEndpoint)
  scenario('Active Directory to RFC 7644', () => sambaWorld(dc, 'Plain'), rfc7644Endpoint)
})
