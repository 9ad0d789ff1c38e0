import { withDefiniteLengths } from '../encoding/ber.js'
import { derChildren, octetsOf, readDer, type DerElement } from '../encoding/read-der.js'
import { decrypt } from './decrypt.js'
import { PassphraseError, type RoundsLeft } from './passphrase-error.js'

/** What opens something, and how much work that may take. */
export interface Opening {
  readonly passphrase: string
  readonly rounds: RoundsLeft
}

/**
 * Decrypts an EncryptedPrivateKeyInfo (RFC 5958 section 3).
 *
 * @returns a PrivateKeyInfo, PKCS#8 in DER
 * @throws PassphraseError; DerError for bytes that are none
 */
export async function openKey(
  encrypted: DerElement,
  { passphrase, rounds }: Opening,
): Promise<Buffer> {
  const [algorithm, data] = derChildren(encrypted)
  return decryptedSequence(await decrypt(algorithm, octetsOf(data), passphrase, rounds)).bytes
}

/**
 * What was decrypted, which with the wrong passphrase hardly ever is a SEQUENCE of elements.
 *
 * @throws PassphraseError
 */
export function decryptedSequence(bytes: Buffer): DerElement {
  try {
    const element = readDer(withDefiniteLengths(bytes).bytes)
    derChildren(element)
    return element
  } catch {
    throw new PassphraseError('wrong passphrase')
  }
}
