import { parseUrl } from '../account/web-url.js'
import { nearMisses } from '../encoding/near-miss.js'

const SCHEMES = ['sqlite', 'redis', 'rediss', 'memory']
/** What a store may be, in words. */
export const STORE_FORMS = 'sqlite:FILE, redis://HOST, rediss://HOST or memory:'
// What other programs call them.
const OTHER_NAMES = new Map([
  ['valkey', 'redis'],
  ['valkeys', 'rediss'],
  ['redis+tls', 'rediss'],
  ['redis+ssl', 'rediss'],
  ['sqlite3', 'sqlite'],
  ['file', 'sqlite'],
  ['libsql', 'sqlite'],
])

/**
 * What is wrong with a value of `store`, to be read after its name, or undefined. The sentence never
 * quotes the value, which may hold a password.
 */
export function storeProblem(value: string): string | undefined {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(value) ?? []
  switch (scheme.toLowerCase()) {
    case 'memory':
      return rest === '' ? undefined : 'must be memory: and nothing after it'
    case 'sqlite':
      return sqliteProblem(rest)
    case 'redis':
    case 'rediss':
      return redisProblem(value, scheme.toLowerCase())
    default:
      return unknownScheme(scheme.toLowerCase() || value)
  }
}

function sqliteProblem(file: string): string | undefined {
  if (file === '') return 'must name a file, such as sqlite:data/mailprofile.db'
  if (file === ':memory:') return 'must be memory: for a store that is not kept'
  // As other programs write it, three slashes begin an absolute path; two would name a host.
  if (/^\/\/(?!\/)/.test(file)) return 'must be sqlite:FILE, without the two slashes'
  return undefined
}

function redisProblem(value: string, scheme: string): string | undefined {
  const form = `such as ${scheme}://127.0.0.1:6379`
  if (!/^rediss?:\/\//i.test(value)) return `must have two slashes, ${form}`
  const url = parseUrl(value)
  if (url === undefined) {
    return `must be an address, ${form}; in a password, write special characters with % (%23 for #, %2F for /, %40 for @)`
  }
  const { hostname, pathname, search, hash } = url
  if (hostname === '') return `must name a host, ${form}`
  if (!/^(?:\/\d*)?$/.test(pathname)) return 'must end with the host, or with / and a number'
  if (search !== '' || hash !== '')
    return 'must have no ? and no # (write %3F and %23 in a password)'
  return undefined
}

function unknownScheme(scheme: string): string {
  const [near] = nearMisses(scheme, SCHEMES)
  const meant = OTHER_NAMES.get(scheme) ?? near
  return meant === undefined
    ? `must be ${STORE_FORMS}`
    : `must be ${STORE_FORMS}: did you mean ${meant}:?`
}
