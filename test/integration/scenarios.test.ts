import { describe } from 'vitest'
import { scenario } from '../fixtures/scenario.ts'
import { googleWorld, keeperEndpoint, recordsWorld, rfc7644Endpoint } from '../fixtures/world.ts'

// Active Directory goes the same way in test/e2e/, against a real domain controller.
describe('the life of a company', () => {
  scenario('Google Workspace to Keeper', googleWorld, keeperEndpoint)
  scenario('Google Workspace to RFC 7644', googleWorld, rfc7644Endpoint)
  scenario('records to Keeper', recordsWorld, keeperEndpoint)
  scenario('records to RFC 7644', recordsWorld, rfc7644Endpoint)
})
