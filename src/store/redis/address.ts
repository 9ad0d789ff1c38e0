import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { MailProfileError } from '../../errors.js'

/** Where a Redis or Valkey server is, and as whom to log in there. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /**
   * What TLS asks for, by which proxies in front of several servers go: a host name without its trailing
   * dot, and never an address (RFC 6066 section 3).
   */
  readonly serverName?: string
  /** An ACL user; without one, a password is that of the user `default`. */
  readonly username?: string
  readonly password?: string
  readonly database: number
  /** `host:port`, for sentences: they never hold more of the address. */
  readonly place: string
}

const DEFAULT_PORT = 6379

/**
 * Reads `redis[s]://[[username]:password@]host[:port][/database]` (the IANA registrations of both
 * schemes). User name and password are percent-encoded.
 *
 * @throws MailProfileError `invalid_configuration`, without anything of the address in it
 */
export function parseRedisAddress(text: string): RedisAddress {
  const url = parse(text)
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw invalid('must begin with redis:// or rediss://')
  }
  const host = hostOf(url)
  if (host === '') throw invalid('names no host')
  if (url.search !== '' || url.hash !== '') throw invalid('may not have a query or a fragment')
  const [, database] = /^\/?(\d{0,5})$/.exec(url.pathname) ?? []
  if (database === undefined) throw invalid('must end in the number of a database, or in none')
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port)
  const username = decode(url.username)
  const password = decode(url.password)
  if (username !== '' && password === '') throw invalid('names a user without a password')
  return {
    host,
    port,
    tls: url.protocol === 'rediss:',
    ...(isIP(host) === 0 ? { serverName: host.replace(/\.$/, '') } : {}),
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    database: Number(database),
    place: `${host.includes(':') ? `[${host}]` : host}:${port}`,
  }
}

function parse(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw invalid('is no address')
  }
}

// URL reads the host of schemes that it does not know as a piece of text.
function hostOf({ hostname }: URL): string {
  const [, address] = /^\[(.*)\]$/.exec(hostname) ?? []
  return address ?? domainToASCII(decode(hostname))
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw invalid('has a host, user name or password with a % that encodes nothing')
  }
}

function invalid(what: string): MailProfileError {
  return new MailProfileError('invalid_configuration', `The address of the store ${what}.`, {
    hint: 'It looks like rediss://USER:PASSWORD@redis.example.com:6379/0; write a % in a password as %25.',
    field: 'store',
  })
}
