import { displayName, type Account } from '../../account/account.js'
import type { Format } from '../../formats/format.js'
import { formats } from '../../formats/index.js'
import { settingsOf } from '../../formats/settings.js'
import type { FoundSettings } from '../../discovery/found-settings.js'
import { protocolsOf } from '../../providers/provider-account.js'
import type { Provider } from '../../providers/provider.js'
import { accountFor, accountQuery, type AccountRequest } from '../account-request.js'
import type { AppContext } from '../context.js'
import { renderContext } from '../render-context.js'
import { isSigned, NOT_SIGNED } from '../signing-policy.js'
import { choicesFor, codesFor } from './choices.js'
import { parseUserAgent } from './device.js'
import type { SetupView } from './views.js'

/** Everything about one account for one visitor, with links under the base path. */
export function setupView(
  context: AppContext,
  wanted: AccountRequest,
  found: FoundSettings,
  { userAgent }: { readonly userAgent: string },
): SetupView {
  const { basePath, baseUrl, reach, signingIdentity } = context
  const { provider } = found
  const account = accountFor(found, wanted)
  const { protocol } = account.incoming
  const query = accountQuery({ ...wanted, protocol })
  const link = (format: Format) => `${basePath}/formats/${format.id}${query}`
  const otherProtocol = protocolsOf(provider).find((offered) => offered !== protocol)
  const sheet = formats.find((format) => format.forTyping === true)
  const { browser, ...visitor } = parseUserAgent(userAgent)
  const options = {
    device: visitor.device,
    context: renderContext(context, wanted, provider),
    link,
  }
  const isWaryOfHttp = browser.needsHttps && reach !== 'loopback' && !baseUrl.startsWith('https:')
  return {
    ...visitor,
    browser: { ...browser, savesOnly: browser.savesOnly || isWaryOfHttp },
    host: new URL(baseUrl).host,
    address: account.identity.address,
    name: account.identity.name,
    accountName: displayName(account),
    protocol,
    protocolTitle: protocol.toUpperCase(),
    other: otherProtocol && {
      title: otherProtocol.toUpperCase(),
      href: `${basePath}/setup${accountQuery({ ...wanted, protocol: otherProtocol })}`,
    },
    notes: provider.notes
      .filter((note) => note.protocol === undefined || note.protocol === protocol)
      .map((note) => note.text),
    found:
      found.confirm.length === 0 ? undefined : { source: found.source, domains: found.confirm },
    appPassword: provider.appPassword,
    helpUrl: provider.help,
    apple: appleOffer(context, found, account, link),
    choices: choicesFor('android', account, options),
    codes: codesFor(account, options),
    // Android apps search for IMAP only.
    autoconfig: provider.autoconfig && protocol === 'imap',
    asksOnce: account.incoming.username === account.outgoing.username,
    verified: signingIdentity?.verifiable(context.now()) ?? false,
    rootCertificate: account.rootCertificate && { name: account.rootCertificate.name },
    installs: installs(account),
    qr: {
      href: `${basePath}/setup/qr.svg${query}`,
      pngHref: `${basePath}/setup/qr.png${query}`,
      target: `${baseUrl}/setup${query}`,
    },
    reach,
    settings: settingsOf(account, passwordName(provider)),
    sheetHref: sheet && link(sheet),
  }
}

function appleOffer(
  context: AppContext,
  found: FoundSettings,
  account: Account,
  link: (format: Format) => string,
): SetupView['apple'] {
  const format = formats.find((known) => known.platform === 'apple' && known.kind === 'file')
  if (format === undefined || (format.signed && context.signingIdentity === undefined)) {
    return { supported: false, reason: 'This server cannot sign profiles now. Try again later.' }
  }
  if (format.signed && !isSigned(context, found)) return { supported: false, reason: NOT_SIGNED }
  const support = format.support(account)
  return support.supported
    ? { supported: true, href: link(format), fileName: format.fileName(account) }
    : { supported: false, reason: support.reason }
}

function passwordName(provider: Provider): string {
  return provider.appPassword === undefined ? 'your mail password' : 'your app password'
}

function installs(account: Account): string[] {
  const protocol = account.incoming.protocol.toUpperCase()
  return [
    `A mail account “${displayName(account)}” (${protocol} to receive, SMTP to send)`,
    ...(account.calendar === undefined ? [] : ['A calendar account']),
    ...(account.contacts === undefined ? [] : ['A contacts account']),
    ...(account.rootCertificate === undefined
      ? []
      : [
          `The certificate “${account.rootCertificate.name}”, so that your device trusts the mail server`,
        ]),
  ]
}
