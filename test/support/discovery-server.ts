import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAddress } from '../../src/account/address.js'
import type { Account } from '../../src/account/account.js'
import type { IncomingTemplate, OutgoingTemplate } from '../../src/account/mail-service.js'
import { autoconfigSupport } from '../../src/formats/mozilla-autoconfig/mozilla-autoconfig.js'
import type { Provider } from '../../src/providers/provider.js'
import { providerAccount } from '../../src/providers/provider-account.js'
import { catalogue } from './app.js'
import type { IsolatedNetwork } from './isolated-network.js'
import { startServer, type RunningServer } from './server.js'
import type { ServerCertificate } from './server-certificate.js'

/** A domain of the catalogue, with what mail programs should find for ann there. */
export interface DiscoverableDomain {
  readonly domain: string
  readonly account: Account
  /** With its servers in the order that our documents have. */
  readonly provider: Provider
}

/** Whether anybody can log in there with a password. */
export function takesPasswords({ incoming, outgoing }: Provider): boolean {
  return [incoming, outgoing].every((servers) =>
    servers.some(({ authentication }) => authentication === 'password-cleartext'),
  )
}

/**
 * The first domain of each provider of the catalogue that takes passwords and for which there is an
 * autoconfig document.
 */
export function discoverableDomains(): DiscoverableDomain[] {
  return catalogue.entries.flatMap(({ provider }) => {
    const [domain] = provider.domains
    if (domain === undefined || !takesPasswords(provider)) return []
    if (!autoconfigSupport(provider, domain).supported) return []
    const ordered = {
      ...provider,
      incoming: inOurOrder(provider.incoming),
      outgoing: inOurOrder(provider.outgoing),
    }
    return [
      {
        domain,
        provider: ordered,
        account: providerAccount({ provider: ordered }, parseAddress(`ann@${domain}`)),
      },
    ]
  })
}

// As our documents have them, whatever a provider prefers: IMAP first, then TLS from the start.
function inOurOrder<T extends IncomingTemplate | OutgoingTemplate>(servers: readonly T[]): T[] {
  const rank = ({ protocol, security }: T) =>
    Number(protocol === 'pop3') * 2 + Number(security !== 'tls')
  return [...servers].sort((a, b) => rank(a) - rank(b))
}

/** The names under which programs ask for a domain's settings. */
export function namesOf(domain: string): string[] {
  return [domain, `autoconfig.${domain}`, `autodiscover.${domain}`]
}

export const SETUP_HOST = 'setup.example.test'

/**
 * The program as people start it, with https of its own at the usual port of a network where the
 * names of its domains lead to it.
 *
 * @param folder gets its configuration
 * @param certificate for all the names
 * @param provider one more, in YAML
 */
export function startDiscoveryServer(
  network: IsolatedNetwork,
  folder: string,
  certificate: Pick<ServerCertificate, 'chain' | 'key'>,
  provider?: string,
): Promise<RunningServer> {
  writeFileSync(join(folder, 'chain.pem'), certificate.chain)
  writeFileSync(join(folder, 'key.pem'), certificate.key, { mode: 0o600 })
  mkdirSync(join(folder, 'providers'))
  if (provider !== undefined) writeFileSync(join(folder, 'providers/own.yaml'), provider)
  writeFileSync(
    join(folder, 'mailprofile.yaml'),
    `baseUrl: https://${SETUP_HOST}
tls: { certificate: chain.pem, key: key.pem }
limits: { enabled: false }
providers: providers
`,
  )
  return startServer(['--port', '443'], { cwd: folder, network })
}
