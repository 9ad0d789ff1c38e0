import type { Secret } from '../../account/secret.js'
import type { ServerPlace } from '../connect.js'

/** A server of a database, and as whom it is asked. */
export interface SqlServer {
  readonly place: ServerPlace
  readonly user: string
  readonly password: Secret | undefined
  readonly database: string
  /** With Mozilla's placeholders. */
  readonly query: string
  /** The statement that lists people, with its own placeholder. */
  readonly list: string | undefined
  readonly connections: number
  /** Milliseconds that the server may take. */
  readonly timeout: number
}
