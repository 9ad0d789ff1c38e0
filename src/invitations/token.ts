import { hkdfSync } from 'node:crypto'

const TOKEN_BYTES = 16
const ID_BYTES = 16
const KEY_BYTES = 32
const TOKEN = /^[\w-]{22}$/
const INFO = 'mailprofile invitation 1'

/** What a token opens: nothing of it leads back to the token. */
export interface TokenSecrets {
  /** The record's id in the store, 22 characters of base64url. */
  readonly id: string
  /** Of AES-256-GCM. */
  readonly key: Buffer
}

/** 128 random bits as 22 characters of base64url (RFC 4648, section 5), short enough for a small QR code. */
export function createToken(randomBytes: (size: number) => Buffer): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/**
 * A token whose record has an id that people can work with: one that begins with a hyphen would be an option to
 * `invite show ID` and a formula to a spreadsheet.
 *
 * @param tenant whose the invitation becomes
 */
export function drawToken(
  randomBytes: (size: number) => Buffer,
  tenant: string | undefined,
): string {
  for (;;) {
    const token = createToken(randomBytes)
    const { id } = deriveSecrets(Buffer.from(token, 'base64url'), tenant)
    if (!id.startsWith('-')) return token
  }
}

/**
 * The bytes of a token.
 *
 * @returns undefined for anything that no token is; 22 characters hold 132 bits, so there is one way to
 *   write a token and 15 that look like it
 */
export function parseToken(text: string): Buffer | undefined {
  if (!TOKEN.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** Whether a text may be a record's id: those look like tokens. */
export function isInvitationId(text: string): boolean {
  return parseToken(text) !== undefined
}

/**
 * The record's id and the key of what is sealed in it, by HKDF with SHA-256 (RFC 5869). At another tenant
 * a token leads to an id that nobody made, so that nothing has to be compared to refuse it.
 *
 * @param tenant undefined for the top level
 */
export function deriveSecrets(token: Buffer, tenant: string | undefined): TokenSecrets {
  const info = tenant === undefined ? INFO : `${INFO} ${tenant}`
  const derived = Buffer.from(hkdfSync('sha256', token, '', info, ID_BYTES + KEY_BYTES))
  return {
    id: derived.subarray(0, ID_BYTES).toString('base64url'),
    key: derived.subarray(ID_BYTES),
  }
}
