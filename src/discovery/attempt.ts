import type { Advice } from '../providers/provider.js'

/** What came of asking one place. */
export type Outcome =
  | 'found'
  /** There is nothing: no such name, no such record, or an HTTP status other than 200. */
  | 'not_found'
  /** Whoever answered did not send settings: a page, broken XML, nothing that is usable. */
  | 'invalid'
  | 'too_large'
  | 'timeout'
  | 'too_many_redirects'
  /** A redirect or a name leads where this program does not go: inside, or without encryption. */
  | 'blocked'
  /** The certificate is not valid for the name. */
  | 'certificate'
  /** No connection, or one that broke. */
  | 'unreachable'
  /** Only servers that want OAuth. */
  | 'oauth_only'
  /** The catalogue says why the mail host's accounts cannot be set up. */
  | 'refused'
  /** Only servers without encryption, or that check no password. */
  | 'insecure_only'
  /** A place that ranks higher answered first. */
  | 'not_needed'

/** One place that was asked for settings. */
export interface Attempt {
  /** An address or a record's name. */
  readonly place: string
  readonly outcome: Outcome
  /** More of it, for people who run mail servers. */
  readonly detail?: string
  /** What the provider of the catalogue says to do instead, for `oauth_only` and `refused`. */
  readonly advice?: Advice | undefined
}

/** Why a place gave nothing. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError'
  readonly outcome: Outcome
  readonly advice: Advice | undefined
  /** Of an HTTP answer that was none. */
  readonly status: number | undefined

  constructor(
    outcome: Outcome,
    detail: string,
    {
      advice,
      status,
      cause,
    }: ErrorOptions & Pick<Attempt, 'advice'> & { readonly status?: number } = {},
  ) {
    super(detail, cause === undefined ? undefined : { cause })
    this.outcome = outcome
    this.advice = advice
    this.status = status
  }
}

/** A search that brought nothing: what was asked, and what came of it. */
export class SearchedInVain extends Error {
  override readonly name = 'SearchedInVain'
  readonly attempts: readonly Attempt[]

  constructor(attempts: readonly Attempt[]) {
    super('Nothing was found.')
    this.attempts = attempts
  }
}
