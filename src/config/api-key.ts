/** What a key may be used for. */
export const API_SCOPES = [
  'invitations:write',
  'invitations:send',
  'invitations:read',
  'invitations:all',
  'accounts:read',
] as const

/** One of those uses. */
export type ApiScope = (typeof API_SCOPES)[number]

/** Who may use the HTTP interface: an entry of `api.keys`. */
export interface ApiKey {
  /** In lists and in the audit log. */
  readonly name: string
  /** `sha256:` and the hexadecimal digest of the key, as `hashApiKey` has it. */
  readonly hash: string
  readonly scopes: readonly ApiScope[]
  /** The only domains it is for, when there are any. */
  readonly domains?: readonly string[] | undefined
}
