import { refusedBy } from '../read-account.js'
import { parseIntentUri } from '../intent-uri.js'

/** What DAVx⁵ fills its login in with; the person confirms. */
export interface Davx5Login {
  readonly baseUrl: string
  readonly username?: string | undefined
  readonly password?: string | undefined
}

// The transport that each scheme stands for.
const TRANSPORTS: Readonly<Record<string, string>> = {
  davx5: 'https',
  caldavs: 'https',
  carddavs: 'https',
  caldav: 'http',
  carddav: 'http',
}

/**
 * A link as DAVx⁵ reads it (`LoginActivity` of davx5-ose at 2534c16b): with one of its schemes, or
 * as an `intent:` with one of them. Extras win over what stands in the authority.
 *
 * @throws MailProfileError `invalid_profile`
 */
export function parseDavx5Link(link: string): Davx5Login {
  const { data, extras } = parseIntentUri(link)
  const match = /^([a-z0-9]+):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/i.exec(data ?? '')
  const [, scheme = '', authority = '', path = '', query = ''] = match ?? []
  const transport = TRANSPORTS[scheme.toLowerCase()]
  if (transport === undefined) throw refusedBy('DAVx⁵', 'It has none of its schemes.')
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  if (host === '') throw refusedBy('DAVx⁵', 'It names no server.')
  // Decoded first and split then: an encoded colon separates too.
  const [user, password] = at < 0 ? [] : decode(authority.slice(0, at)).split(':')
  const extra = (name: string) => extras.get(name)?.value
  return {
    baseUrl: `${transport}://${host}${encodePath(decode(path))}${query}`,
    username: extra('username') ?? user,
    password: extra('password') ?? password,
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw refusedBy('DAVx⁵', 'It is not percent-encoded as it should be.', cause)
  }
}

// java.net.URI with its parts: it quotes what cannot stand in a path, and leaves all letters.
function encodePath(path: string): string {
  return path.replace(/[^\p{L}\p{N}\p{M}\p{S}\p{P}]|["#<>?[\\\]^`{|}%]/gu, (character) =>
    encodeURIComponent(character),
  )
}
