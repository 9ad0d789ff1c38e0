import {
  davLogin,
  displayName,
  type Account,
  type MailAccount,
  type RootCertificate,
} from '../../account/account.js'
import type { DavServer } from '../../account/dav.js'
import type { Authentication, MailServer } from '../../account/server.js'
import type { PlistValue } from '../../encoding/plist.js'
import type { Texts } from '../../texts/texts.js'

/** One payload's own keys, without those that every payload has. */
export interface Payload {
  /** Distinguishes the payloads of one account: part of identifier and UUID. */
  readonly kind: string
  readonly type: string
  readonly title: string
  readonly keys: Readonly<Record<string, PlistValue | undefined>>
}

// Apple's EmailAuth values for com.apple.mail.managed; GSSAPI and OAuth have none.
const EMAIL_AUTHENTICATION: Partial<Readonly<Record<Authentication, string>>> = {
  'password-cleartext': 'EmailAuthPassword',
  'password-encrypted': 'EmailAuthCRAMMD5',
  ntlm: 'EmailAuthNTLM',
  none: 'EmailAuthNone',
}

/** Apple's name for a way to authenticate, if it has one. */
export function emailAuthentication(authentication: Authentication): string | undefined {
  return EMAIL_AUTHENTICATION[authentication]
}

/** Mail, then calendar and contacts, whichever of them the account has. */
export function accountPayloads(account: Account, texts: Texts): Payload[] {
  const payloads = account.incoming === undefined ? [] : [mailPayload(account, texts)]
  if (account.calendar !== undefined) {
    payloads.push(davPayload(account, account.calendar, 'calendar', texts))
  }
  if (account.contacts !== undefined) {
    payloads.push(davPayload(account, account.contacts, 'contacts', texts))
  }
  return payloads
}

// What a person may do with an account that was made by hand. Apple's default for each is false, and the
// settings of an account from a profile cannot be changed on the device.
const LEFT_TO_THE_PERSON = {
  // iOS 12 and later: to switch signing and encryption by S/MIME on, and to choose the certificates.
  SMIMESigningUserOverrideable: true,
  SMIMESigningCertificateUUIDUserOverrideable: true,
  SMIMEEncryptByDefaultUserOverrideable: true,
  SMIMEEncryptionCertificateUUIDUserOverrideable: true,
  SMIMEEnableEncryptionPerMessageSwitch: true,
  // iOS 9.2 and later, macOS 10.12 and later: attachments that are too large for the mail server.
  allowMailDrop: true,
}

// com.apple.mail.managed
function mailPayload(account: MailAccount, texts: Texts): Payload {
  const { incoming, outgoing, identity } = account
  const noPassword = incoming.password === undefined && outgoing.password === undefined
  return {
    kind: 'mail',
    type: 'com.apple.mail.managed',
    title: texts.bare('profile.mail', { account: displayName(account) }),
    keys: {
      EmailAccountDescription: displayName(account),
      EmailAccountName: identity.name,
      EmailAccountType: incoming.protocol === 'imap' ? 'EmailTypeIMAP' : 'EmailTypePOP',
      EmailAddress: identity.address,
      IncomingMailServerAuthentication: EMAIL_AUTHENTICATION[incoming.authentication],
      IncomingMailServerHostName: incoming.host,
      IncomingMailServerPortNumber: incoming.port,
      IncomingMailServerUseSSL: useSsl(incoming),
      IncomingMailServerUsername: incoming.username,
      OutgoingMailServerAuthentication: EMAIL_AUTHENTICATION[outgoing.authentication],
      OutgoingMailServerHostName: outgoing.host,
      OutgoingMailServerPortNumber: outgoing.port,
      OutgoingMailServerUseSSL: useSsl(outgoing),
      OutgoingMailServerUsername: outgoing.username,
      IncomingPassword: incoming.password?.reveal(),
      OutgoingPassword: outgoing.password?.reveal(),
      // Asked once instead of twice. With a password in the profile there is nothing to ask.
      OutgoingPasswordSameAsIncomingPassword:
        noPassword && incoming.username !== undefined && incoming.username === outgoing.username
          ? true
          : undefined,
      ...LEFT_TO_THE_PERSON,
    },
  }
}

// There is no key for the kind of TLS: true means implicit TLS or STARTTLS, as the port needs
// (Mail-in-a-Box and mailcow ship 587 with true; Apple's own accounts use STARTTLS there).
function useSsl(server: MailServer): boolean {
  return server.security !== 'none'
}

const DAV = {
  calendar: { prefix: 'CalDAV', title: 'profile.calendar' },
  contacts: { prefix: 'CardDAV', title: 'profile.contacts' },
} as const

// com.apple.caldav.account and com.apple.carddav.account have the same keys but for their prefix.
function davPayload(
  account: Account,
  server: DavServer,
  kind: keyof typeof DAV,
  texts: Texts,
): Payload {
  const { prefix, title } = DAV[kind]
  const { username, password } = davLogin(account, server)
  return {
    kind,
    type: `com.apple.${prefix.toLowerCase()}.account`,
    title: texts.bare(title, { account: displayName(account) }),
    keys: {
      [`${prefix}AccountDescription`]: displayName(account),
      [`${prefix}HostName`]: server.host,
      [`${prefix}Port`]: server.port,
      [`${prefix}UseSSL`]: true,
      // Without a path the device asks /.well-known (RFC 6764), which a wrong path would prevent.
      [`${prefix}PrincipalURL`]: server.path === '/' ? undefined : server.path,
      [`${prefix}Username`]: username,
      [`${prefix}Password`]: password?.reveal(),
    },
  }
}

/** com.apple.security.root; iOS trusts it only after a switch in Certificate Trust Settings. */
export function rootPayload(root: RootCertificate, texts: Texts): Payload {
  return {
    kind: 'root',
    type: 'com.apple.security.root',
    title: texts.bare('profile.certificate', { name: root.name }),
    keys: { PayloadCertificateFileName: 'root.cer', PayloadContent: root.der },
  }
}
