import { domainsOfHost, foldHost } from '../http/request/host.js'

export interface HostTableOptions<T> {
  /** Who is at a host of their own, in lower-case A-labels. */
  readonly atHost: (host: string) => T | undefined
  /** Who has a mail domain; domains come and go with the operator's files. */
  readonly withDomain: (domain: string) => T | undefined
  /** Who is at all others. */
  readonly rest: T
}

/**
 * Whose a host is, for requests and for TLS alike: whoever is reached there, else who has the domain that
 * it stands for, as `autoconfig.DOMAIN` does.
 *
 * @returns what finds it by a Host, or the server name of TLS
 */
export function createHostTable<T>({
  atHost,
  withDomain,
  rest,
}: HostTableOptions<T>): (given: string) => T {
  return (given) => {
    const host = foldHost(given)
    const found = atHost(host)
    if (found !== undefined) return found
    for (const domain of domainsOfHost(host)) {
      const owner = withDomain(domain)
      if (owner !== undefined) return owner
    }
    return rest
  }
}
