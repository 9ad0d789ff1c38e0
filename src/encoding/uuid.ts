import { hash } from 'node:crypto'

/** The 16 bytes of a UUID in its usual form. */
export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

/**
 * A name-based UUID of version 5 (RFC 9562 section 5.5).
 *
 * @param namespace the bytes of a UUID
 * @returns lower case with dashes
 */
export function uuidV5(namespace: Uint8Array, name: string): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]))
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return (
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-` +
    `${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  )
}
