import { createHash, timingSafeEqual } from 'node:crypto'
import type { ApiKey } from '../../config/api-key.js'

const PREFIX = 'mp_'
const KEY_BYTES = 32

/**
 * A new key: 256 random bits, so that a plain hash of it can be kept.
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto'
 * import { createApiKey, hashApiKey } from 'mailprofile'
 *
 * const key = createApiKey(randomBytes)
 * const entry = { name: 'helpdesk', hash: hashApiKey(key) } // for `apiKeys` of `createApp`
 * console.log(key.slice(0, 3), entry.hash.length) // mp_ 71
 * ```
 */
export function createApiKey(randomBytes: (size: number) => Buffer): string {
  return `${PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`
}

/**
 * What the configuration keeps of a key.
 *
 * @example
 * ```ts
 * import { hashApiKey } from 'mailprofile'
 *
 * console.log(hashApiKey('mp_example').slice(0, 14)) // sha256:d6654c1
 * ```
 */
export function hashApiKey(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`
}

/** The entry of a key that was presented. All entries are compared, each in constant time. */
export function findApiKey(keys: readonly ApiKey[], presented: string): ApiKey | undefined {
  const hash = Buffer.from(hashApiKey(presented))
  let found: ApiKey | undefined
  for (const key of keys) {
    const expected = Buffer.from(key.hash)
    if (expected.length === hash.length && timingSafeEqual(expected, hash)) found = key
  }
  return found
}
