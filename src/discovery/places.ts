import { isDomainName } from '../account/host-name.js'
import { parseClientConfig } from '../autoconfig/client-config.js'
import { providerFromConfig } from '../autoconfig/provider-from-config.js'
import { decodeXml } from '../encoding/decode-xml.js'
import { queryString } from '../encoding/uri.js'
import { MailProfileError } from '../errors.js'
import { isRefused, type CatalogueAnswer, type RefusedEntry } from '../providers/catalogue.js'
import type { Text } from '../messages/text.js'
import type { Provider } from '../providers/provider.js'
import { AttemptError } from './attempt.js'
import type { DomainSettings, Trust } from '../providers/domain-settings.js'
import { guardedFetch } from './guarded-fetch.js'
import { isPublicName, registrableDomain } from '../account/public-name.js'
import type { Network } from './network.js'
import { ASSUMED_OF_SRV, findBySrv } from './srv.js'

/** What a place has: a stranger's provider, or settings of the catalogue. */
export type Finding = { readonly provider: Provider } | { readonly settings: DomainSettings }

/** One place where settings of a domain may be. */
export interface Place {
  /** An address or a record's name. */
  readonly name: string
  readonly trust: Trust
  /** What a person should know of settings that come from there. */
  readonly note?: Text
  /** @throws AttemptError */
  readonly find: (signal: AbortSignal) => Promise<Finding>
}

interface FetchOptions {
  readonly network: Network
  readonly signal: AbortSignal
  readonly http?: boolean
  /** Whether it is files by domain, which no address changes. */
  readonly isDatabase?: boolean
}

const NOBODY = 'somebody'

/** Where settings are searched for. */
export interface PlacesOptions {
  readonly network: Network
  /** Mozilla's database or a copy of it, to which the domain is appended; false for none. */
  readonly ispdb: string | false
  /** Whether autoconfig without encryption is asked as well. */
  readonly http: boolean
  /** The catalogue's provider of a mail exchanger. */
  readonly providerOfMx: (host: string) => CatalogueAnswer | undefined
}

/**
 * Every place to ask, in the order of precedence of draft-ietf-mailmaint-autoconfig-06 ("Mail
 * config"), then the SRV records. What comes without encryption is last instead of third, because it
 * can be trusted least.
 */
export function placesOf(domain: string, options: PlacesOptions): Place[] {
  const { network, ispdb, http } = options
  const fetchFrom = (name: string, trust: Trust): Place => ({
    name,
    trust,
    find: async (signal) => ({
      provider: await fetchConfig(name, domain, {
        network,
        signal,
        http: trust === 'http',
        isDatabase: trust === 'ispdb',
      }),
    }),
  })
  return [
    fetchFrom(`https://autoconfig.${domain}/mail/config-v1.1.xml`, 'https-own-domain'),
    fetchFrom(`https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`, 'https-own-domain'),
    ...(ispdb === false ? [] : [fetchFrom(inDatabase(ispdb, domain), 'ispdb')]),
    ...placesOfMx(domain, options),
    {
      name: `SRV records of ${domain}`,
      trust: 'srv',
      note: ASSUMED_OF_SRV,
      find: async () => ({ provider: await findBySrv(domain, network) }),
    },
    ...(http ? [fetchFrom(`http://autoconfig.${domain}/mail/config-v1.1.xml`, 'http')] : []),
  ]
}

// Who receives a domain's mail often runs the mailboxes too, and is known by name.
function placesOfMx(
  domain: string,
  { network, ispdb, providerOfMx }: PlacesOptions,
): readonly Place[] {
  let asked: Promise<string | undefined> | undefined
  const exchanger = () => (asked ??= preferredMx(domain, network))
  const place = (name: string, find: (host: string, signal: AbortSignal) => Promise<Finding>) => ({
    name: `${name} of the MX host of ${domain}`,
    trust: 'mx' as const,
    find: async (signal: AbortSignal) => {
      const host = await exchanger()
      if (host === undefined) throw new AttemptError('not_found', 'There is no MX host.')
      return find(host, signal)
    },
  })
  // The host without its first label, then the domain that somebody registered.
  const parents = [
    { title: 'domain', of: (host: string) => host.slice(host.indexOf('.') + 1) },
    {
      title: 'registered domain',
      // Nothing where that is the same one.
      of: (host: string) => {
        const registered = registrableDomain(host) ?? ''
        return registered === host.slice(host.indexOf('.') + 1) ? '' : registered
      },
    },
  ]
  const configOf =
    (address: (parent: string) => string, of: (host: string) => string, isDatabase = false) =>
    async (host: string, signal: AbortSignal) => {
      const parent = of(host)
      if (!isPublicName(parent) || parent === domain) {
        throw new AttemptError('not_found', 'It is no other domain.')
      }
      const provider = await fetchConfig(address(parent), domain, { network, signal, isDatabase })
      return { provider }
    }
  return [
    place('the catalogue’s provider', (host) => {
      const settings = providerOfMx(host)
      if (settings === undefined)
        throw new AttemptError('not_found', 'It is nobody’s in the catalogue.')
      if (isRefused(settings)) throw refused(settings)
      return Promise.resolve({ settings })
    }),
    ...parents.map(({ title, of }) =>
      place(
        `autoconfig at the ${title}`,
        configOf((parent) => `https://autoconfig.${parent}/mail/config-v1.1.xml`, of),
      ),
    ),
    ...(ispdb === false
      ? []
      : parents.map(({ title, of }) =>
          place(
            `the ISPDB’s entry for the ${title}`,
            configOf((parent) => inDatabase(ispdb, parent), of, true),
          ),
        )),
  ]
}

function refused({
  provider: { name, refuse, help },
}: Pick<RefusedEntry, 'provider'>): AttemptError {
  return new AttemptError('refused', `${name} cannot be set up in other apps.`, {
    advice: { text: refuse.reason, url: refuse.url ?? help },
  })
}

/** The most preferred mail exchanger of a domain, if it is one that can be reached in public. */
export async function preferredMx(domain: string, network: Network): Promise<string | undefined> {
  const records = await network.mx(domain)
  const [first] = [...records].sort((a, b) => a.priority - b.priority)
  const host = first?.exchange.toLowerCase().replace(/\.$/, '') ?? ''
  return isDomainName(host) && isPublicName(host) ? host : undefined
}

function inDatabase(ispdb: string, domain: string): string {
  return `${ispdb}/${domain}`
}

function textOf(body: Buffer): string {
  try {
    return decodeXml(body)
  } catch (cause) {
    throw new AttemptError('invalid', 'Its text is not of the encoding that it names.', { cause })
  }
}

// automx2 refuses whoever names no address. It is told one that nobody has: only the domain is told.
async function fetchDocument(
  address: string,
  domain: string,
  options: FetchOptions,
): Promise<Buffer> {
  try {
    return await guardedFetch(address, options)
  } catch (error) {
    const status = error instanceof AttemptError ? (error.status ?? 0) : 0
    if (options.isDatabase === true || status < 400 || status === 429) throw error
    const query = queryString([['emailaddress', `${NOBODY}@${domain}`]])
    return guardedFetch(`${address}${query}`, options).catch(() => {
      throw error
    })
  }
}

async function fetchConfig(
  address: string,
  domain: string,
  options: FetchOptions,
): Promise<Provider> {
  const body = await fetchDocument(address, domain, options)
  try {
    const config = parseClientConfig(textOf(body))
    return providerFromConfig(config, { id: 'autoconfig', domains: [domain] }).provider
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    throw new AttemptError('invalid', error.message, { cause: error })
  }
}
