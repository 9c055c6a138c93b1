/**
 * The connection is of no use any more, or never was: refused, reset, timed out, not trusted, or out of step. A session
 * turns it into another try or into one of our own errors; it goes no further.
 */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  /** Short and stable, for the metrics. */
  readonly reason: 'connect' | 'tls' | 'certificate' | 'reset' | 'timeout' | 'protocol'

  constructor(reason: ConnectionLost['reason'], message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.reason = reason
  }
}
