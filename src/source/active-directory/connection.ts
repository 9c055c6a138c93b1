import type { Socket } from 'node:net'
import { TLSSocket, type ConnectionOptions } from 'node:tls'
import {
  BindRequest,
  BindResponse,
  ExtendedRequest,
  ExtendedResponse,
  MessageParser,
  PagedResultsControl,
  SearchEntry,
  SearchReference,
  SearchRequest,
  SearchResponse,
  UnbindRequest,
  type Control,
  type Filter,
} from 'ldapts'
import { withoutSecrets, type Secret } from '../../lib/secret.ts'
import { ConnectionLost } from './connection-lost.ts'
import { createFrames } from './frames.ts'
import { secureSocket } from './open-socket.ts'
import { tlsFacts, type TlsFacts } from './tls-facts.ts'
import { cleanDiagnostic, type Refusal } from './result-code.ts'

type Request = BindRequest | ExtendedRequest | SearchRequest
type Response = BindResponse | ExtendedResponse | SearchResponse

interface Pending {
  readonly message: Request
  readonly entries: SearchEntry[]
  references: number
  /** Came in since it was asked; of others too, where several wait. */
  bytes: number
  readonly resolve: (answer: { readonly response: Response; readonly pending: Pending }) => void
  readonly reject: (error: ConnectionLost) => void
  readonly timer: NodeJS.Timeout
}

export interface SearchSpec {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  readonly controls: readonly Control[]
  /** Null for a search that can answer only one entry. */
  readonly page: { readonly size: number; readonly cookie: Buffer | null } | null
  readonly timeLimitSeconds: number
}

export interface Answer {
  readonly result: Refusal
  readonly entries: readonly SearchEntry[]
  /** Continuation references to other partitions: counted, not followed. */
  readonly references: number
  /** Empty after the last page; null when the server did not say. */
  readonly cookie: Buffer | null
}

/** A page of 200 groups, with 1,500 members each, has about 40 MB. */
const LONGEST_ANSWER = 512 * 2 ** 20

const START_TLS = '1.3.6.1.4.1.1466.20037'

/**
 * One LDAP connection, on the messages and the BER of ldapts but not on its client: that one reconnects on its own without
 * StartTLS and without a bind, does not notice when a StartTLS connection is closed, keeps the paging cookie to itself and
 * stops paging at an empty page. Here what is lost stays lost, and says so to everyone who waits.
 */
export class LdapConnection {
  #socket: Socket
  readonly #pending = new Map<string, Pending>()
  #lastId = 0
  #lost: ConnectionLost | null = null

  constructor(socket: Socket) {
    this.#socket = socket
    this.#listen()
  }

  get usable(): boolean {
    return this.#lost === null
  }

  /** How the connection is encrypted; null where it is not. */
  tls(): TlsFacts | null {
    return this.#socket instanceof TLSSocket ? tlsFacts(this.#socket) : null
  }

  /** Asks for TLS and puts it on top of the connection (RFC 4511 §4.14). @throws ConnectionLost */
  async startTls(options: ConnectionOptions, timeoutMs: number): Promise<Refusal> {
    const { response } = await this.#send(new ExtendedRequest({ messageId: 0, oid: START_TLS }), timeoutMs)
    if (response.status !== 0) return refusalOf(response)
    // What came in before TLS must not be taken for an answer under it: a new parser starts with nothing.
    for (const event of ['data', 'error', 'close']) this.#socket.removeAllListeners(event)
    this.#socket.on('error', () => undefined)
    this.#socket = await secureSocket(this.#socket, options, timeoutMs)
    this.#listen()
    return refusalOf(response)
  }

  /** A simple bind (RFC 4513 §5.1.3). @throws ConnectionLost */
  async bind(user: string, password: Secret, timeoutMs: number): Promise<Refusal> {
    const { response } = await this.#send(
      new BindRequest({ messageId: 0, dn: user, password: password.reveal() }),
      timeoutMs,
    )
    const said = withoutSecrets(response.errorMessage, [password.reveal()])
    return { status: response.status, diagnostic: cleanDiagnostic(said) }
  }

  /** One search request: one page where `page` is given. @throws ConnectionLost */
  async search(spec: SearchSpec, timeoutMs: number): Promise<Answer> {
    const controls = [...spec.controls]
    if (spec.page) {
      const { size, cookie } = spec.page
      const paging = new PagedResultsControl({ critical: true, value: cookie ? { size, cookie } : { size } })
      controls.push(paging)
    }
    const { response, pending } = await this.#send(
      new SearchRequest({
        messageId: 0,
        baseDN: spec.base,
        scope: spec.scope,
        filter: spec.filter,
        attributes: [...spec.attributes],
        sizeLimit: 0,
        timeLimit: spec.timeLimitSeconds,
        controls,
      }),
      timeoutMs,
    )
    const paging = response.controls?.find((control) => control instanceof PagedResultsControl)
    return {
      result: refusalOf(response),
      entries: pending.entries,
      references: pending.references,
      cookie: paging?.value?.cookie ?? null,
    }
  }

  /** Says goodbye and frees the socket. */
  close(): void {
    if (this.#lost) return
    this.#socket.write(new UnbindRequest({ messageId: this.#nextId() }).write())
    this.#fail(new ConnectionLost('reset', 'the connection was closed by this side'))
  }

  #listen(): void {
    const socket = this.#socket
    // The parser only takes the requests to find their controls; the answers are sorted here.
    const parser = new MessageParser()
    parser.on('message', (message) => this.#receive(message))
    // After a message that can't be read the parser has lost its place in the stream.
    parser.on('error', (cause) =>
      this.#fail(new ConnectionLost('protocol', 'the server sent what is not LDAP', cause)),
    )
    const frames = createFrames()
    socket.on('data', (data: Buffer) => {
      try {
        for (const message of this.usable ? frames.push(data) : []) {
          if (this.usable) parser.read(message, this.#pending)
        }
      } catch (cause) {
        this.#fail(new ConnectionLost('protocol', 'the server sent what is not LDAP', cause))
      }
      this.#count(data.length)
    })
    socket.on('error', (cause: Error) => this.#fail(new ConnectionLost('reset', cause.message, cause)))
    socket.on('close', () => this.#fail(new ConnectionLost('reset', 'the server closed the connection')))
  }

  /** An answer that never ends is left, and so is one that no memory would hold. */
  #count(bytes: number): void {
    for (const pending of this.#pending.values()) {
      pending.bytes += bytes
      if (pending.bytes > LONGEST_ANSWER)
        this.#fail(new ConnectionLost('protocol', 'the server sent more than any answer has'))
    }
  }

  #receive(message: unknown): void {
    const id = messageIdOf(message)
    const pending = this.#pending.get(String(id))
    if (id === 0 && message instanceof ExtendedResponse) {
      // Notice of Disconnection (RFC 4511 §4.4.1): the only unsolicited message there is.
      const why = cleanDiagnostic(message.errorMessage)
      this.#fail(new ConnectionLost('reset', `the server is closing the connection: ${why}`))
    } else if (!pending) {
      this.#fail(new ConnectionLost('protocol', 'the server answered what was not asked'))
    } else if (message instanceof SearchEntry) {
      pending.entries.push(message)
    } else if (message instanceof SearchReference) {
      pending.references++
    } else if (
      message instanceof SearchResponse ||
      message instanceof BindResponse ||
      message instanceof ExtendedResponse
    ) {
      this.#pending.delete(String(id))
      clearTimeout(pending.timer)
      pending.resolve({ response: message, pending })
    } else {
      this.#fail(new ConnectionLost('protocol', 'the server sent a message of an unexpected kind'))
    }
  }

  #send(
    message: Request,
    timeoutMs: number,
  ): Promise<{ readonly response: Response; readonly pending: Pending }> {
    if (this.#lost) return Promise.reject(this.#lost)
    message.messageId = this.#nextId()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail(new ConnectionLost('timeout', `no answer within ${timeoutMs} ms`))
      }, timeoutMs)
      const pending = { message, entries: [], references: 0, bytes: 0, resolve, reject, timer }
      this.#pending.set(String(message.messageId), pending)
      this.#socket.write(message.write())
    })
  }

  #nextId(): number {
    this.#lastId = this.#lastId >= 2 ** 31 - 1 ? 1 : this.#lastId + 1
    return this.#lastId
  }

  #fail(error: ConnectionLost): void {
    if (this.#lost) return
    this.#lost = error
    this.#socket.end()
    this.#socket.destroySoon()
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.#pending.clear()
  }
}

const refusalOf = (response: Response): Refusal => ({
  status: response.status,
  diagnostic: cleanDiagnostic(response.errorMessage),
})

const messageIdOf = (message: unknown): number | null =>
  typeof message === 'object' && message !== null && 'messageId' in message ? Number(message.messageId) : null
