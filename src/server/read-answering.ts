import type { Config } from '../config/config.js'
import { allThatAnswer, type AnsweringConfig } from '../config/tenants.js'
import { MailProfileError } from '../errors.js'
import type { Branding } from '../http/pages/branding.js'
import type { OperatorApp } from '../http/pages/operator-apps.js'
import type { RenewableTlsCertificate } from '../signing/tls-certificate.js'
import { readApps } from './configured-apps.js'
import { readBranding } from './configured-branding.js'
import { readIdentity, type LoadedIdentity } from './configured-identity.js'
import { readTlsCertificate } from './configured-tls.js'
import type { Surroundings } from './surroundings.js'

/** One that answers, and what was read for it. */
export interface Answering {
  readonly config: AnsweringConfig
  readonly signing: LoadedIdentity
  readonly tls: RenewableTlsCertificate | undefined
  readonly looks: Branding
  readonly apps: readonly OperatorApp[]
}

/** All that answer. */
export interface AllAnswering {
  readonly config: Config
  readonly answering: readonly Answering[]
  /** For whoever asks for none of them. */
  readonly tls: RenewableTlsCertificate | undefined
}

/**
 * Reads identities, certificates and looks of all that answer; what several have from the top level, once.
 *
 * @throws MailProfileError as `readIdentity`, `readTlsCertificate` and `readBranding`, for a tenant's own
 *   with its place in the configuration
 */
export async function readAnswering(
  config: Config,
  surroundings: Surroundings,
): Promise<AllAnswering> {
  const identities = new Map<Config['signing'], Promise<LoadedIdentity>>()
  const certificates = new Map<Config['tls'], Promise<RenewableTlsCertificate | undefined>>()
  const readTls = (one: Config) =>
    once(certificates, one.tls, () => readTlsCertificate(one, surroundings))
  const read = (one: AnsweringConfig) =>
    ofTenant(one, async (): Promise<Answering> => {
      const [signing, tls, looks, apps] = await Promise.all([
        once(identities, one.signing, () => readIdentity(one, surroundings)),
        readTls(one),
        readBranding(one),
        readApps(one),
      ])
      return { config: one, signing, tls, looks, apps }
    })
  // What is inherited is read by the top level, where it answers.
  const [tls, ...answering] = await Promise.all([
    readTls(config),
    ...allThatAnswer(config).map(read),
  ])
  return { config, answering, tls }
}

/**
 * Does some work for one that answers.
 *
 * @throws what the work does; of a tenant, MailProfileError with the tenant's place in the configuration
 */
export async function ofTenant<T>(one: AnsweringConfig, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw namingTenant(one, error)
  }
}

/** What was thrown, with the tenant's place in the configuration where it says what is wrong there. */
export function namingTenant({ key, name }: AnsweringConfig, error: unknown): unknown {
  if (key === undefined || !(error instanceof MailProfileError)) return error
  const { code, message, hint, field } = error
  return new MailProfileError(code, `${key} (${name ?? ''}): ${message}`, {
    hint,
    field: field === undefined ? key : `${key}.${field}`,
    cause: error,
  })
}

function once<K, V>(made: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const promise = made.get(key) ?? make()
  made.set(key, promise)
  return promise
}
