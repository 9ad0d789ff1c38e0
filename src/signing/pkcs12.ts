import forge from 'node-forge'
import { MailProfileError } from '../errors.js'

/** What a PKCS#12 file holds, as DER: certificates, and one private key in PKCS#8. */
export interface Pkcs12Content {
  readonly certificates: readonly Buffer[]
  readonly key: Buffer
}

/**
 * Opens a PKCS#12 file (RFC 7292), RSA or EC, in OpenSSL 3's form and in older ones.
 *
 * @throws MailProfileError `invalid_configuration`
 */
export function openPkcs12(file: Uint8Array, passphrase: string): Pkcs12Content {
  const pfx = open(file, passphrase)
  const { certBag, pkcs8ShroudedKeyBag, keyBag } = forge.pki.oids
  const keys = [...bags(pfx, pkcs8ShroudedKeyBag), ...bags(pfx, keyBag)]
  const [key] = keys
  if (key === undefined) {
    throw new MailProfileError('invalid_configuration', 'The PKCS#12 file holds no private key.', {
      field: 'signing.pkcs12',
    })
  }
  return {
    certificates: bags(pfx, certBag).map(certificateDer),
    // For EC keys node-forge fills only `asn1`; for RSA it fills `key`.
    key: toDer(rsaKey(key) ?? key.asn1),
  }
}

function open(file: Uint8Array, passphrase: string): forge.pkcs12.Pkcs12Pfx {
  const parse = () =>
    forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(file).toString('binary')))
  try {
    return forge.pkcs12.pkcs12FromAsn1(parse(), passphrase)
  } catch (cause) {
    // RFC 7292 wants UTF-16 for the integrity check, RFC 8018 UTF-8 for the encryption of today;
    // node-forge takes one text for both. So the check is left out, and what is decrypted wrongly
    // does not parse.
    if (/[^\x20-\x7e]/.test(passphrase)) {
      try {
        const pfx = parse()
        if (Array.isArray(pfx.value)) pfx.value.splice(2)
        return forge.pkcs12.pkcs12FromAsn1(pfx, forge.util.encodeUtf8(passphrase))
      } catch {
        // The first error tells more.
      }
    }
    const wrongPassphrase = cause instanceof Error && /password/i.test(cause.message)
    throw new MailProfileError(
      'invalid_configuration',
      wrongPassphrase
        ? 'The PKCS#12 file does not open with this passphrase.'
        : 'The PKCS#12 file cannot be read.',
      {
        hint: wrongPassphrase ? 'Check signing.passphrase.' : 'It has to be a .p12 or .pfx file.',
        field: 'signing.pkcs12',
        cause,
      },
    )
  }
}

// node-forge keeps the signed part as it was, but writes the algorithm that follows it anew and
// loses the parameters of RSA-PSS. The signed part holds the same algorithm (RFC 5280 section
// 4.1.1.2): its first SEQUENCE.
function certificateDer(bag: forge.pkcs12.Bag): Buffer {
  if (!bag.cert) return toDer(bag.asn1)
  const { Class, Type } = forge.asn1
  const certificate = forge.pki.certificateToAsn1(bag.cert)
  const [tbs, , signature] = certificate.value as forge.asn1.Asn1[]
  const algorithm = (tbs?.value as forge.asn1.Asn1[]).find(({ type }) => type === Type.SEQUENCE)
  const parts = [tbs, algorithm, signature].filter((part) => part !== undefined)
  return toDer(forge.asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, parts))
}

function rsaKey(bag: forge.pkcs12.Bag): forge.asn1.Asn1 | undefined {
  return bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : undefined
}

function bags(pfx: forge.pkcs12.Pkcs12Pfx, bagType: string | undefined): forge.pkcs12.Bag[] {
  return bagType === undefined ? [] : (pfx.getBags({ bagType })[bagType] ?? [])
}

function toDer(asn1: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary')
}
