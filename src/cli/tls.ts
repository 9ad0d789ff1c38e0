import type { Config } from '../config/config.js'
import type { TlsListener } from '../http/listen.js'
import type { RenewableTlsCertificate } from '../http/tls-certificate.js'
import { followRenewals, type Log } from './follow-renewals.js'
import type { Io } from './io.js'

/**
 * The certificate of the listener, if it is to speak https.
 *
 * @throws MailProfileError as `loadTlsCertificate`
 */
export async function readTlsCertificate(
  { tls }: Pick<Config, 'tls'>,
  io: Pick<Io, 'now'>,
): Promise<RenewableTlsCertificate | undefined> {
  if (tls === undefined) return undefined
  const { loadTlsCertificate } = await import('../http/tls-certificate.js')
  return loadTlsCertificate(tls, io.now())
}

/** Looks for a renewed certificate as `followRenewals` does, and gives it to the listener. */
export function followTlsRenewals(
  certificate: RenewableTlsCertificate | undefined,
  listener: TlsListener,
  io: Io,
  log: Log,
): void {
  if (certificate === undefined) return
  followRenewals('TLS', {
    renew: certificate.renew,
    onReplaced: () => listener.setTls(certificate.current.secureContext),
    io,
    log,
  })
}
