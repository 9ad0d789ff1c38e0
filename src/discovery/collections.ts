import { hasStrayPlaceholder } from '../account/placeholders.js'
import { parseDavServer } from '../account/dav.js'
import { isPublicName } from '../account/public-name.js'
import { MailProfileError } from '../errors.js'
import type { Text } from '../messages/text.js'
import { orAborted } from '../waiting.js'
import { AttemptError, type Attempt } from './attempt.js'
import type { Trust } from '../providers/domain-settings.js'
import { guardedProbe, type ProbeAnswer } from './guarded-fetch.js'
import type { Network } from './network.js'
import { ASSUMED_OF_SRV, bestTarget } from './srv.js'

/** Calendars, contacts or both of a domain, and where they were found. */
export interface FoundCollections {
  readonly trust: Trust & ('https-own-domain' | 'srv')
  /** An address or a record's name. */
  readonly source: string
  /** What a person should know of settings that come from there. */
  readonly note?: Text
  readonly calendar?: { readonly url: string }
  readonly contacts?: { readonly url: string }
}

export interface CollectionsSearch {
  /** What can be used, the most trusted first. */
  readonly found: readonly FoundCollections[]
  readonly attempts: readonly Attempt[]
}

type Kind = 'calendar' | 'contacts'
type Find = (service: (typeof SERVICES)[Kind]) => Promise<string>

const WELL_KNOWN = '/.well-known/'
// RFC 6764 sections 3 and 5; RFC 4791 section 5.1 and RFC 6352 section 6.1.
const SERVICES = {
  calendar: { label: '_caldavs._tcp', path: `${WELL_KNOWN}caldav`, feature: 'calendar-access' },
  contacts: { label: '_carddavs._tcp', path: `${WELL_KNOWN}carddav`, feature: 'addressbook' },
} as const

/**
 * Looks for the calendars and contacts of a domain (RFC 6764): at its own `/.well-known`, then by its SRV
 * records. Never rejects: whatever comes of it must not be in the way of mail.
 *
 * @param domain lower-case A-labels, a public name
 * @param signal ends it
 */
export async function findCollections(
  domain: string,
  network: Network,
  signal: AbortSignal,
): Promise<CollectionsSearch> {
  const asked = await Promise.all([
    askBoth(
      { trust: 'https-own-domain', source: `https://${domain}/.well-known/caldav` },
      (service) => byWellKnown(domain, service, network, signal),
      signal,
    ),
    askBoth(
      {
        trust: 'srv',
        source: `SRV records for calendars and contacts of ${domain}`,
        note: ASSUMED_OF_SRV,
      },
      (service) => bySrv(domain, service, network),
      signal,
    ),
  ])
  return {
    found: asked.flatMap(({ found }) => (found === undefined ? [] : [found])),
    attempts: asked.map(({ attempt }) => attempt),
  }
}

async function askBoth(
  place: Pick<FoundCollections, 'trust' | 'source' | 'note'>,
  find: Find,
  signal: AbortSignal,
): Promise<{ readonly found?: FoundCollections; readonly attempt: Attempt }> {
  const ask = (kind: Kind) =>
    orAborted(find(SERVICES[kind]).then(usable), signal).catch((error: unknown) =>
      error instanceof AttemptError
        ? error
        : new AttemptError('unreachable', 'It cannot be asked now.', { cause: error }),
    )
  const [calendar, contacts] = await Promise.all([ask('calendar'), ask('contacts')])
  if (calendar instanceof AttemptError && contacts instanceof AttemptError) {
    const { outcome, message: detail } = calendar
    return { attempt: { place: place.source, outcome, detail } }
  }
  return {
    found: {
      ...place,
      ...(calendar instanceof AttemptError ? {} : { calendar }),
      ...(contacts instanceof AttemptError ? {} : { contacts }),
    },
    attempt: { place: place.source, outcome: 'found' },
  }
}

// A stranger wrote it: what would not be an account's is nothing, rather than an error of the account.
function usable(url: string): { readonly url: string } {
  try {
    const { url: normal, host } = parseDavServer({ url }, '')
    if (isPublicName(host) && !hasStrayPlaceholder(normal)) return { url: normal }
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
  }
  throw new AttemptError('blocked', 'It names no public address of https.')
}

async function bySrv(
  domain: string,
  { label }: (typeof SERVICES)[Kind],
  network: Network,
): Promise<string> {
  const name = `${label}.${domain}`
  const target = bestTarget(await network.srv(name))
  if (target === undefined) throw new AttemptError('not_found', 'There is no such record.')
  return `https://${target.host}:${target.port}${await pathAt(name, network)}`
}

// RFC 6764 section 4. Without it devices ask /.well-known of the host themselves.
async function pathAt(name: string, network: Network): Promise<string> {
  const texts = (await network.txt?.(name).catch(() => undefined)) ?? []
  const [path] = texts.flatMap((parts) => /^path=(\/.*)$/i.exec(parts.join(''))?.[1] ?? [])
  return path ?? '/'
}

async function byWellKnown(
  domain: string,
  { path, feature }: (typeof SERVICES)[Kind],
  network: Network,
  signal: AbortSignal,
): Promise<string> {
  const answer = await guardedProbe(`https://${domain}${path}`, { network, signal })
  if (!isDav(answer, feature)) {
    throw new AttemptError(
      'not_found',
      `It answers with status ${answer.status}, and not as a server of calendars or contacts.`,
    )
  }
  // Devices that are told no path ask there themselves, and get to the principal, which nobody knows here.
  return answer.url.host === domain ? `https://${domain}/` : answer.url.href
}

// A website may want a password for whatever is asked of it, or answer everything with a page: only who
// redirects from there, as RFC 6764 section 5 wants, or says what it is, is one.
function isDav({ url, status, headers }: ProbeAnswer, feature: string): boolean {
  const features = (headers['dav'] ?? '').toString().split(/\s*,\s*/)
  if (status === 207) return true
  if (status !== 401) return false
  const takesPassword = /(?:^|,)\s*(?:basic|digest)\b/i.test(headers['www-authenticate'] ?? '')
  return takesPassword && (features.includes(feature) || !url.pathname.startsWith(WELL_KNOWN))
}
