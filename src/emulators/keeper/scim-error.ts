import type { Answer } from '../faults.ts'

/** A refusal in SCIM's shape (RFC 7644 §3.12: `status` is a string). */
export class ScimRefusal extends Error {
  override readonly name = 'ScimRefusal'
  readonly status: number
  readonly scimType: string

  constructor(status: number, detail: string, scimType = '') {
    super(detail)
    this.status = status
    this.scimType = scimType
  }

  answer(): Answer {
    return {
      status: this.status,
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: `${this.status}`,
        ...(this.scimType && { scimType: this.scimType }),
        detail: this.message,
      },
    }
  }
}
