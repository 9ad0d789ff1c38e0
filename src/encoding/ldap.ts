import { Buffer } from 'node:buffer'

// RFC 4515, section 3; what is not ASCII may stand as it is, and is safe as bytes as well.
const IN_FILTER = /[^A-Za-z0-9@._-]/gu
// RFC 4514, section 2.4, and `=`, which it leaves and some servers do not.
const IN_DN = /[^A-Za-z0-9@._-]/gu

/** A value as it may stand in a filter: `a*` is `a\2a` (RFC 4515). */
export function ldapFilterValue(value: string): string {
  return value.replace(IN_FILTER, hexPairs)
}

/** A value as it may stand in a distinguished name: `a,b` is `a\2cb` (RFC 4514, `hexpair`). */
export function ldapNameValue(value: string): string {
  return value.replace(IN_DN, hexPairs)
}

function hexPairs(character: string): string {
  return [...Buffer.from(character, 'utf8')]
    .map((byte) => `\\${byte.toString(16).padStart(2, '0')}`)
    .join('')
}
