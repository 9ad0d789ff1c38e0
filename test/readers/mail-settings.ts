import { SaxesParser } from 'saxes'
import { payload, readProfile } from '../support/apple-profile.js'

/** What a mail app would connect with. */
export interface ReadServer {
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  readonly host: string
  readonly port: number
  /** `either` is Apple's: the port tells. */
  readonly security: 'tls' | 'starttls' | 'either' | 'none'
  readonly authentication: 'password' | 'cram-md5'
  readonly username: string
  readonly password: string
}

export interface ReadSettings {
  readonly address: string
  readonly incoming: ReadServer
  readonly outgoing: ReadServer
}

/** Settings as each format's reader understands them, by nothing that mailprofile exports. */
export const SETTINGS_READERS: Readonly<Record<string, (text: string) => ReadSettings>> = {
  'apple-profile': readAppleProfile,
  'k9-settings': readK9Settings,
  'thunderbird-qr': readThunderbirdQr,
}

// Apple's schema of com.apple.mail.managed, read by `plist`.
function readAppleProfile(text: string): ReadSettings {
  const keys = payload(readProfile(text), 'com.apple.mail.managed') ?? {}
  const server = (direction: 'Incoming' | 'Outgoing', protocol: ReadServer['protocol']) => {
    const key = (name: string) => keys[`${direction}MailServer${name}`]
    return {
      protocol,
      host: String(key('HostName')),
      port: Number(key('PortNumber')),
      security: word({ true: 'either' } as const, key('UseSSL')),
      authentication: word(
        { EmailAuthPassword: 'password', EmailAuthCRAMMD5: 'cram-md5' } as const,
        key('Authentication'),
      ),
      username: String(key('Username')),
      password: String(keys[`${direction}Password`]),
    }
  }
  const types = { EmailTypeIMAP: 'imap', EmailTypePOP: 'pop3' } as const
  return {
    address: String(keys['EmailAddress']),
    incoming: server('Incoming', word(types, keys['EmailAccountType'])),
    outgoing: server('Outgoing', 'smtp'),
  }
}

// SettingsFileParser.kt of Thunderbird for Android 24.0, by element path.
function readK9Settings(text: string): ReadSettings {
  const values = new Map<string, string>()
  const path: string[] = []
  const parser = new SaxesParser({ xmlns: false })
  parser.on('opentag', ({ name, attributes }) => {
    path.push(name)
    values.set(`${path.join('/')}@type`, attributes['type'] ?? '')
  })
  parser.on('text', (value) => {
    const here = path.join('/')
    values.set(here, (values.get(here) ?? '') + value)
  })
  parser.on('closetag', () => void path.pop())
  parser.write(text).close()
  const account = 'k9settings/accounts/account'
  const server = (name: string): ReadServer => {
    const value = (child: string) => values.get(`${account}/${name}/${child}`) ?? ''
    const protocols = { IMAP: 'imap', POP3: 'pop3', SMTP: 'smtp' } as const
    return {
      protocol: word(protocols, values.get(`${account}/${name}@type`)),
      host: value('host'),
      port: Number(value('port')),
      security: word(
        { SSL_TLS_REQUIRED: 'tls', STARTTLS_REQUIRED: 'starttls' } as const,
        value('connection-security'),
      ),
      authentication: word(
        { PLAIN: 'password', CRAM_MD5: 'cram-md5' } as const,
        value('authentication-type'),
      ),
      username: value('username'),
      password: value('password'),
    }
  }
  return {
    address: values.get(`${account}/identities/identity/email`) ?? '',
    incoming: server('incoming-server'),
    outgoing: server('outgoing-server'),
  }
}

type Values = readonly (string | number)[]

// Version 1 of qr-code-format.md of Thunderbird for Android, by position.
function readThunderbirdQr(text: string): ReadSettings {
  const code = JSON.parse(text) as [unknown, unknown, Values, [[Values, Values]]]
  const [, , incoming, [[outgoing, identity]]] = code
  const server = (
    values: Values,
    password: number,
    protocols: readonly ReadServer['protocol'][],
  ) => {
    const [protocol, host, port, security, authentication, username] = values
    return {
      protocol: word(protocols, protocol),
      host: String(host),
      port: Number(port),
      security: word({ 2: 'starttls', 3: 'tls' } as const, security),
      authentication: word({ 1: 'password', 2: 'cram-md5' } as const, authentication),
      username: String(username),
      password: String(values[password]),
    }
  }
  return {
    address: String(identity[0]),
    incoming: server(incoming, 7, ['imap', 'pop3']),
    outgoing: server(outgoing, 6, ['smtp']),
  }
}

// What one of a format's words means; another word fails the test.
function word<T extends string>(
  meanings: Readonly<Record<PropertyKey, T>> | readonly T[],
  value: unknown,
): T {
  const found = new Map<string, T>(Object.entries(meanings)).get(String(value))
  if (found === undefined)
    throw new Error(`The format has ${String(value)}, which is no such word.`)
  return found
}
