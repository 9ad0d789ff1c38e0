import { createDecipheriv } from 'node:crypto'
import { derChildren, numberOf, octetsOf, oidOf, type DerElement } from '../encoding/read-der.js'
import { deriveKey, derivePkcs12Key, pkcs12Passwords } from './key-derivation.js'
import { PassphraseError, type RoundsLeft } from './passphrase-error.js'

const PBES2 = '1.2.840.113549.1.5.13'

/** Of PBES2, with Node's name and the length of the key: RFC 8018 appendix B.2, RFC 3565, 3657, 5794, 8998. */
const CIPHERS: ReadonlyMap<string, readonly [name: string, keyLength: number]> = new Map([
  ['2.16.840.1.101.3.4.1.2', ['aes-128-cbc', 16]],
  ['2.16.840.1.101.3.4.1.22', ['aes-192-cbc', 24]],
  ['2.16.840.1.101.3.4.1.42', ['aes-256-cbc', 32]],
  ['1.2.840.113549.3.7', ['des-ede3-cbc', 24]],
  ['1.2.392.200011.61.1.1.1.2', ['camellia-128-cbc', 16]],
  ['1.2.392.200011.61.1.1.1.3', ['camellia-192-cbc', 24]],
  ['1.2.392.200011.61.1.1.1.4', ['camellia-256-cbc', 32]],
  ['1.2.410.200046.1.1.2', ['aria-128-cbc', 16]],
  ['1.2.410.200046.1.1.7', ['aria-192-cbc', 24]],
  ['1.2.410.200046.1.1.12', ['aria-256-cbc', 32]],
  ['1.2.156.10197.1.104.2', ['sm4-cbc', 16]],
])

/** RFC 7292 appendix C, without RC4. OpenSSL 3 has RC2 in its legacy provider only, which Node lacks. */
const PKCS12_CIPHERS: ReadonlyMap<string, readonly [name: string, keyLength: number]> = new Map([
  ['1.2.840.113549.1.12.1.3', ['des-ede3-cbc', 24]],
  ['1.2.840.113549.1.12.1.4', ['des-ede-cbc', 16]],
  ['1.2.840.113549.1.12.1.5', ['rc2', 16]],
  ['1.2.840.113549.1.12.1.6', ['rc2', 5]],
])
const PKCS12_BLOCK = 8

/** What is met and not supported, as people call it. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.5.1', 'pbeWithMD2AndDES-CBC'],
  ['1.2.840.113549.1.5.3', 'pbeWithMD5AndDES-CBC'],
  ['1.2.840.113549.1.5.4', 'pbeWithMD2AndRC2-CBC'],
  ['1.2.840.113549.1.5.6', 'pbeWithMD5AndRC2-CBC'],
  ['1.2.840.113549.1.5.10', 'pbeWithSHA1AndDES-CBC'],
  ['1.2.840.113549.1.5.11', 'pbeWithSHA1AndRC2-CBC'],
  ['1.2.840.113549.1.12.1.1', 'pbeWithSHA1And128BitRC4'],
  ['1.2.840.113549.1.12.1.2', 'pbeWithSHA1And40BitRC4'],
  ['1.2.840.113549.3.2', 'RC2-CBC'],
  ['1.3.14.3.2.7', 'DES-CBC'],
])

/**
 * Decrypts what a passphrase has encrypted, without holding up the event loop: PBES2 (RFC 8018 section
 * 6.2) and the schemes of PKCS#12.
 *
 * @param algorithm an AlgorithmIdentifier
 * @throws PassphraseError; DerError when the algorithm cannot be read
 */
export async function decrypt(
  algorithm: DerElement | undefined,
  data: Buffer,
  passphrase: string,
  rounds: RoundsLeft,
): Promise<Buffer> {
  const [id, parameters] = derChildren(algorithm)
  const oid = oidOf(id)
  if (oid === PBES2) {
    const [derivation, scheme] = derChildren(parameters)
    const [cipherId, iv] = derChildren(scheme)
    const [name, length] = CIPHERS.get(oidOf(cipherId)) ?? unsupported(oidOf(cipherId))
    const key = await deriveKey(derivation, passphrase, length, rounds)
    return decipher(name, key, octetsOf(iv), data)
  }
  const [name, length] = PKCS12_CIPHERS.get(oid) ?? unsupported(oid)
  const [salt, count] = derChildren(parameters)
  const shared = { digest: 'sha1', salt: octetsOf(salt), count: numberOf(count) }
  let problem: unknown
  for (const password of pkcs12Passwords(passphrase)) {
    try {
      const key = await derivePkcs12Key(password, { ...shared, purpose: 'key', length }, rounds)
      const ofIv = { ...shared, purpose: 'iv', length: PKCS12_BLOCK } as const
      return await decipher(name, key, await derivePkcs12Key(password, ofIv, rounds), data)
    } catch (error) {
      problem = error
    }
  }
  throw problem
}

/** What an encryption is called, for an error. */
function encryptionTitle(oid: string): string {
  return TITLES.get(oid) ?? oid
}

function unsupported(oid: string): never {
  throw new PassphraseError('unsupported', encryptionTitle(oid))
}

async function decipher(name: string, key: Buffer, iv: Buffer, data: Buffer): Promise<Buffer> {
  if (name === 'rc2') return decipherRc2(key, iv, data)
  try {
    const running = createDecipheriv(name, key, iv)
    return Buffer.concat([running.update(data), running.final()])
  } catch {
    // The padding is not there.
    throw new PassphraseError('wrong passphrase')
  }
}

async function decipherRc2(key: Buffer, iv: Buffer, data: Buffer): Promise<Buffer> {
  const { default: forge } = await import('node-forge')
  const binary = (bytes: Buffer) => forge.util.createBuffer(bytes.toString('binary'))
  const running = forge.rc2.createDecryptionCipher(key.toString('binary'), key.length * 8)
  running.start(iv.toString('binary'))
  running.update(binary(data))
  if (!running.finish()) throw new PassphraseError('wrong passphrase')
  return Buffer.from(running.output.getBytes(), 'binary')
}
