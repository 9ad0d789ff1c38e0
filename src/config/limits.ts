/** How much is too much, each per minute. */
export interface LimitsConfig {
  readonly enabled: boolean
  /** Requests of one client that cost something. */
  readonly client: number
  /** Searches for the settings of one domain. */
  readonly domain: number
  /** Requests with one API key. */
  readonly key: number
  /** Wrong tokens, codes and keys of one client. */
  readonly wrong: number
}

/** What is too much in a minute where nobody says otherwise, for `createLimits`. */
export const DEFAULT_LIMITS: LimitsConfig = {
  enabled: true,
  client: 300,
  domain: 20,
  key: 1200,
  wrong: 30,
}
