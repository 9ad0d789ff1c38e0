import type { Config } from '../config/config.js'
import { allThatAnswer, domainsKey, keyFor, type AnsweringConfig } from '../config/tenants.js'
import { MailProfileError } from '../errors.js'
import { domainsOfHost, foldHost } from '../http/request/host.js'
import type { Catalogue } from '../providers/catalogue.js'
import type { Catalogues } from './configured-catalogue.js'
import type { ConfigurationWarning } from './configuration-warnings.js'

// Of a list of thousands the first ones tell enough.
const MOST_NAMED = 20

/** Domains that are to be served, and nobody at them can be set up, in sentences. */
export function servedDomainWarnings(
  { of, whole }: Pick<Catalogues, 'of' | 'whole'>,
  config: AnsweringConfig,
): ConfigurationWarning[] {
  const catalogue = of(config.name)
  const { serve, discovery } = config
  const domains = new Set([...(serve.domains ?? []), ...catalogue.served])
  const warnings = [...domains].flatMap((domain) => {
    const message = complaint(domain, catalogue, { mayBeFound: discovery.enabled, whole })
    const subject = keyFor(config, domainsKey(config, domain))
    return message === undefined ? [] : [{ subject, message }]
  })
  const more = warnings.length - MOST_NAMED
  return more <= 0
    ? warnings
    : [
        ...warnings.slice(0, MOST_NAMED),
        { subject: config.key ?? 'serve', message: `The same is so of ${more} more domains.` },
      ]
}

/** Domains of keys that are not served, so that the key is for nothing there. */
export function keyDomainWarnings(
  catalogue: Catalogue,
  config: AnsweringConfig,
): ConfigurationWarning[] {
  return config.api.keys.flatMap(({ name, domains = [] }) =>
    domains
      .filter((domain) => !catalogue.serves(domain))
      .map((domain) => ({
        subject: keyFor(config, 'api.keys'),
        message: `${name}: ${domain} is not served here.`,
      })),
  )
}

/** Hosts at which one answers, and for whose domain somebody else is to: one of both is missed there. */
export function foreignHostWarnings(
  config: Config,
  catalogues: Catalogues,
): ConfigurationWarning[] {
  if (config.tenants.length === 0) return []
  const all = allThatAnswer(config)
  const ownerOf = (domain: string) => {
    const name = catalogues.tenantWith(domain)
    const isTop = catalogues.of(undefined).served.has(domain)
    return name === undefined && !isTop ? undefined : all.find((one) => one.name === name)
  }
  return all.flatMap((one) => {
    if (one.baseUrl === undefined) return []
    const host = foldHost(new URL(one.baseUrl).hostname)
    const domains = domainsOfHost(host)
    const domain = domains.find((each) => (ownerOf(each) ?? one) !== one)
    const owner = domain === undefined ? undefined : ownerOf(domain)
    if (domain === undefined || owner === undefined) return []
    const key = domainsKey(owner, domain)
    // A tenant is at its own host, the top level at whatever no tenant has.
    const message =
      one.key === undefined
        ? `${host} is answered for ${owner.key ?? ''}, whose ${key} has ${domain}: people who come ` +
          'there are at the tenant. Use another host.'
        : `${host} is where mail programs look for settings of ${domain}, which ${keyFor(owner, key)} ` +
          'has: they get none there. Use another host.'
    return [{ subject: keyFor(one, 'baseUrl'), message }]
  })
}

interface Search {
  /** Whether what nobody knows may be found when it is asked for. */
  readonly mayBeFound: boolean
  readonly whole: Catalogue
}

function complaint(
  domain: string,
  catalogue: Catalogue,
  { mayBeFound, whole }: Search,
): string | undefined {
  try {
    if (catalogue.lookUp(domain) !== undefined) return undefined
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    return `Nobody at ${domain} can be set up. ${error.message}`
  }
  const meant = whole.nearest(domain)
  // Of two that are both meant, neither is a slip.
  const isSlip = meant !== undefined && !catalogue.names(meant)
  if (mayBeFound && !isSlip) return undefined
  const sentence = mayBeFound
    ? `No provider file names ${domain}: it is searched for.`
    : catalogue.hasOwnExchangers
      ? `No provider file names ${domain}, unless by its mail exchanger.`
      : `Nobody at ${domain} can be set up: no provider file names it.`
  return isSlip ? `${sentence} Did you mean ${meant}?` : sentence
}
