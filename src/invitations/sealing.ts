import { createCipheriv, createDecipheriv } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
// So that the length tells nothing of how long a name or a password is.
const BLOCK = 256

/**
 * Seals a text: version, nonce, ciphertext and tag of AES-256-GCM (NIST SP 800-38D).
 *
 * @param boundTo what the result belongs to: it opens nowhere else
 */
export function seal(
  text: string,
  key: Buffer,
  boundTo: string,
  randomBytes: (size: number) => Buffer,
): Buffer {
  const plain = Buffer.from(text, 'utf8')
  const padded = Buffer.alloc(Math.ceil((plain.length + 1) / BLOCK) * BLOCK)
  plain.copy(padded)
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(additionalData(boundTo))
  return Buffer.concat([
    Buffer.of(VERSION),
    nonce,
    cipher.update(padded),
    cipher.final(),
    cipher.getAuthTag(),
  ])
}

/**
 * The text that was sealed.
 *
 * @returns undefined for another key, another place, or a changed byte
 */
export function unseal(sealed: Uint8Array, key: Buffer, boundTo: string): string | undefined {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== VERSION) return undefined
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES)
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(additionalData(boundTo))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const padded = Buffer.concat([
      decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ])
    const end = padded.indexOf(0)
    return padded.toString('utf8', 0, end < 0 ? padded.length : end)
  } catch {
    return undefined
  }
}

function additionalData(boundTo: string): Buffer {
  return Buffer.from(`mailprofile ${VERSION} ${boundTo}`, 'utf8')
}
