import { createPrivateKey, type KeyObject } from 'node:crypto'
import { pemKeys, type PemKey } from '../encoding/pem.js'
import { readDer } from '../encoding/read-der.js'
import { MailProfileError } from '../errors.js'
import { MAX_ROUNDS, PassphraseError, RoundsLeft } from './passphrase-error.js'
import { openKey } from './pkcs8.js'

/** What a certificate and its key are for, as errors and warnings call them. */
export interface CertificateUse {
  /** "signing", "TLS" */
  readonly title: string
  /** The section of the configuration that names the files: `signing`, `tls`. */
  readonly section: string
}

/** Those of the traditional form that OpenSSL 3 leaves to its legacy provider, which Node lacks. */
const OLD_CIPHER = /DEK-Info: *((?:DES-(?!EDE)|RC2|RC4|IDEA|BF|CAST|SEED)[A-Z0-9-]*)/

/**
 * The private keys of a PEM file: PKCS#8, PKCS#1 or SEC 1. The event loop goes on while a passphrase is
 * made into a key.
 *
 * @throws MailProfileError `invalid_configuration` when there is none, or one cannot be read, or its
 *   passphrase is missing or wrong
 */
export async function parsePrivateKeys(
  pem: Buffer,
  passphrase: string | undefined,
  use: CertificateUse,
): Promise<KeyObject[]> {
  const blocks = pemKeys(pem.toString('latin1'))
  const rounds = new RoundsLeft()
  try {
    if (blocks.length === 0) return [createPrivateKey({ key: pem, format: 'pem' })]
    const keys: KeyObject[] = []
    for (const block of blocks) keys.push(await parse(block, passphrase, rounds))
    return keys
  } catch (cause) {
    throw refused(cause, { pem, passphrase }, use)
  }
}

async function parse(
  { label, text, der }: PemKey,
  passphrase: string | undefined,
  rounds: RoundsLeft,
): Promise<KeyObject> {
  if (label === 'ENCRYPTED PRIVATE KEY') {
    const key = await openKey(readDer(der), { passphrase: passphrase ?? '', rounds })
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  }
  const [, cipher] = OLD_CIPHER.exec(text) ?? []
  if (cipher !== undefined) throw new PassphraseError('unsupported', cipher)
  return createPrivateKey({
    key: text,
    format: 'pem',
    ...(passphrase === undefined ? {} : { passphrase }),
  })
}

function refused(
  cause: unknown,
  { pem, passphrase }: { readonly pem: Buffer; readonly passphrase: string | undefined },
  use: CertificateUse,
): MailProfileError {
  const { title, section } = use
  const options = { field: `${section}.key`, cause }
  const refuse = (message: string, hint: string) =>
    new MailProfileError('invalid_configuration', message, { hint, ...options })
  if (cause instanceof PassphraseError && cause.problem === 'unsupported') {
    return refuse(
      `The ${title} key is encrypted in a way that is not supported: ${cause.message}.`,
      'Encrypt it anew: openssl pkcs8 -topk8 -provider legacy -provider default -in old.key -out new.key',
    )
  }
  if (cause instanceof PassphraseError && cause.problem === 'too many rounds') {
    return refuse(
      `The ${title} key wants ${cause.message} rounds to open it; ${MAX_ROUNDS} are the most that are done.`,
      'Encrypt it anew: openssl pkcs8 -topk8 -in old.key -out new.key',
    )
  }
  const problem =
    passphrase === undefined ? 'needs a passphrase' : 'does not open with this passphrase'
  return pem.includes('ENCRYPTED')
    ? refuse(
        `The ${title} key is encrypted and ${problem}.`,
        `Set ${section}.passphrase (or MAILPROFILE_${section.toUpperCase()}_PASSPHRASE).`,
      )
    : refuse(
        `The ${title} key cannot be read.`,
        'It has to be a private key in PEM, with lines such as -----BEGIN PRIVATE KEY-----.',
      )
}
