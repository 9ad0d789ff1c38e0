import type { AuthorizationServer } from '../account/mail-service.js'
import { MailProfileError } from '../errors.js'
import type { Config, Described, SigningConfig, TlsConfig } from './config.js'
import type { SecurityTxt } from './values-of-app.js'

type Given<K extends keyof Described> = NonNullable<Described[K]>

/**
 * A signing identity's files.
 *
 * @param field where it stands, as all here: `tenants[1].signing`
 * @throws MailProfileError `invalid_configuration` where there are too few or too many
 */
export function finishSigning(signing: Given<'signing'>, field = 'signing'): SigningConfig {
  const { certificate, key, pkcs12, passphrase } = signing
  if (pkcs12 !== undefined && certificate === undefined && key === undefined) {
    return { pkcs12, passphrase }
  }
  if (pkcs12 === undefined && certificate !== undefined && key !== undefined) {
    return { certificate, key, passphrase }
  }
  throw incomplete(
    field,
    pkcs12 === undefined
      ? `${field} needs certificate and key, or pkcs12: ${missing(certificate, key)}.`
      : `${field} needs either certificate and key, or pkcs12: there are both.`,
  )
}

/** @throws MailProfileError `invalid_configuration` where one of the two is missing */
export function finishTls(
  { certificate, key, passphrase }: Given<'tls'>,
  field = 'tls',
): TlsConfig {
  if (certificate !== undefined && key !== undefined) return { certificate, key, passphrase }
  throw incomplete(field, `${field} needs certificate and key: ${missing(certificate, key)}.`)
}

/** @throws MailProfileError `invalid_configuration` without a url, and for replicas of what has none */
export function finishStore(store: Described['store']): Pick<Config, 'store' | 'storeReplicas'> {
  if (store === undefined) return {}
  const { url, replicas } = store
  if (url === undefined) {
    throw incomplete('store', 'store needs a url, such as redis://127.0.0.1:6379.')
  }
  if (replicas === undefined) return { store: url }
  if (replicas > 0 && !/^rediss?:/.test(url)) {
    throw new MailProfileError(
      'invalid_configuration',
      'store.replicas is for Redis: no other store has replicas.',
      { hint: 'Leave it out, or name a redis:// or rediss:// address in store.', field: 'store' },
    )
  }
  return { store: url, storeReplicas: replicas }
}

/** @throws MailProfileError `invalid_configuration` without a contact */
export function finishSecurityTxt(
  { contact, ...rest }: Given<'securityTxt'>,
  field = 'securityTxt',
): SecurityTxt {
  if (contact !== undefined) return { contact, ...rest }
  throw incomplete(field, `${field} needs a contact, such as mailto:security@example.com.`)
}

/** @throws MailProfileError `invalid_configuration` without an issuer */
export function finishOAuth(
  { issuer, ...rest }: Given<'oauth'>,
  field = 'oauth',
): AuthorizationServer {
  if (issuer !== undefined) return { issuer, ...rest }
  throw incomplete(field, `${field} needs an issuer, such as https://id.example.com.`)
}

function missing(certificate: string | undefined, key: string | undefined): string {
  if (certificate !== undefined) return 'key is missing'
  return key === undefined ? 'both are missing' : 'certificate is missing'
}

/** What is missing, or there twice: it may come from several places. */
export function incomplete(field: string, message: string): MailProfileError {
  return new MailProfileError('invalid_configuration', message, {
    hint: 'They may come from the file and from the environment (MAILPROFILE_…), one each.',
    field,
  })
}
