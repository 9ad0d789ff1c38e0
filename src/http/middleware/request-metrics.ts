/** What there is to know of a request that nobody sent. */
export interface RequestFacts {
  readonly method: string
  /** The template of the route, or `none`. */
  readonly route: string
  readonly status: number
  readonly seconds: number
  /** The id of the format that was asked for, if there is such a one. */
  readonly format?: string | undefined
}

/** Told of every request once, when its answer has been sent or the client has gone away. */
export interface RequestMetrics {
  /** Must not throw, and is not waited for. */
  request(facts: RequestFacts): void
}
