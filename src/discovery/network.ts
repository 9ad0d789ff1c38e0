import type { MxRecord, SrvRecord } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import { answerOrNone } from '../dns/answer-or-none.js'

/** The network as discovery sees it; the edge gives the real one, tests their own. */
export interface Network {
  /** All addresses of a host, IPv4 and IPv6; none where the name does not exist. */
  readonly addresses: (host: string) => Promise<string[]>
  /** The mail exchangers of a domain; none where there are none. */
  readonly mx: (domain: string) => Promise<MxRecord[]>
  /** The SRV records of a name; none where there are none. */
  readonly srv: (name: string) => Promise<SrvRecord[]>
  /**
   * The TXT records of a name, each in its parts; none where there are none. Without it nobody learns the
   * path that goes with an SRV record of calendars or contacts.
   */
  readonly txt?: (name: string) => Promise<string[][]>
  /** Opens a TCP connection to an IP address that was judged before. */
  readonly dial: (address: string, port: number) => Socket
  /** Gives up whatever is still asked, so that a program can end. */
  readonly close?: () => void
  /** Roots in PEM to trust instead of Node's own. */
  readonly ca?: string | undefined
}

// A server that is asked in vain must not use up the time of the steps after it.
const DNS_LIMITS = { timeout: 2000, tries: 2 }

/**
 * The machine's own network.
 *
 * The resolver is c-ares, not `getaddrinfo`: that one runs in the thread pool that signs profiles,
 * and a name server that does not answer would hold a thread for long.
 *
 * @param servers the name servers to ask, `address` or `address:port`; the system's by default
 *
 * @example
 * ```ts
 * import { createDirectory, loadCatalogue, systemNetwork } from 'mailprofile'
 *
 * const catalogue = await loadCatalogue()
 * const network = systemNetwork()
 * const discovery = { ispdb: false, http: false } as const
 * const directory = createDirectory({ catalogue, network, discovery })
 * console.log(directory.searches) // true
 * network.close?.()
 * ```
 */
export function systemNetwork(servers?: readonly string[]): Network {
  const resolver = new Resolver(DNS_LIMITS)
  if (servers !== undefined) resolver.setServers(servers)
  return {
    async addresses(host) {
      // Some name servers fail for the one kind that a host does not have.
      const [v4, v6] = await Promise.allSettled([
        answerOrNone(resolver.resolve4(host)),
        answerOrNone(resolver.resolve6(host)),
      ])
      if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason
      return [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    },
    mx: (domain) => answerOrNone(resolver.resolveMx(domain)),
    srv: (name) => answerOrNone(resolver.resolveSrv(name)),
    txt: (name) => answerOrNone(resolver.resolveTxt(name)),
    dial: (address, port) => connect({ host: address, port }),
    close: () => resolver.cancel(),
  }
}
