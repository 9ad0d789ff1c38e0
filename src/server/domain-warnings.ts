import { keyFor, type AnsweringConfig } from '../config/tenants.js'
import { MailProfileError } from '../errors.js'
import type { Catalogue } from '../providers/catalogue.js'
import type { ConfigurationWarning } from './configuration-warnings.js'

// Of a list of thousands the first ones tell enough.
const MOST_NAMED = 20

/** Domains that are to be served, and nobody at them can be set up, in sentences. */
export function servedDomainWarnings(
  catalogue: Catalogue,
  config: AnsweringConfig,
): ConfigurationWarning[] {
  const { serve, discovery } = config
  const named = new Set(serve.domains)
  const domains = new Set([...named, ...catalogue.served])
  const warnings = [...domains].flatMap((domain) => {
    const message = complaint(domain, catalogue, discovery.enabled)
    const subject = keyFor(config, named.has(domain) ? 'domains' : 'domainsFile')
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

function complaint(domain: string, catalogue: Catalogue, mayBeFound: boolean): string | undefined {
  try {
    // Unknown ones may be found when they are asked for.
    if (mayBeFound || catalogue.lookUp(domain) !== undefined) return undefined
    return `No provider file names ${domain}, unless by its mail exchanger.`
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    return `Nobody at ${domain} can be set up. ${error.message}`
  }
}
