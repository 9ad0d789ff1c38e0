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
import type { RenderContext } from '../../formats/format.js'
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
import { signerView } from './signer-view.js'
import { collectionsView } from '../pages/collections-view.js'
import type { InstalledView, OfferView, SetupView } from '../pages/views.js'

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
  readonly qr: Omit<SetupView['qr'], 'printed'>
  readonly other?: SetupView['other']
  readonly offer?: OfferView
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
    apple: appleOffer(server, settings, account, links),
    choices: visitor.device === 'android' ? choicesFor('android', account, options) : [],
    qrCodes: visitor.device === 'other' && protocol ? qrCodesFor(account, options) : [],
    // Android apps search for IMAP only.
    autoconfig: provider.autoconfig && protocol === 'imap',
    asksOnce: account.incoming?.username === account.outgoing?.username,
    signer: signerView(signingIdentity, now()),
    roots: rootsOf(account).map(({ name }) => name),
    installs: installs(account),
    devices: visitor.parts
      .filter((device) => device !== visitor.device)
      .map((device) => ({ device, href: subject.pageFor(device) })),
    qr: { ...qr, printed: printedCode(qr.target) },
    reach,
    serveLan: SERVE_LAN,
    settings: withWords(settingsOf(account, passwordName(provider, account, holdsPassword))),
    sheetHref: sheet && links.file(sheet),
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
  { signingIdentity, signFound }: ProfileSigning,
  settings: DomainSettings,
  account: Account,
  links: FormatLinks,
): SetupView['apple'] {
  const format = formats.find(({ platform, page }) => platform === 'apple' && page?.leads === true)
  const signed = format?.signed === true && !isUnsigned(format, settings, signFound)
  if (format === undefined || (signed && signingIdentity === undefined)) {
    return { supported: false, reason: say('setup.noSigning') }
  }
  const support = format.support(account)
  return support.supported
    ? {
        supported: true,
        signed,
        href: links.file(format),
        fileName: format.fileName(account),
        holdsPassword: format.containsSecret(account),
      }
    : { supported: false, reason: support.text }
}

// On paper its size is given: fewer and larger modules are worth more than more correction. Every page has
// one, and few are printed, so any mask will do. Beyond 700 bytes modules would be too small to be read.
function printedCode(target: string): SetupView['qr']['printed'] {
  return target.length > 700 ? undefined : qrPath(qrCode(target, { level: 'L', mask: 0 }))
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
