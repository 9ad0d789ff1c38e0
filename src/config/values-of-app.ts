// What programs give to `createApp` as the configuration has it. It is written out, not worked out of the schema, so that
// their compiler needs neither the schema nor the package that it is made with.

/** What `/.well-known/security.txt` says: RFC 9116, section 2.5. */
export interface SecurityTxt {
  readonly contact: readonly string[]
  /** A time such as `2027-01-31T00:00:00Z`; 90 days from now by default. */
  readonly expires?: string | undefined
  readonly encryption?: string | undefined
  readonly policy?: string | undefined
  readonly acknowledgments?: string | undefined
  /** Such as `en, de`. */
  readonly preferredLanguages?: string | undefined
}

/** What only the owner of a domain can promise of https (RFC 6797, section 6.1; hstspreload.org). */
export interface TransportSecurity {
  /** Whether every name below the host speaks https too; not by default. */
  readonly includeSubDomains?: boolean | undefined
  /** Whether browsers may have the domain built in; not by default. */
  readonly preload?: boolean | undefined
}

/** Of settings that were found: none, or those that a domain publishes for servers of its own. */
export type SignFound = 'never' | 'vouched'
