import { displayName, type MailAccount } from '../../account/account.js'
import { foldAddress } from '../../account/address.js'
import type { Authentication, MailServer, Security } from '../../account/server.js'
import { uuidBytes, uuidV5 } from '../../encoding/uuid.js'
import { element, writeXml, type XmlElement } from '../../encoding/xml.js'
import { safeFileName, type Format } from '../format.js'
import { mailFormat } from '../mail-format.js'
import { thunderbirdSupport } from '../thunderbird-support.js'

// The namespace of the accounts' UUIDs. It must never change: FairEmail knows accounts by them.
const NAMESPACE = uuidBytes('5b0c0c3e-8f7d-4a1e-9d55-3d3a3a6c2f11')
// What the app's own QR code reader writes; 95 and later know authentication NONE.
const VERSION = '99'
const FORMAT = '1'

const SECURITY: Readonly<Record<Security, string>> = {
  tls: 'SSL_TLS_REQUIRED',
  starttls: 'STARTTLS_REQUIRED',
  none: 'NONE',
}
const AUTHENTICATION: Partial<Readonly<Record<Authentication, string>>> = {
  'password-cleartext': 'PLAIN',
  'password-encrypted': 'CRAM_MD5',
  oauth2: 'XOAUTH2',
  none: 'NONE',
}

/**
 * A settings file of Thunderbird for Android and K-9 (`SettingsFileParser.kt`, 24.0), without app
 * settings, which would replace the person's own. FairEmail reads it too and wants the incoming
 * server first and a name for every identity.
 */
export const k9Settings: Format = mailFormat({
  id: 'k9-settings',
  title: 'Settings file for Thunderbird and K-9 Mail',
  platform: 'android',
  kind: 'file',
  // Anything more telling, and browsers rename the file.
  mediaType: 'application/octet-stream',
  carries: ['imap', 'pop3', 'smtp', 'name', 'passwords'],
  readers:
    'Thunderbird for Android, K-9 Mail and FairEmail import it: Import settings, Select file.',
  signed: false,
  needsPublicUrl: false,
  page: { app: 'Thunderbird, K-9 Mail' },
  fileName: (account) => safeFileName(account.identity.address, 'k9s'),
  support: thunderbirdSupport,
  render: (account) => writeXml(settings(account)),
  recognises: (text) => text.includes('<k9settings'),
  async inspect(text) {
    const { inspectK9Settings } = await import('./inspection.js')
    return inspectK9Settings(text)
  },
})

function settings(account: MailAccount): XmlElement {
  const { identity, incoming, outgoing } = account
  const uuid = uuidV5(NAMESPACE, foldAddress(identity.address))
  const children = [
    element('name', displayName(account)),
    serverElement('incoming-server', incoming),
    serverElement('outgoing-server', outgoing),
    element('identities', [
      element('identity', [
        element('name', identity.name ?? identity.address),
        element('email', identity.address),
      ]),
    ]),
  ]
  return element('k9settings', [element('accounts', [element('account', children, { uuid })])], {
    version: VERSION,
    format: FORMAT,
  })
}

function serverElement(
  name: string,
  server: MailServer & { readonly protocol: string },
): XmlElement {
  const password = server.password?.reveal()
  const children = [
    element('host', server.host),
    element('port', String(server.port)),
    element('connection-security', SECURITY[server.security]),
    element('authentication-type', AUTHENTICATION[server.authentication] ?? ''),
    element('username', server.username ?? ''),
    password === undefined ? undefined : element('password', password),
  ]
  return element(name, children, { type: server.protocol.toUpperCase() })
}
