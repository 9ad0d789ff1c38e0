import { createHmac, createPrivateKey, pbkdf2Sync, randomBytes, X509Certificate } from 'node:crypto'
import {
  context,
  derElement,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/encoding/der.js'

const DATA = '1.2.840.113549.1.7.1'
const HMAC_SHA256 = '1.2.840.113549.2.9'

/** A PKCS#12 file without encryption and integrity: openssl puts one key only into a file. */
export function plainPkcs12(certificates: readonly string[], keys: readonly string[]): Buffer {
  const bag = (id: string, value: Buffer) =>
    sequence(objectIdentifier(`1.2.840.113549.1.12.10.1.${id}`), context(0, value))
  const bags = [
    ...keys.map((key) => bag('1', createPrivateKey(key).export({ type: 'pkcs8', format: 'der' }))),
    ...certificates.map((pem) =>
      bag(
        '3',
        sequence(
          objectIdentifier('1.2.840.113549.1.9.22.1'),
          context(0, octetString(new X509Certificate(pem).raw)),
        ),
      ),
    ),
  ]
  return pfx(sequence(data(sequence(...bags))))
}

/**
 * The file with PBMAC1 (RFC 9579), which openssl writes from 3.4 on, instead of no integrity.
 *
 * @param authSafe what `openssl pkcs12 -export -nomac` wrote
 */
export function withPbmac1(noMac: Buffer, passphrase: string, rounds = 2048): Buffer {
  // PFX: version, authSafe; the content is in [0] and an OCTET STRING of two bytes of length each.
  const at = noMac.indexOf(Buffer.from([0xa0, 0x82])) + 4
  const content = noMac.subarray(at + 4)
  const salt = randomBytes(16)
  const hmac = () => sequence(objectIdentifier(HMAC_SHA256), nullValue())
  const derivation = sequence(
    objectIdentifier('1.2.840.113549.1.5.12'),
    sequence(octetString(salt), integer(rounds), integer(32), hmac()),
  )
  // Nobody gets as far as the key where too many rounds are claimed.
  const key = pbkdf2Sync(passphrase, salt, Math.min(rounds, 100_000), 32, 'sha256')
  const mac = createHmac('sha256', key).update(content).digest()
  return pfx(
    content,
    sequence(
      sequence(
        sequence(objectIdentifier('1.2.840.113549.1.5.14'), sequence(derivation, hmac())),
        octetString(mac),
      ),
      octetString(Buffer.from('NOT USED')),
      integer(1),
    ),
  )
}

/** An encrypted key in PEM that nobody can open: only its algorithm matters. */
export function encryptedKey(oid: string, rounds: number): string {
  const parameters = sequence(octetString(randomBytes(8)), integer(rounds))
  const der = sequence(sequence(objectIdentifier(oid), parameters), octetString(randomBytes(1216)))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join('\n')}\n-----END ENCRYPTED PRIVATE KEY-----\n`
}

/** A DER INTEGER. */
export function integer(value: number): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return derElement(0x02, ...((bytes[0] ?? 0) >= 0x80 ? [Buffer.alloc(1)] : []), bytes)
}

function data(content: Buffer): Buffer {
  return sequence(objectIdentifier(DATA), context(0, octetString(content)))
}

function pfx(authSafe: Buffer, ...mac: readonly Buffer[]): Buffer {
  return sequence(integer(3), data(authSafe), ...mac)
}
