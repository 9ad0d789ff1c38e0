import { MailProfileError } from '../errors.js'
import { join, parseFields, wanted } from './fields.js'
import { parseHostName, type HostName } from './host-name.js'
import { parsePlainText } from './plain-text.js'
import { parseSecret, type Secret } from './secret.js'
import type { Port } from './server.js'
import { isPrintable, MAX_CREDENTIAL_LENGTH } from './text.js'
import { parseUrl } from './web-url.js'

const MAX_URL_LENGTH = 1000
const DAV_KEYS = new Set(['url', 'username', 'password'])

/** Who logs in, as far as it is known. */
export interface DavLogin {
  readonly username?: string | undefined
  readonly password?: Secret | undefined
}

/** A CalDAV (RFC 4791) or CardDAV (RFC 6352) server, always over https. */
export interface DavServer {
  /** The URL in its normal form. */
  readonly url: string
  readonly host: HostName
  readonly port: Port
  /** The path, percent-encoded, `/` when there is none. */
  readonly path: string
  /** Where it is another one than for incoming mail, or than the address where there is no mail. */
  readonly username?: string
  readonly password?: Secret
}

/**
 * Only https without user name, query and fragment: iOS installs a profile for an http URL, then
 * sends it no password and never synchronises.
 *
 * @throws MailProfileError `invalid_account`
 */
export function parseDavServer(value: unknown, path: string): DavServer {
  const { url, username, password } = parseFields(value, path, DAV_KEYS)
  const field = join(path, 'url')
  const parsed =
    typeof url === 'string' && url.length <= MAX_URL_LENGTH && isPrintable(url)
      ? parseUrl(url)
      : undefined
  if (
    parsed?.protocol !== 'https:' ||
    parsed.username !== '' ||
    parsed.password !== '' ||
    parsed.search !== '' ||
    parsed.hash !== ''
  ) {
    throw new MailProfileError(
      'invalid_account',
      wanted(field, url, 'has to be an https address without user name, query and fragment'),
      { field },
    )
  }
  return {
    url: parsed.href,
    host: parseHostName(parsed.hostname, field),
    port: (parsed.port === '' ? 443 : Number(parsed.port)) as Port,
    path: parsed.pathname,
    ...(username === undefined
      ? {}
      : { username: parsePlainText(username, join(path, 'username'), MAX_CREDENTIAL_LENGTH) }),
    ...(password === undefined ? {} : { password: parseSecret(password, join(path, 'password')) }),
  }
}
