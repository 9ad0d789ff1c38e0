import type { Logger } from 'pino'
import type { RenewableTlsCertificate } from '../signing/tls-certificate.js'
import { watchSigningCertificate, type LoadedIdentity } from './configured-identity.js'
import { nameWarning, watchTlsCertificate } from './configured-tls.js'
import type { TlsListener } from './listen.js'
import type { AllAnswering } from './read-answering.js'
import type { Surroundings } from './surroundings.js'
import { logOf } from './tenant-app.js'

/** When the first of all certificates ends, for each purpose. */
export function firstEnds(all: AllAnswering) {
  return {
    signing: () => earliest([...identitiesOf(all).keys()].map(({ identity }) => identity.notAfter)),
    tls: () => earliest([...tlsOf(all).keys()].map(({ current }) => current.notAfter)),
  }
}

/** Logs what is wrong with the certificates at a start: what several have, once. */
export function logCertificates(all: AllAnswering, lan: boolean, now: Date, logger: Logger): void {
  const warn = (tenant: string | undefined, warnings: readonly string[]) => {
    for (const warning of warnings) logOf(tenant, logger).warn(warning)
  }
  for (const [{ identity, warnings }, tenant] of identitiesOf(all)) {
    warn(tenant, [...identity.warnings(now), ...warnings])
  }
  for (const [tls, tenant] of tlsOf(all)) warn(tenant, tls.warnings(now))
  // With --lan people come by an address of this network.
  if (lan) return
  for (const { config, tls } of all.answering)
    warn(config.name, nameWarning(tls, config, 'details'))
}

/** Looks for renewed certificates of all, as `watchCertificate` does. */
export function followCertificates(
  all: AllAnswering,
  listener: TlsListener,
  surroundings: Surroundings,
  logger: Logger,
): void {
  for (const [loaded, tenant] of identitiesOf(all)) {
    watchSigningCertificate(loaded, surroundings, logOf(tenant, logger))
  }
  for (const [tls, tenant] of tlsOf(all)) {
    // The listener asks for a tenant's own each time.
    const onReplaced = () => {
      if (tls === all.tls) listener.setTls(tls.current.secureContext)
    }
    watchTlsCertificate(tls, onReplaced, surroundings, logOf(tenant, logger))
  }
}

function identitiesOf(all: AllAnswering): ReadonlyMap<LoadedIdentity, string | undefined> {
  return withOwners(all.answering.map(({ config, signing }) => [signing, config.name] as const))
}

function tlsOf(all: AllAnswering): ReadonlyMap<RenewableTlsCertificate, string | undefined> {
  const pairs = [
    [all.tls, undefined] as const,
    ...all.answering.map(({ config, tls }) => [tls, config.name] as const),
  ]
  return withOwners(
    pairs.flatMap(([tls, name]) => (tls === undefined ? [] : [[tls, name] as const])),
  )
}

/** Each once, with the name of the tenant whose it alone is. */
function withOwners<T>(
  pairs: readonly (readonly [T, string | undefined])[],
): ReadonlyMap<T, string | undefined> {
  const owners = new Map<T, string | undefined>()
  for (const [one, name] of pairs) owners.set(one, owners.has(one) ? undefined : name)
  return owners
}

function earliest(dates: readonly Date[]): Date | undefined {
  const [first] = [...dates].sort((a, b) => a.getTime() - b.getTime())
  return first
}
