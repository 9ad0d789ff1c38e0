import { createHmac, timingSafeEqual } from 'node:crypto'
import { withDefiniteLengths } from '../encoding/ber.js'
import {
  derChildren,
  DerError,
  numberOf,
  octetsOf,
  oidOf,
  readDer,
  type DerElement,
} from '../encoding/read-der.js'
import { MailProfileError } from '../errors.js'
import { decrypt } from './decrypt.js'
import { deriveKey, derivePkcs12Key, hmacDigest, pkcs12Passwords } from './key-derivation.js'
import { decryptedSequence, openKey, type Opening } from './pkcs8.js'
import { MAX_ROUNDS, PassphraseError, RoundsLeft } from './passphrase-error.js'

/** What a PKCS#12 file holds, as DER: certificates, and private keys in PKCS#8. */
export interface Pkcs12Content {
  readonly certificates: readonly Buffer[]
  readonly keys: readonly Buffer[]
}

// RFC 2315 and RFC 7292 appendix D.
const DATA = '1.2.840.113549.1.7.1'
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6'
const BAG = '1.2.840.113549.1.12.10.1.'
const KEY_BAG = `${BAG}1`
const SHROUDED_KEY_BAG = `${BAG}2`
const CERTIFICATE_BAG = `${BAG}3`
const SAFE_CONTENTS_BAG = `${BAG}6`
const X509 = '1.2.840.113549.1.9.22.1'
const PBMAC1 = '1.2.840.113549.1.5.14'
const DIGESTS: ReadonlyMap<string, readonly [name: string, length: number]> = new Map([
  ['1.3.14.3.2.26', ['sha1', 20]],
  ['2.16.840.1.101.3.4.2.4', ['sha224', 28]],
  ['2.16.840.1.101.3.4.2.1', ['sha256', 32]],
  ['2.16.840.1.101.3.4.2.2', ['sha384', 48]],
  ['2.16.840.1.101.3.4.2.3', ['sha512', 64]],
])
/** No HMAC of these has a longer block, and a longer key would be hashed first. */
const MAX_MAC_KEY = 128
const MAX_DEPTH = 8

/**
 * Opens a PKCS#12 file (RFC 7292), with the integrity of RFC 9579 too, DER or BER. The event loop goes
 * on meanwhile, however many rounds the passphrase takes, and too many are refused.
 *
 * @throws MailProfileError `invalid_configuration`
 */
export async function openPkcs12(file: Uint8Array, passphrase: string): Promise<Pkcs12Content> {
  try {
    return await open(Buffer.from(file), { passphrase, rounds: new RoundsLeft() })
  } catch (cause) {
    throw refused(cause, file, passphrase)
  }
}

async function open(file: Buffer, opening: Opening): Promise<Pkcs12Content> {
  const [, authSafe, mac] = derChildren(definite(file))
  const [type, content] = derChildren(authSafe)
  if (oidOf(type) !== DATA) {
    throw new PassphraseError('unsupported', 'integrity by a signature instead of a passphrase')
  }
  const safes = octetsOf(derChildren(content)[0])
  if (mac !== undefined) await requireIntegrity(mac, safes, opening)
  const found = { certificates: [] as Buffer[], keys: [] as Buffer[] }
  for (const safe of derChildren(definite(safes))) {
    await readBags(await openSafe(safe, opening), opening, found)
  }
  return found
}

async function requireIntegrity(mac: DerElement, content: Buffer, opening: Opening): Promise<void> {
  const [info, salt, count] = derChildren(mac)
  const [algorithm, wanted] = derChildren(info)
  const [id, parameters] = derChildren(algorithm)
  const oid = oidOf(id)
  const macs =
    oid === PBMAC1
      ? [await pbmac1(parameters, content, opening)]
      : await pkcs12Macs(oid, content, octetsOf(salt), count, opening)
  const expected = octetsOf(wanted)
  if (!macs.some((made) => made.length === expected.length && timingSafeEqual(made, expected))) {
    throw new PassphraseError('wrong passphrase')
  }
}

/** By RFC 7292 section 4, one for each encoding that the passphrase may have. */
async function pkcs12Macs(
  oid: string,
  content: Buffer,
  salt: Buffer,
  iterations: DerElement | undefined,
  { passphrase, rounds }: Opening,
): Promise<Buffer[]> {
  const [digest, length] = DIGESTS.get(oid) ?? []
  if (digest === undefined || length === undefined) {
    throw new PassphraseError('unsupported', `integrity by ${oid}`)
  }
  const count = iterations === undefined ? 1 : numberOf(iterations)
  const macs: Buffer[] = []
  for (const password of pkcs12Passwords(passphrase)) {
    const derivation = { digest, purpose: 'mac', salt, count, length } as const
    const key = await derivePkcs12Key(password, derivation, rounds)
    macs.push(createHmac(digest, key).update(content).digest())
  }
  return macs
}

/** RFC 9579: PBMAC1 of RFC 8018 section 7.1, whose passphrase is UTF-8. */
async function pbmac1(
  parameters: DerElement | undefined,
  content: Buffer,
  { passphrase, rounds }: Opening,
): Promise<Buffer> {
  const [derivation, scheme] = derChildren(parameters)
  const schemeOid = oidOf(derChildren(scheme)[0])
  const digest = hmacDigest(schemeOid)
  if (digest === undefined) throw new PassphraseError('unsupported', `PBMAC1 with ${schemeOid}`)
  // RFC 9579 section 4: the length has to be there.
  const length = numberOf(derChildren(derChildren(derivation)[1])[2])
  if (length < 1 || length > MAX_MAC_KEY) {
    throw new PassphraseError('unsupported', `PBMAC1 with a key of ${length} bytes`)
  }
  const key = await deriveKey(derivation, passphrase, length, rounds)
  return createHmac(digest, key).update(content).digest()
}

/** The SafeContents of a ContentInfo. */
async function openSafe(safe: DerElement, { passphrase, rounds }: Opening): Promise<Buffer> {
  const [type, content] = derChildren(safe)
  const oid = oidOf(type)
  if (oid === DATA) return octetsOf(derChildren(content)[0])
  if (oid !== ENCRYPTED_DATA) {
    throw new PassphraseError('unsupported', 'encryption to a certificate instead of a passphrase')
  }
  const [, encrypted] = derChildren(derChildren(content)[0])
  const [, algorithm, data] = derChildren(encrypted)
  return decrypt(algorithm, octetsOf(data), passphrase, rounds)
}

async function readBags(
  safeContents: Buffer,
  opening: Opening,
  found: { readonly certificates: Buffer[]; readonly keys: Buffer[] },
  depth = 0,
): Promise<void> {
  if (depth > MAX_DEPTH) throw new DerError('It is nested too deeply.')
  for (const bag of derChildren(decryptedSequence(safeContents))) {
    const [id, explicit] = derChildren(bag)
    const [value] = derChildren(explicit)
    if (value === undefined) throw new DerError('A bag is empty.')
    switch (oidOf(id)) {
      case KEY_BAG:
        found.keys.push(value.bytes)
        break
      case SHROUDED_KEY_BAG:
        found.keys.push(await openKey(value, opening))
        break
      case CERTIFICATE_BAG: {
        const [type, content] = derChildren(value)
        if (oidOf(type) === X509) found.certificates.push(octetsOf(derChildren(content)[0]))
        break
      }
      case SAFE_CONTENTS_BAG:
        await readBags(value.bytes, opening, found, depth + 1)
    }
  }
}

function definite(bytes: Buffer): DerElement {
  return readDer(withDefiniteLengths(bytes).bytes)
}

function isPem(file: Uint8Array): boolean {
  return Buffer.from(file).includes('-----BEGIN ')
}

const CONVERT =
  'Write it anew with the program that made it, or with OpenSSL: openssl pkcs12 -in old.p12 -nodes ' +
  '-out all.pem (with -legacy for an old one), then openssl pkcs12 -export -in all.pem -out new.p12.'

function refused(cause: unknown, file: Uint8Array, passphrase: string): MailProfileError {
  const problem = cause instanceof PassphraseError ? cause.problem : 'unreadable'
  const detail = cause instanceof PassphraseError ? cause.message : ''
  const [message, hint] = {
    'wrong passphrase':
      passphrase === ''
        ? [
            'The PKCS#12 file needs a passphrase, and there is none.',
            'Set signing.passphrase (or MAILPROFILE_SIGNING_PASSPHRASE).',
          ]
        : ['The PKCS#12 file does not open with this passphrase.', 'Check signing.passphrase.'],
    unsupported: [`This PKCS#12 file cannot be opened: ${detail} is not supported.`, CONVERT],
    'too many rounds': [
      `The PKCS#12 file wants ${detail} rounds to open it; ${MAX_ROUNDS} are the most that are done.`,
      CONVERT,
    ],
    unreadable: isPem(file)
      ? [
          'The PKCS#12 file is PEM instead.',
          'Name it with signing.certificate and signing.key, instead of signing.pkcs12.',
        ]
      : ['The PKCS#12 file cannot be read.', 'It has to be a .p12 or .pfx file.'],
  }[problem]
  return new MailProfileError('invalid_configuration', message ?? '', {
    hint,
    field: 'signing.pkcs12',
    cause,
  })
}
