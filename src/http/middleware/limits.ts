/**
 * What a client may cost. Every call counts one and rejects with MailProfileError `too_many_requests`,
 * which says when to come again, once it is too many.
 */
export interface Limits {
  /**
   * A request that costs something: a look-up, a page, a signature.
   *
   * @param address from `clientAddress`, as all addresses here
   */
  client(address: string): Promise<void>
  /** A search outside for the settings of a domain. */
  domain(domain: string): Promise<void>
  /** A request with an API key. */
  key(name: string): Promise<void>
  /** A wrong token, passcode or key. */
  wrong(address: string): Promise<void>
  /** An invitation that is sent for an API key; nothing is counted without it. */
  send?(name: string): Promise<void>
}

/** What a limit is about: `client`, `domain`, `key`, `wrong` or `send`. */
export type LimitKind = keyof Limits

const unlimited = (): Promise<void> => Promise.resolve()

export const NO_LIMITS: Required<Limits> = {
  client: unlimited,
  domain: unlimited,
  key: unlimited,
  wrong: unlimited,
  send: unlimited,
}

/** What is counted, each for itself. */
export const LIMIT_KINDS = Object.keys(NO_LIMITS) as readonly LimitKind[]
