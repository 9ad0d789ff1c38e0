import { createPrivateKey, type KeyObject } from 'node:crypto'
import { MailProfileError } from '../errors.js'

/** What a certificate and its key are for, as errors and warnings call them. */
export interface CertificateUse {
  /** "signing", "TLS" */
  readonly title: string
  /** The section of the configuration that names the files: `signing`, `tls`. */
  readonly section: string
}

/**
 * A private key from PEM: PKCS#8, PKCS#1 or SEC 1.
 *
 * @throws MailProfileError `invalid_configuration` when it is none, or its passphrase is missing or wrong
 */
export function parsePrivateKey(
  pem: Buffer,
  passphrase: string | undefined,
  { title, section }: CertificateUse,
): KeyObject {
  try {
    return createPrivateKey({
      key: pem,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    })
  } catch (cause) {
    const encrypted = pem.includes('ENCRYPTED')
    throw new MailProfileError(
      'invalid_configuration',
      encrypted
        ? `The ${title} key is encrypted, and its passphrase is missing or wrong.`
        : `The ${title} key cannot be read.`,
      {
        hint: encrypted
          ? `Set ${section}.passphrase (or MAILPROFILE_${section.toUpperCase()}_PASSPHRASE).`
          : 'It has to be a private key in PEM, with lines such as -----BEGIN PRIVATE KEY-----.',
        field: `${section}.key`,
        cause,
      },
    )
  }
}
