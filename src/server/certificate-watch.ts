import type { Renewal } from '../signing/renewable.js'
import type { Surroundings } from './surroundings.js'

/** What of a logger is used here. */
export interface Log {
  info(message: string): void
  warn(message: string): void
}

export interface CertificateWatchOptions {
  readonly renew: (now: Date) => Promise<Renewal>
  /** What another key means to those who have seen the old one, in a sentence. */
  readonly otherKey?: string
  /** Called once the renewed certificate is in use. */
  readonly onReplaced?: () => void
  readonly surroundings: Pick<Surroundings, 'now' | 'signal' | 'onReload'>
  readonly log: Log
}

const INTERVAL = 30_000
// Whoever is writing the files will soon have done so.
const SECOND_LOOK = 2_000

/**
 * Looks for a renewed certificate every 30 seconds and whenever the process is told to, and again soon
 * after files that did not fit.
 *
 * @param title what the certificate is for: "signing", "TLS"
 */
export function watchCertificate(
  title: string,
  { renew, otherKey, onReplaced, surroundings, log }: CertificateWatchOptions,
): void {
  let soon: NodeJS.Timeout | undefined
  const look = async () => {
    const renewal = await renew(surroundings.now())
    switch (renewal.outcome) {
      case 'unchanged':
        return
      case 'tried':
        clearTimeout(soon)
        if (!surroundings.signal.aborted) soon = setTimeout(() => void look(), SECOND_LOOK).unref()
        return
      case 'replaced':
        onReplaced?.()
        log.info(`The renewed ${title} certificate is in use.`)
        return
      case 'replaced with another key':
        onReplaced?.()
        log.warn(
          `The new ${title} certificate is in use. It has another key${otherKey === undefined ? '' : `: ${otherKey}`}.`,
        )
        return
      case 'refused':
        log.warn(
          `The renewed ${title} certificate cannot be used, the old one stays: ${renewal.error.message}`,
        )
    }
  }
  const timer = setInterval(() => void look(), INTERVAL).unref()
  surroundings.signal.addEventListener('abort', () => {
    clearInterval(timer)
    clearTimeout(soon)
  })
  surroundings.onReload(() => void look())
}
