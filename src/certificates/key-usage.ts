import type { X509Certificate } from 'node:crypto'
import { certificateFields } from './fields.js'
import { readDer } from '../encoding/read-der.js'

const KEY_USAGE = '2.5.29.15'
const BITS = { digitalSignature: 0x80, contentCommitment: 0x40 } as const

/**
 * Whether a certificate lets its key sign: RFC 5280 section 4.2.1.3. One without the extension says
 * nothing about it. Node's own `keyUsage` is the other one, the extended key usage.
 *
 * @param bits any of which is enough
 */
export function maySign(
  certificate: X509Certificate,
  bits: readonly (keyof typeof BITS)[],
): boolean {
  const extension = certificateFields(certificate.raw).extensions.get(KEY_USAGE)
  if (extension === undefined) return true
  // A BIT STRING: the number of unused bits, then the bits.
  const usage = readDer(extension).content[1] ?? 0
  return bits.some((bit) => (usage & BITS[bit]) !== 0)
}
