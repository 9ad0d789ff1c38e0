import type { Config } from '../config/config.js'
import { MailProfileError } from '../errors.js'
import type { ListeningPlace } from './listening-place.js'

/**
 * That metrics have a port of their own: else the second listener would find the port in use, by the
 * first one.
 *
 * @throws MailProfileError `invalid_configuration`
 */
export function requireOwnMetricsPort(
  { metrics }: Pick<Config, 'metrics'>,
  { host, port }: Pick<ListeningPlace, 'host' | 'port'>,
): void {
  if (metrics === undefined || metrics.port === 0 || metrics.port !== port) return
  if (!meet(addressOf(host), addressOf(metrics.host))) return
  throw new MailProfileError('invalid_configuration', `Port ${port} is the server's own.`, {
    hint: 'Metrics have a listener of their own: set metrics.port to another one.',
    field: 'metrics.port',
  })
}

function addressOf(host: string): string {
  return host.toLowerCase() === 'localhost' ? '127.0.0.1' : host.toLowerCase()
}

// What listens on :: takes IPv4 as well.
function meet(one: string, other: string): boolean {
  const both = [one, other]
  if (one === other || both.includes('::')) return true
  return both.includes('0.0.0.0') && !both.some((host) => host.includes(':'))
}
