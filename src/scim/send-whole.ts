import type { Dispatcher } from 'undici'
import { createBoundedText } from '../lib/http.ts'

interface WholeAnswer {
  readonly status: number
  /** What a header says, all of them joined where there are several; empty where there is none. */
  readonly header: (name: Lowercase<string>) => string
  /** Null when it is longer than allowed. */
  readonly text: string | null
}

interface Limits {
  /** Bytes of the answer's body; after so many its connection is closed. */
  readonly longest: number
  /** From now to the last byte of the answer. */
  readonly answerMs: number
  /** Ends the request even while it is under way. */
  readonly abort?: AbortSignal | undefined
}

/**
 * One request and its answer, read to its end: undici's own `request` makes a stream of each answer, and a chain of signals, which
 * together take as long as all the rest.
 * @throws undici's error where the answer isn't whole, a `TimeoutError` after `answerMs`, the signal's reason
 */
export const sendWhole = (
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { longest, answerMs, abort }: Limits,
): Promise<WholeAnswer> => {
  if (abort?.aborted === true) return Promise.reject(asError(abort.reason))
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>()
  const body = createBoundedText(longest)
  let status = 0
  let headers: Readonly<Record<string, string | string[] | undefined>> = {}
  let controller: Dispatcher.DispatchController | null = null
  /** Why nothing more of it is wanted. */
  let ended: Error | null = null

  const settle = (): void => {
    clearTimeout(timer)
    abort?.removeEventListener('abort', aborted)
  }
  const end = (reason: Error): void => {
    settle()
    reject(reason)
    if (ended !== null) return
    ended = reason
    controller?.abort(reason)
  }
  const answered = (text: string | null): void => {
    settle()
    resolve({ status, header: (name) => [headers[name] ?? []].flat().join(', '), text })
  }
  const aborted = (): void => end(asError(abort?.reason))
  const timer = setTimeout(() => {
    end(new DOMException(`no whole answer within ${answerMs} ms`, 'TimeoutError'))
  }, answerMs)
  abort?.addEventListener('abort', aborted)

  dispatcher.dispatch(request, {
    onRequestStart(started) {
      controller = started
      if (ended !== null) started.abort(ended)
    },
    onResponseStart(_, statusCode, received) {
      status = statusCode
      headers = received
    },
    onResponseData(receiving, part) {
      if (ended !== null || body.add(part)) return
      answered(null)
      ended = new Error(`the answer is longer than ${longest} bytes`)
      receiving.abort(ended)
    },
    onResponseEnd: () => answered(body.text()),
    onResponseError: (_, error) => end(error),
  })
  return promise
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new DOMException('the request was aborted', 'AbortError')
