import { createHash } from 'node:crypto'

/** What a program wants at an address. */
export type Wanted =
  | 'autoconfig'
  | 'autodiscover'
  | 'autodiscover-json'
  | 'srv'
  | 'page'
  | 'profile'
  | 'pacc'
  | 'caldav'
  | 'carddav'

/** One thing that a program asks. */
export interface ProbeStep {
  readonly wants: Wanted
  /** With `{domain}`, `{base}`, `{address}` (encoded), `{rawAddress}`, `{md5}`; none for the DNS. */
  readonly url?: string
  readonly method?: 'GET' | 'POST'
  /** It asks the website of the mail domain, where there need not be anything. */
  readonly elsewhere?: true
}

/** A program as data: what it asks, in its order. */
export interface ProbeClient {
  readonly id: string
  readonly title: string
  readonly userAgent: string
  /** The first that has what is wanted ends it; `all` asks every one. */
  readonly asks: 'first' | 'all'
  /** What it says that it takes compressed; nothing by default. */
  readonly encodings?: string
  readonly steps: readonly ProbeStep[]
}

const CONFIG = '/mail/config-v1.1.xml'
const WELL_KNOWN = '/.well-known/autoconfig/mail/config-v1.1.xml'
const POX = '/autodiscover/autodiscover.xml'

/** Mozilla's autoconfig as most ask it: the name made for it, then the domain, then without encryption. */
function autoconfig(query: string, { http = true, wellKnown = query } = {}): readonly ProbeStep[] {
  const at = (scheme: string): readonly ProbeStep[] => [
    { wants: 'autoconfig', url: `${scheme}://autoconfig.{domain}${CONFIG}${query}` },
    { wants: 'autoconfig', url: `${scheme}://{domain}${WELL_KNOWN}${wellKnown}`, elsewhere: true },
  ]
  return http ? [...at('https'), ...at('http')] : at('https')
}

const AT_DOMAIN: ProbeStep = {
  wants: 'autodiscover',
  method: 'POST',
  url: `https://{domain}${POX}`,
  elsewhere: true,
}
const AT_AUTODISCOVER: ProbeStep = {
  wants: 'autodiscover',
  method: 'POST',
  url: `https://autodiscover.{domain}${POX}`,
}
const SRV: ProbeStep = { wants: 'srv' }
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

/**
 * The programs of `docs/autoconfig.md`, with their own order. What is the same for all stands in the
 * asker: TLS 1.2 or newer, a certificate that holds, a few redirects.
 */
export const CLIENTS: readonly ProbeClient[] = [
  {
    id: 'apple',
    title: 'iPhone, iPad and Mac: setup page and profile',
    userAgent: SAFARI,
    asks: 'all',
    encodings: 'gzip, deflate, br',
    steps: [
      { wants: 'page', url: '{base}/setup?address={address}' },
      { wants: 'profile', url: '{base}/formats/apple-profile?address={address}' },
    ],
  },
  {
    id: 'thunderbird',
    title: 'Thunderbird',
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Thunderbird/153.0',
    asks: 'first',
    encodings: 'gzip, deflate, br',
    // It asks all at once, and Autodiscover with the password, which stays here.
    steps: [...autoconfig('?emailaddress={address}'), AT_AUTODISCOVER],
  },
  {
    id: 'thunderbird-android',
    title: 'Thunderbird for Android, K-9 Mail',
    // RealAutoconfigFetcher.kt sends what OkHttp does by itself.
    userAgent: 'okhttp/4.12.0',
    asks: 'first',
    encodings: 'gzip',
    steps: autoconfig(''),
  },
  {
    id: 'fairemail',
    title: 'FairEmail',
    userAgent: 'eu.faircode.email/2331',
    asks: 'all',
    encodings: 'gzip',
    // Not even percent-encoded; it asks all and takes the best (EmailProvider.java).
    steps: [
      SRV,
      {
        wants: 'autoconfig',
        url: `https://autoconfig.{domain}${CONFIG}?emailaddress={rawAddress}`,
      },
      AT_AUTODISCOVER,
    ],
  },
  {
    id: 'evolution',
    title: 'Evolution',
    userAgent: 'Evolution/3.56',
    asks: 'first',
    encodings: 'gzip, deflate',
    steps: [...autoconfig('?emailaddress={address}&emailmd5={md5}'), SRV],
  },
  {
    id: 'kmail',
    title: 'KMail',
    userAgent: 'Mozilla/5.0 (compatible; Konqueror/5.0; Linux) KHTML/5.116.0 (like Gecko)',
    asks: 'first',
    encodings: 'gzip, deflate',
    steps: [
      { wants: 'autoconfig', url: `https://autoconfig.{domain}${CONFIG}` },
      { wants: 'autoconfig', url: `http://autoconfig.{domain}${CONFIG}` },
      { wants: 'autoconfig', url: `https://{domain}${WELL_KNOWN}`, elsewhere: true },
    ],
  },
  {
    id: 'delta-chat',
    title: 'Delta Chat',
    // reqwest sends none unless it is told to.
    userAgent: '',
    asks: 'first',
    steps: [
      // The address goes to the name made for it only (core 48888898).
      ...autoconfig('?emailaddress={address}', { http: false, wellKnown: '' }),
      { wants: 'autodiscover', method: 'GET', url: `https://{domain}${POX}`, elsewhere: true },
      { wants: 'autodiscover', method: 'GET', url: `https://autodiscover.{domain}${POX}` },
    ],
  },
  {
    id: 'aerc',
    title: 'aerc',
    userAgent: 'Go-http-client/1.1',
    asks: 'first',
    encodings: 'gzip',
    steps: [
      SRV,
      { wants: 'autoconfig', url: `https://autoconfig.{domain}${CONFIG}?emailaddress={address}` },
    ],
  },
  {
    id: 'outlook',
    title: 'Outlook 2010 to 2019, with its old wizard',
    userAgent: 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.10730; Pro)',
    asks: 'first',
    // Then http://autodiscover., from where it takes nothing but a redirect.
    steps: [AT_DOMAIN, AT_AUTODISCOVER],
  },
  {
    id: 'outlook-new',
    title: 'New Outlook, Outlook for Mac and phones: Microsoft’s service asks for them',
    userAgent: 'OutlookMobileCloudService-Autodetect/1.0.0',
    asks: 'first',
    steps: [
      {
        wants: 'autodiscover-json',
        url: 'https://autodiscover.{domain}/autodiscover/autodiscover.json?Email={address}&Protocol=ActiveSync&RedirectCount=1',
      },
    ],
  },
  {
    id: 'em-client',
    title: 'eM Client',
    userAgent: 'eM ProbeClient/10.1',
    asks: 'first',
    encodings: 'gzip, deflate',
    steps: [AT_AUTODISCOVER, AT_DOMAIN],
  },
  {
    id: 'pacc',
    title: 'Programs of the PACC draft',
    userAgent: 'Evolution/3.56',
    asks: 'first',
    steps: [
      {
        wants: 'pacc',
        url: 'https://ua-auto-config.{domain}/.well-known/user-agent-configuration.json',
      },
    ],
  },
  {
    id: 'dav',
    title: 'Calendars and contacts: iPhone, Mac, DAVx⁵, Thunderbird',
    userAgent: 'iOS/18.5 (22F76) dataaccessd/1.0',
    asks: 'all',
    steps: [{ wants: 'caldav' }, { wants: 'carddav' }],
  },
]

export interface ProbedPerson {
  readonly address: string
  readonly domain: string
  /** Where the service is, without a trailing slash. */
  readonly base: string | undefined
}

/** The address that a step asks for a person; nothing where it needs a service that nobody named. */
export function urlOf(
  { url = '' }: ProbeStep,
  { address, domain, base }: ProbedPerson,
): string | undefined {
  if (url.includes('{base}') && base === undefined) return undefined
  // Without encryption everybody on the way could read who it is; no answer depends on it.
  const asked = url.replace('{base}', base ?? '').startsWith('http:')
    ? `somebody@${domain}`
    : address
  const values: Readonly<Record<string, string>> = {
    domain,
    base: base ?? '',
    address: encodeURIComponent(asked),
    rawAddress: encodeURIComponent(asked).replace('%40', '@'),
    md5: createHash('md5').update(asked).digest('hex'),
  }
  return url.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
