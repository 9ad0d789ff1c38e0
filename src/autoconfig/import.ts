import { isPlainText } from '../account/plain-text.js'
import { pathSegment } from '../encoding/uri.js'
import { MailProfileError } from '../errors.js'
import type { Provider } from '../providers/provider.js'
import type { ClientConfig } from './client-config.js'
import type { ConfigDav } from './dav-sections.js'
import { shown, singleLine, type Skipped } from './findings.js'
import { providerFromConfig, type ProviderDraft } from './provider-from-config.js'
import { providerId } from './provider-id.js'
import { providerYaml } from './provider-yaml.js'
import type { ConfigServer } from './server-section.js'
import { parseSettings } from './settings.js'
import { hasPlaceholder } from './templates.js'

export interface ImportAutoconfigOptions {
  /** Instead of the one that the file's name makes. */
  readonly id?: string | undefined
  /** The mail domains instead of those that the document names. */
  readonly domains?: readonly string[] | undefined
  /** Domains and mail exchangers that other files name already, and which: they are left out. */
  readonly taken?: ReadonlyMap<string, string> | undefined
  /**
   * The day when somebody compared the settings with the provider's own help page, as 2026-11-23.
   * Without it the file names no source: to import settings is not to verify them.
   */
  readonly verified?: string | undefined
}

const ONE_PERSONS =
  'Its user name is that of one person, and would be everybody’s: write %EMAILADDRESS% or ' +
  '%EMAILLOCALPART% there, and import it again.'
const ONE_PERSONS_ADDRESS =
  'Its address has the user name of one person, and would be everybody’s: write %EMAILADDRESS% or ' +
  '%EMAILLOCALPART% there, and import it again.'

/** A provider, and its file. */
export interface ImportedProvider extends ProviderDraft {
  readonly yaml: string
}

/**
 * A provider file from settings that another program has: a Mozilla autoconfig document, or what
 * `parseSettings` knows besides.
 *
 * @param document its text
 * @param fileName its file's name, `example.com.xml`, which makes the provider's id
 * @throws MailProfileError `invalid_autoconfig` as `parseSettings` and `providerFromConfig`, or
 *   where all domains are taken
 */
export function importAutoconfig(
  document: string,
  fileName: string,
  { id = providerId(fileName), domains, taken = new Map(), verified }: ImportAutoconfigOptions = {},
): ImportedProvider {
  const draft = providerFromConfig(forEverybody(parseSettings(document)), { id, domains })
  const { provider, skipped } = withoutTaken(draft.provider, taken)
  const { help } = provider
  const sources = help === undefined || verified === undefined ? [] : [{ url: help, verified }]
  const named = isPlainText(singleLine(fileName)) ? singleLine(fileName) : 'an autoconfig file'
  const comment =
    sources.length === 0
      ? `Imported from ${named}. Nobody has compared it with the provider's own page yet.`
      : `Imported from ${named}.`
  const complete = { ...provider, sources }
  return {
    provider: complete,
    yaml: providerYaml(complete, comment),
    skipped: [...draft.skipped, ...skipped],
    warnings: draft.warnings,
  }
}

/**
 * Settings without the servers whose user name is one person's: a program that was asked for one address
 * answers with that person's, and here they would be everybody's.
 */
function forEverybody(config: ClientConfig): ClientConfig {
  const { incoming, outgoing, calendar, contacts, skipped } = config
  const own = [
    ...incoming.filter(isOnePersons).map((server) => ['incoming', server] as const),
    ...outgoing.filter(isOnePersons).map((server) => ['outgoing', server] as const),
  ]
  return {
    ...config,
    incoming: incoming.filter((server) => !isOnePersons(server)),
    outgoing: outgoing.filter((server) => !isOnePersons(server)),
    calendar: calendar && withoutOnePersons(calendar),
    contacts: contacts && withoutOnePersons(contacts),
    skipped: [
      ...skipped,
      ...[['calendar', calendar] as const, ['contacts', contacts] as const].flatMap(
        ([name, server]) => {
          if (server === undefined || !isOnePersons(server)) return []
          return withoutOnePersons(server) === undefined
            ? [{ what: name, reason: ONE_PERSONS_ADDRESS }]
            : [{ what: `user name of the ${name}`, reason: ONE_PERSONS }]
        },
      ),
      ...own.map(([direction, { host, protocol }]) => ({
        what: `${direction} server ${shown(host)} (${protocol})`,
        reason: ONE_PERSONS,
      })),
    ],
  }
}

// Without a user name people log in there as for their mail, but not where only one of them may.
function withoutOnePersons(server: ConfigDav): ConfigDav | undefined {
  const { url, username = '' } = server
  if (!isOnePersons(server)) return server
  const segments = url.split('/')
  return segments.includes(username) || segments.includes(pathSegment(username))
    ? undefined
    : { url }
}

function isOnePersons({ username }: Pick<ConfigServer, 'username'>): boolean {
  return username !== undefined && !hasPlaceholder(username)
}

// A folder of providers must not name a domain twice.
function withoutTaken(provider: Provider, taken: ReadonlyMap<string, string>) {
  const skipped: Skipped[] = []
  const isFree = (name: string) => {
    const other = taken.get(name)
    if (other === undefined) return true
    skipped.push({ what: `domain ${shown(name)}`, reason: `It is named by ${other} already.` })
    return false
  }
  const domains = provider.domains.filter(isFree)
  const mx = provider.mx.filter(isFree)
  if (domains.length === 0 && mx.length === 0) {
    const [other = ''] = [...provider.domains, ...provider.mx].flatMap(
      (name) => taken.get(name) ?? [],
    )
    throw new MailProfileError('invalid_autoconfig', `Its domains are named by ${other} already.`)
  }
  return { provider: { ...provider, domains, mx }, skipped }
}
