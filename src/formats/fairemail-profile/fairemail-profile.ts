import { displayName, type MailAccount } from '../../account/account.js'
import type { MailServer } from '../../account/server.js'
import { writePlist, type PlistValue } from '../../encoding/plist.js'
import { textsFor } from '../../texts/texts.js'
import { safeFileName, type Format, type RenderContext } from '../format.js'
import { mailFormat } from '../mail-format.js'
import { onlyAuthentication, onlyEncrypted, supportOfServers } from '../support.js'

const APP = 'FairEmail'
const TYPES = { imap: 'EmailTypeIMAP', pop3: 'EmailTypePOP' } as const

const mayAuthenticate = onlyAuthentication(APP, ['password-cleartext', 'password-encrypted'])
const hasToEncrypt = onlyEncrypted(APP)

/**
 * FairEmail's reading of an Apple profile (`FragmentOptionsBackup.handleAppleImport`, 1.2331): plain
 * XML, keys without nesting, texts and integers only. It finds out by itself how to authenticate.
 *
 * No identifiers, which every Apple device demands: this must never be installed on one, where an
 * encryption that is a text means nothing.
 */
export const fairemailProfile: Format = mailFormat({
  id: 'fairemail-profile',
  title: 'Profile for FairEmail',
  platform: 'android',
  kind: 'file',
  // Apple's own type would make Apple devices open it.
  mediaType: 'application/octet-stream',
  carries: ['imap', 'pop3', 'smtp', 'name', 'passwords'],
  readers: 'FairEmail imports it: Settings, Backup, Import settings. Not for Apple devices.',
  signed: false,
  needsPublicUrl: false,
  page: { app: APP, notFor: ['apple'] },
  fileName: (account) => safeFileName(`${account.identity.address}-fairemail`, 'mobileconfig'),
  support: (account) => supportOfServers(account, mayAuthenticate, hasToEncrypt),
  render: (account, context) => writePlist(profile(account, context)),
  recognises(text) {
    return text.includes('com.apple.mail.managed') && !text.includes('PayloadIdentifier')
  },
  async inspect(text) {
    const { inspectFairemailProfile } = await import('./inspection.js')
    return inspectFairemailProfile(text)
  },
})

function profile(account: MailAccount, { language }: RenderContext): PlistValue {
  const { identity, incoming, outgoing } = account
  return {
    PayloadContent: [
      {
        EmailAccountDescription: displayName(account),
        // Import fails without a name.
        EmailAccountName: identity.name ?? identity.address,
        EmailAccountType: TYPES[incoming.protocol],
        EmailAddress: identity.address,
        ...server('Incoming', incoming),
        ...server('Outgoing', outgoing),
        PayloadType: 'com.apple.mail.managed',
        PayloadVersion: 1,
      },
    ],
    PayloadDescription: textsFor(language).bare('profile.forApp', { app: APP }),
    PayloadType: 'Configuration',
    PayloadVersion: 1,
  }
}

function server(
  direction: 'Incoming' | 'Outgoing',
  { host, port, security, username, password }: MailServer,
): Record<string, PlistValue | undefined> {
  return {
    [`${direction}MailServerAuthentication`]: 'EmailAuthPassword',
    [`${direction}MailServerHostName`]: host,
    [`${direction}MailServerPortNumber`]: port,
    // Any text here, even "false", means implicit TLS; a boolean is skipped. Without it, STARTTLS.
    [`${direction}MailServerUseSSL`]: security === 'tls' ? 'true' : undefined,
    [`${direction}MailServerUsername`]: username,
    [`${direction}Password`]: password?.reveal(),
  }
}
