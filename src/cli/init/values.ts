import { parseDomain } from '../../account/address.js'
import { parseHostName } from '../../account/host-name.js'
import { isPersonal } from '../../account/placeholders.js'
import type { ServerTemplate } from '../../account/mail-service.js'
import type { IncomingProtocol, Security } from '../../account/server.js'
import { securityOfPort } from '../../account/usual-port.js'
import { configSchema } from '../../config/schema.js'
import { usernameTemplate } from '../../providers/fields.js'

export const WHOLE_ADDRESS = '%EMAILADDRESS%'
export const LOCAL_PART = '%EMAILLOCALPART%'

const SERVER = /^([^:\s]+):(\d{1,5})(?::(tls|starttls))?$/

/** A value, or what is wrong with it, to be read after its name. */
export type ReadAnswer<T> = { readonly value: T } | { readonly problem: string }

/** Domains with commas or spaces between them. */
export function readDomains(text: string): ReadAnswer<readonly string[]> {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  if (words.length === 0) return { problem: 'must name a domain such as example.com' }
  try {
    return { value: [...new Set(words.map((word) => parseDomain(word.replace(/\.$/, ''))))] }
  } catch {
    return { problem: 'must be domains such as example.com, without user names' }
  }
}

/** `HOST:PORT`, and `:tls` or `:starttls` where the port does not tell. */
export function readServer<P extends IncomingProtocol | 'smtp'>(
  protocol: P,
  text: string,
  username: string,
): ReadAnswer<ServerTemplate & { readonly protocol: P }> {
  const [, host, digits, word] = SERVER.exec(text.trim()) ?? []
  if (host === undefined) {
    return { problem: `must be HOST:PORT:SECURITY, such as ${EXAMPLES[protocol]}` }
  }
  const port = Number(digits)
  const security = (word as Security | undefined) ?? securityOfPort(port, protocol)
  if (port < 1 || port > 65_535) return { problem: 'must have a port from 1 to 65535' }
  if (security === undefined) return { problem: 'must end with :tls or :starttls for this port' }
  const wrong = securityOfPort(port)
  if (wrong !== undefined && wrong !== security) {
    return { problem: `must end with :${wrong}, which is what port ${port} is for` }
  }
  try {
    const server = { host: parseHostName(host), port, security, username }
    return { value: { ...server, protocol, authentication: 'password-cleartext' } }
  } catch {
    return { problem: 'must begin with the name of a host, such as mail.example.com' }
  }
}

export const EXAMPLES = {
  imap: 'mail.example.com:993:tls',
  pop3: 'mail.example.com:995:tls',
  smtp: 'mail.example.com:465:tls',
} as const

export function readUsername(text: string): ReadAnswer<string> {
  if (text.trim() === '') return { problem: `must be something, such as ${LOCAL_PART}` }
  const { data, error } = usernameTemplate.safeParse(text)
  if (data === undefined) return { problem: error.issues[0]?.message ?? 'is wrong' }
  // Whatever else would be the log-in of everybody.
  return isPersonal(data)
    ? { value: data }
    : { problem: `must hold ${WHOLE_ADDRESS} or ${LOCAL_PART}` }
}

/** A value of a key of the configuration, as the file will have it. */
export function readKey(key: 'baseUrl' | 'store', text: string): ReadAnswer<string> {
  return checked(text.trim(), (value) => ({ [key]: value }))
}

/** The name of an organisation. */
export function readBrand(text: string): ReadAnswer<string> {
  if (text.trim() === '') return { problem: 'must be something, such as Example Mail' }
  return checked(text.trim(), (name) => ({ branding: { name } }))
}

/** The address of Redis, without its password. */
export function readRedis(text: string): ReadAnswer<URL> {
  const given = readKey('store', text)
  if ('problem' in given) return given
  if (!/^rediss?:/i.test(given.value)) return { problem: 'must begin with redis:// or rediss://' }
  const url = new URL(given.value)
  if (url.password === '') return { value: url }
  return { problem: 'must be without the password, which is asked for next' }
}

/** The same with its password. */
export function readRedisPassword(address: URL, password: string): ReadAnswer<string> {
  if (password === '' && address.username !== '') {
    return { problem: 'must be something: the address names a user' }
  }
  const whole = new URL(address)
  whole.password = encodeURIComponent(password)
  return { value: whole.href }
}

function checked(value: string, config: (value: string) => object): ReadAnswer<string> {
  const { success, error } = configSchema.safeParse(config(value))
  return success ? { value } : { problem: error.issues[0]?.message ?? 'is not usable' }
}
