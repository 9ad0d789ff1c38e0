import type { Config } from '../config/config.js'
import type { RenewableTlsCertificate } from '../signing/tls-certificate.js'
import { nameProblem } from '../signing/tls-names.js'
import { watchCertificate, type Log } from './certificate-watch.js'
import type { Surroundings } from './surroundings.js'

/**
 * The certificate of the listener, if it is to speak https.
 *
 * @throws MailProfileError as `loadTlsCertificate`
 */
export async function readTlsCertificate(
  { tls }: Pick<Config, 'tls'>,
  surroundings: Pick<Surroundings, 'now'>,
): Promise<RenewableTlsCertificate | undefined> {
  if (tls === undefined) return undefined
  const { loadTlsCertificate } = await import('../signing/tls-certificate.js')
  return loadTlsCertificate(tls, surroundings.now())
}

/**
 * What is wrong when the certificate is not for the host of `baseUrl`, in a sentence, if anything is.
 *
 * @param detail `words` for everybody, `details` with names for the operator
 */
export function nameWarning(
  certificate: RenewableTlsCertificate | undefined,
  { baseUrl }: Pick<Config, 'baseUrl'>,
  detail: 'words' | 'details',
): string[] {
  if (certificate === undefined || baseUrl === undefined) return []
  const problem = nameProblem(certificate.current, new URL(baseUrl).hostname)
  if (problem === undefined) return []
  return [detail === 'words' ? problem.sentence : `${problem.sentence} ${problem.details}`]
}

/** Looks for a renewed certificate as `watchCertificate` does. */
export function watchTlsCertificate(
  { renew }: Pick<RenewableTlsCertificate, 'renew'>,
  onReplaced: () => void,
  surroundings: Surroundings,
  log: Log,
): void {
  watchCertificate('TLS', { renew, onReplaced, surroundings, log })
}
