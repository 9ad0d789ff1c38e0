import type { Reach } from '../../account/reach.js'
import {
  davLogins,
  displayName,
  hasPassword,
  rootsOf,
  type Account,
} from '../../account/account.js'
import { say, type Text } from '../../messages/text.js'
import { shownAddress } from '../../account/shown-domain.js'
import { parseUrl } from '../../account/web-url.js'
import { signInHolder } from '../../account/sign-in.js'
import type { Format, RenderContext } from '../../formats/format.js'
import { formats } from '../../formats/index.js'
import { ownPassword, settingsOf, type SettingsGroup } from '../../formats/settings.js'
import { saidNote } from '../../providers/said-note.js'
import { wereFound, type DomainSettings } from '../../providers/domain-settings.js'
import { passwordHosts } from '../../discovery/password-hosts.js'
import type { Provider } from '../../providers/provider.js'
import { qrCode } from '../../qr/qr-code.js'
import { qrPath } from '../../qr/svg.js'
import { SERVE_LAN } from '../../own-commands.js'
import { isUnsigned, type ProfileSigning } from '../request/signing-policy.js'
import { choicesFor, qrCodesFor, type FormatLinks } from './choices.js'
import { parseUserAgent, visitorWith, type Device, type Visitor } from '../pages/visitor.js'
import { leadsToSignIn, signInView } from './sign-in-view.js'
import { signerView } from './signer-view.js'
import { collectionsView } from '../pages/collections-view.js'
import type { InstalledView, OfferView, ProfileView, SetupView } from '../pages/views.js'

// In bytes: beyond that modules would be too small to be read.
const MOST_ON_PAPER = 700

/** What a setup page tells of its server. */
export interface SetupServer extends ProfileSigning {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly reach: Reach
}

/** What a setup page is about. */
export interface SetupSubject {
  readonly account: Account
  readonly settings: DomainSettings
  readonly userAgent: string
  /** Another device than the one that asks. */
  readonly device?: Device | undefined
  /** The same page for another device. */
  readonly pageFor: (device: Device) => string
  readonly render: RenderContext
  readonly links: FormatLinks
  /** The QR code of the page: two pictures, and what it leads to. */
  readonly qr: Omit<SetupView['qr'], 'printed' | 'fits'>
  readonly other?: SetupView['other']
  readonly offer?: OfferView
  /** Whether this person sets the account up with a password where most sign in on a page. */
  readonly byPassword: boolean
  /** The same page the other way. */
  readonly otherWay: string
}

/** Everything about one account for one visitor. */
export function setupView(server: SetupServer, subject: SetupSubject): SetupView {
  const { baseUrl, reach, signingIdentity, now } = server
  const { account, settings, links, qr, other, offer } = subject
  const { provider } = settings
  const protocol = account.incoming?.protocol
  const sheet = formats.find(({ page }) => page?.forTyping === true)
  const asking = parseUserAgent(subject.userAgent)
  const { browser, ...visitor } = visitorFor(subject, asking)
  const options = {
    device: visitor.device,
    asking: asking.device,
    context: subject.render,
    links,
  }
  const isWaryOfHttp = browser.needsHttps && reach !== 'loopback' && !baseUrl.startsWith('https:')
  const holdsPassword = hasPassword(account)
  const fits = qr.target.length <= MOST_ON_PAPER
  const download = (format: Format) => profileView(server, settings, account, links, format)
  const signIn = signInView(subject, download)
  return {
    ...visitor,
    browser: { ...browser, savesOnly: browser.savesOnly || isWaryOfHttp },
    host: new URL(baseUrl).host,
    address: account.identity.address,
    shownAddress: shownAddress(account.identity.address),
    name: account.identity.name,
    accountName: displayName(account),
    protocol,
    protocolTitle: (protocol ?? '').toUpperCase(),
    collections: account.incoming === undefined ? collectionsView(account) : undefined,
    other,
    notes: provider.notes
      .filter((note) => note.protocol === undefined || note.protocol === protocol)
      .map(saidNote),
    found: foundView(settings, account),
    appPassword: provider.appPassword,
    helpUrl: provider.help,
    signIn,
    signInInstead:
      account.signIn !== undefined && subject.byPassword && leadsToSignIn(account, false)
        ? { holder: signInHolder(account.signIn), href: subject.otherWay }
        : undefined,
    apple: appleOffer(account, download),
    choices:
      visitor.device === 'android' && signIn === undefined
        ? choicesFor('android', account, options)
        : [],
    qrCodes:
      visitor.device === 'other' && signIn === undefined && protocol !== undefined
        ? qrCodesFor(account, options)
        : [],
    // Android apps search for IMAP only.
    autoconfig: provider.autoconfig && protocol === 'imap',
    asksOnce: account.incoming?.username === account.outgoing?.username,
    signer: signerView(signingIdentity, now()),
    roots: rootsOf(account).map(({ name }) => name),
    installs: installs(account),
    devices: visitor.parts
      .filter((device) => device !== visitor.device)
      .map((device) => ({ device, href: subject.pageFor(device) })),
    qr: {
      ...qr,
      fits,
      printed: fits && visitor.device !== 'android' ? printedCode(qr.target) : undefined,
    },
    reach,
    serveLan: SERVE_LAN,
    settings: withWords(settingsOf(account, passwordName(provider, account, holdsPassword))),
    // It would need the visitor to agree to what was found.
    sheetHref:
      sheet === undefined || (signIn !== undefined && wereFound(settings))
        ? undefined
        : links.file(sheet),
    nothingToType: holdsPassword && hasAllItNeeds(account),
    offer,
  }
}

function foundView(settings: DomainSettings, account: Account): SetupView['found'] {
  if (!wereFound(settings)) return undefined
  const { source, voucher, provider } = settings
  return {
    source: parseUrl(source)?.host ?? source,
    isVouched: voucher === 'catalogue',
    hosts: passwordHosts(provider, account.identity.address),
  }
}

function hasAllItNeeds(account: Account): boolean {
  const { incoming, outgoing } = account
  if (incoming === undefined) {
    return davLogins(account).every(({ password }) => password !== undefined)
  }
  return [incoming, outgoing].every(
    ({ authentication, password }) => authentication === 'none' || password !== undefined,
  )
}

function appleOffer(
  account: Account,
  download: (format: Format) => ProfileView | undefined,
): SetupView['apple'] {
  const format = formats.find(({ platform, page }) => platform === 'apple' && page?.leads === true)
  const profile = format && download(format)
  if (format === undefined || profile === undefined) {
    return { supported: false, reason: say('setup.noSigning') }
  }
  const support = format.support(account)
  return support.supported
    ? { supported: true, ...profile }
    : { supported: false, reason: support.text }
}

// Undefined where it would have to be signed and cannot be.
function profileView(
  { signingIdentity, signFound }: ProfileSigning,
  settings: DomainSettings,
  account: Account,
  links: FormatLinks,
  format: Format,
): ProfileView | undefined {
  const signed = format.signed && !isUnsigned(format, settings, signFound)
  if (signed && signingIdentity === undefined) return undefined
  return {
    signed,
    href: links.file(format),
    fileName: format.fileName(account),
    holdsPassword: format.containsSecret(account),
  }
}

// On paper its size is given: fewer and larger modules are worth more than more correction. Every page has
// one, and few are printed, so any mask will do.
function printedCode(target: string): SetupView['qr']['printed'] {
  return qrPath(qrCode(target, { level: 'L', mask: 0 }))
}

// What has to be typed is in A-labels, which every program takes; beside them is what they stand for.
function withWords(groups: readonly SettingsGroup[]): SettingsGroup[] {
  return groups.map((group) => ({
    ...group,
    rows: group.rows.map((row) => {
      if (typeof row.value !== 'string') return row
      const domain = shownAddress(row.value)
      return domain === row.value ? row : { ...row, note: say('settings.standsFor', { domain }) }
    }),
  }))
}

// The password itself is on no page.
function passwordName(provider: Provider, account: Account, isHidden: boolean): Text {
  const password =
    provider.appPassword === undefined ? ownPassword(account) : say('settings.yourAppPassword')
  return isHidden ? say('settings.notShown', { password }) : password
}

function installs(account: Account): InstalledView[] {
  const { incoming } = account
  return [
    ...(incoming === undefined
      ? []
      : [
          {
            what: 'mail',
            account: displayName(account),
            protocol: incoming.protocol.toUpperCase(),
          } as const,
        ]),
    ...(account.calendar === undefined ? [] : [{ what: 'calendar' } as const]),
    ...(account.contacts === undefined ? [] : [{ what: 'contacts' } as const]),
    ...rootsOf(account).map(({ name }) => ({ what: 'root', name }) as const),
  ]
}

function visitorFor({ device }: SetupSubject, asking: Visitor): Visitor {
  return device === undefined || device === asking.device ? asking : visitorWith(device)
}
