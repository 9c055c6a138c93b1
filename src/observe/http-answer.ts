/** One answer of the HTTP server, whole. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

export const textAnswer = (status: number, line: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${line}\n`,
  headers,
})

/** What is at one path. */
export interface Route {
  /** Whether it is only for those who have the token, where there is one. */
  readonly guarded: boolean
  make(): Answer | Promise<Answer>
}

/** What is at a path; null for nothing. */
export type Routes = (path: string) => Route | null
