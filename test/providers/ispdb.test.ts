import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expandPlaceholders } from '../../src/account/placeholders.js'
import type { Provider } from '../../src/providers/provider.js'
import { catalogue } from '../support/app.js'

interface IspdbFile {
  /** With blanks between them. */
  readonly domains: string
  /** Servers with encryption, host and port, with blanks between them. */
  readonly imap: string
}

const { files } = JSON.parse(
  readFileSync(new URL('../vectors/ispdb-domains.json', import.meta.url), 'utf8'),
) as { readonly files: Readonly<Record<string, IspdbFile>> }
const ISPDB = new Map(
  Object.values(files).flatMap(({ domains, imap }) =>
    domains.split(' ').map((domain) => [domain, imap.split(' ')] as const),
  ),
)
const PROVIDERS = catalogue.entries.map(({ provider }) => provider)

// Those that publish autoconfig themselves, as the pages in their files or what others read there say.
const OWN_AUTOCONFIG: ReadonlySet<string> = new Set([
  'disroot',
  'freenet',
  'mailbox-org',
  'mailfence',
  'purelymail',
  'riseup',
  'runbox',
  'ukr-net',
])

// Apps would find the settings from the address alone, and nevertheless the page does not say so.
const NOT_FLAGGED: Readonly<Record<string, string>> = {
  'google-workspace': 'most of its domains are its customers’ own',
  'spectrum-charter': 'for sending, the ISPDB has TLS on 587, where Spectrum names STARTTLS',
  sky: 'the ISPDB has the password only, and signing in is the surer way',
}

// Domains of the ISPDB that stand beside domains of our files, and are in none.
const GAPS: readonly (readonly [reason: string, domains: string])[] = [
  [
    'of mail exchangers and of tenants, not of mailboxes',
    'am0.yahoodns.net kundenserver.de mail.am0.yahoodns.net mail.gm0.yahoodns.net ' +
      'mail.protection.outlook.com olc.protection.outlook.com onmicrosoft.com yahoodns.net',
  ],
  [
    'in no other source',
    '2die4.com adres.pl alabama.usa.com alaska.usa.com americamail.com amorki.pl ' +
      'amorous.com arizona.usa.com autograf.pl bigger.com bigpond.net buziaczek.pl ' +
      'california.usa.com caress.com clerk.com cliffhanger.com corp.mail.ru count.com ' +
      'couple.com cs.com cyberia.pl doctor.com earthling.net fan.com feelings.com ' +
      'florida.usa.com footballer.com freeler.nl gmx.ca gmx.cn gmx.co.in gmx.com.br ' +
      'gmx.com.my gmx.com.tr gmx.hk gmx.ie gmx.it gmx.li gmx.ph gmx.pt gmx.ru gmx.se gmx.sg ' +
      'gmx.tm gmx.tw go4more.de hockeymail.com hour.com illinois.usa.com inbox.eu inbox.la ' +
      'ingpec.eu japan.com jazztel.es kabelmail.de kidcity.be loveable.com ' +
      'mad.scientist.com madrid.com mail.org mindless.com mobsters.com monarchy.com ' +
      'netscape.com netscape.net newyork.usa.com nyu.edu oath.com ocn.ad.jp on.nl ' +
      'onet.com.pl onsbrabantnet.nl onsmail.nl onsnet.nu onsneteindhoven.nl onsnetnuenen.nl ' +
      'opoczta.pl playful.com poetic.com popstar.com pseudonim.pl republika.pl revenue.com ' +
      'rockfan.com rome.com royal.net sapo.ao sapo.cv sapo.mz sapo.tl schlund.de ' +
      'scientist.com seductive.com singapore.com snelnet.net sofort-start.de sofort-surf.de ' +
      'sofortstart.de sofortsurf.de soon.com spoko.pl texas.usa.com thegame.com tip.nl ' +
      'tiscali.nl tiscalimail.nl tokyo.com vip.onet.pl wallet.com weirdness.com who.net ' +
      'whoever.com winning.com witty.com wmconnect.com wxs.nl yandex.net yours.com ' +
      'zoho.com.au zoho.eu zoho.in',
  ],
]

/** Whether apps that ask the ISPDB about a domain find the server that the provider's file has. */
function isFound({ incoming }: Provider, domain: string): boolean {
  const ours = incoming.find(({ protocol }) => protocol === 'imap')
  if (ours === undefined) return false
  const host = expandPlaceholders(ours.host, `anybody@${domain}`)
  const theirs = ISPDB.get(domain) ?? []
  return theirs
    .map((server) => server.replaceAll('%EMAILDOMAIN%', domain))
    .includes(`${host}:${ours.port}`)
}

describe('a provider whose file says autoconfig', () => {
  const flagged = PROVIDERS.filter(({ autoconfig }) => autoconfig)

  it.each(flagged.map((provider) => [provider.id, provider] as const))(
    '%s has its servers in the ISPDB for every domain, or publishes them',
    (id, provider) => {
      const missing = provider.domains.filter((domain) => !isFound(provider, domain))
      expect(OWN_AUTOCONFIG.has(id) ? [] : missing).toEqual([])
      expect(provider.domains).not.toEqual([])
    },
  )

  it('is every one that could', () => {
    const silent = PROVIDERS.filter(
      (provider) =>
        !provider.autoconfig &&
        provider.oauth === undefined &&
        provider.domains.length > 0 &&
        provider.domains.every((domain) => isFound(provider, domain)),
    ).map(({ id }) => id)
    expect(silent.sort()).toEqual(Object.keys(NOT_FLAGGED).sort())
  })
})

describe('the domains of the ISPDB', () => {
  const known = new Set(
    [...catalogue.entries, ...catalogue.refused].flatMap(({ provider }) => provider.domains),
  )
  const isOurs = ({ domains }: IspdbFile) => domains.split(' ').some((domain) => known.has(domain))
  const gaps = GAPS.flatMap(([, domains]) => domains.split(' '))

  it('are in the catalogue wherever one of their file is, but for the gaps that are known', () => {
    const missing = Object.values(files)
      .filter(isOurs)
      .flatMap(({ domains }) => domains.split(' '))
      .filter((domain) => !known.has(domain))
    expect([...new Set(missing)].sort()).toEqual([...gaps].sort())
  })
})
