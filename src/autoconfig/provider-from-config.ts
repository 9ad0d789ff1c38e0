import { registrableDomain } from '../account/public-name.js'
import { INCOMING_PROTOCOLS } from '../account/server.js'
import { MAX_NAME_LENGTH } from '../account/text.js'
import { templatesFor, type DavTemplate } from '../account/mail-service.js'
import { parseUrl } from '../account/web-url.js'
import { MailProfileError } from '../errors.js'
import type { Provider } from '../providers/provider.js'
import type { ClientConfig } from './client-config.js'
import type { ConfigDav } from './dav-sections.js'
import type { Skipped } from './findings.js'
import { inEnglish, isInEnglish } from './pages.js'
import { hasPlaceholder } from './templates.js'

export interface ProviderFromConfigOptions {
  /** Lower-case letters, digits and dashes; a document's own id is neither unique nor that. */
  readonly id: string
  /** The mail domains instead of those, and the mail exchangers, that the document names. */
  readonly domains?: readonly string[] | undefined
}

/** A provider, and what it could not take over from its document. */
export interface ProviderDraft {
  /** In the shape of `parseProvider`. */
  readonly provider: Provider
  readonly skipped: readonly Skipped[]
  readonly warnings: readonly string[]
}

const MAX_NOTE_LENGTH = 1000
const MAX_REASONS = 5

/**
 * The provider that an autoconfig document describes. Nothing is guessed: no app password, no mail
 * exchangers but those with `purpose="mx"`.
 *
 * @throws MailProfileError `invalid_autoconfig` where it has no incoming or no outgoing server that
 *   can be used, or no domain
 */
export function providerFromConfig(
  config: ClientConfig,
  { id, domains: given }: ProviderFromConfigOptions,
): ProviderDraft {
  const { displayName, incoming, outgoing, calendar, contacts, warnings } = config
  if (incoming.length === 0) throw nothingUsable(config, 'incoming')
  if (outgoing.length === 0) throw nothingUsable(config, 'outgoing')
  const domains = given ?? config.domains
  // An MX host is looked for under its own name and under all above it; never at a public suffix.
  const mx = (given === undefined ? config.mxDomains : [])
    .filter((name) => registrableDomain(name) !== undefined)
    .flatMap((name) => [name, `*.${name}`])
  const [domain = mx[0]] = domains
  if (domain === undefined) {
    throw noDomain(config)
  }
  const expand = (text: string) =>
    given?.length === 1 ? text.replaceAll('%EMAILDOMAIN%', () => domain) : text
  const help = helpPage(config, expand)
  return {
    provider: {
      id,
      name: nameOf(config, expand) ?? domain,
      domains,
      mx,
      // A document's order counts per protocol; between them, IMAP is what most people want.
      incoming: INCOMING_PROTOCOLS.flatMap((protocol) =>
        incoming
          .filter((server) => server.protocol === protocol)
          .flatMap((server) => templatesFor(server, server.authentications)),
      ),
      outgoing: outgoing.flatMap((server) => templatesFor(server, server.authentications)),
      ...(calendar === undefined ? {} : { calendar: davOf(calendar, config) }),
      ...(contacts === undefined ? {} : { contacts: davOf(contacts, config) }),
      autoconfig: false,
      notes: notesOf(config, expand).map((text) => ({ text })),
      ...(help === undefined ? {} : { help }),
      // To read settings is not to verify them.
      sources: [],
    },
    skipped: [
      ...config.skipped,
      ...(displayName === undefined || isName(expand(displayName)) ? [] : [NAME_SKIPPED]),
      ...(help === undefined && config.documentation.length > 0 ? [HELP_SKIPPED] : []),
    ],
    warnings,
  }
}

// A user name stands in a provider file where it is another one than for incoming mail.
function davOf({ url, username }: ConfigDav, { incoming }: ClientConfig): DavTemplate {
  const isSame = incoming.every((server) => server.username === username)
  return username === undefined || isSame ? { url } : { url, username }
}

const HELP_SKIPPED: Skipped = {
  what: 'documentation',
  reason: 'None of its pages has an https address that is the same for everybody.',
}

const NAME_SKIPPED: Skipped = {
  what: 'displayName',
  reason: 'It is too long, or another one for each mailbox.',
}

// The domain is filled in wherever a name is shown.
function isName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && !isTemplate(text.replaceAll('%EMAILDOMAIN%', ''))
}

function nameOf(config: ClientConfig, expand: (text: string) => string): string | undefined {
  const id = isTemplate(config.id ?? '') ? undefined : config.id
  return [config.displayName, config.displayShortName, id]
    .map((text) => (text === undefined ? undefined : expand(text)))
    .find((text) => text !== undefined && isName(text))
}

function helpPage(
  { documentation }: ClientConfig,
  expand: (text: string) => string,
): string | undefined {
  return [...documentation.filter(isInEnglish), ...documentation]
    .map(({ url = '' }) => expand(url))
    .find(isHttps)
}

function notesOf(
  { enable, outgoing }: ClientConfig,
  expand: (text: string) => string,
): readonly string[] {
  const instructions = enable.flatMap(({ url, texts }) => {
    const page = url === undefined ? undefined : expand(url)
    const where = page !== undefined && isHttps(page) ? page : undefined
    const instruction = inEnglish(texts)
    if (instruction === undefined) {
      return where === undefined ? [] : [`Mail apps have to be let in first: ${where}`]
    }
    const text = shortened(instruction)
    const withPage = where === undefined || text.includes(where) ? text : `${text} (${where})`
    return [withPage.length <= MAX_NOTE_LENGTH ? withPage : text]
  })
  const bound = outgoing.filter(({ ownNetworkOnly }) => ownNetworkOnly).length
  const network =
    bound === 0
      ? []
      : [
          `${bound === outgoing.length ? 'Mail can be sent' : 'One of the servers sends mail'} ` +
            "only from the provider's own network, such as its connection at your home.",
        ]
  return [...new Set([...instructions, ...network])]
}

// Cut between words, never inside a character.
function shortened(text: string): string {
  if (text.length <= MAX_NOTE_LENGTH) return text
  const start = text.slice(0, MAX_NOTE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')
  return `${start.replace(/ [^ ]*$/, '')}…`
}

function isHttps(url: string): boolean {
  return !isTemplate(url) && parseUrl(url)?.protocol === 'https:'
}

// Also where a placeholder is misspelt: nobody should see one.
function isTemplate(text: string): boolean {
  return hasPlaceholder(text) || /%EMAIL/i.test(text)
}

function noDomain({ anyDomain, skipped }: ClientConfig): MailProfileError {
  if (anyDomain) {
    return new MailProfileError(
      'invalid_autoconfig',
      'The document is for whatever domain its server is asked for (%EMAILDOMAIN%).',
      { hint: 'Say for which it is to be: --domain example.com.' },
    )
  }
  const reasons = skipped
    .filter(({ what }) => what.startsWith('domain '))
    .map(({ what, reason }) => `${what}: ${reason}`)
    .slice(0, MAX_REASONS)
  return new MailProfileError(
    'invalid_autoconfig',
    ['The document names no mail domain.', ...reasons].join(' '),
    { hint: 'Name it: --domain example.com.' },
  )
}

function nothingUsable({ skipped }: ClientConfig, direction: string): MailProfileError {
  const reasons = skipped
    .filter(({ what }) => what.startsWith(`${direction} server `))
    .map(({ what, reason }) => `${what}: ${reason}`)
    .slice(0, MAX_REASONS)
  return new MailProfileError(
    'invalid_autoconfig',
    [`The document has no ${direction} server that can be used.`, ...reasons].join(' '),
  )
}
