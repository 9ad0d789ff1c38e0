import { Secret } from '../account/secret.js'
import { MailProfileError } from '../errors.js'

/** A key that a name server knows its operators by (RFC 8945). */
export interface TsigKey {
  readonly name: string
  readonly algorithm: string
  /** In base64. */
  readonly secret: Secret
}

// RFC 8945 section 6, less MD5, which no server should take any more.
const ALGORITHMS = new Set([
  'hmac-sha1',
  'hmac-sha224',
  'hmac-sha256',
  'hmac-sha384',
  'hmac-sha512',
])
const NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4}){1,64}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

// What `tsig-keygen` and `ddns-confgen` of BIND write, and what `keymgr -t` of Knot does.
const KINDS = [
  {
    name: /^[ \t]*key\s+"?([^"\s{;]+)"?\s*\{/gm,
    algorithm: /\balgorithm\s+"?([^"\s;]+)"?\s*;/,
    secret: /\bsecret\s+"?([^"\s;]+)"?\s*;/,
  },
  {
    name: /^[ \t]*(?:-[ \t]+)?id:[ \t]*"?([^"\s]+)"?[ \t]*$/gm,
    algorithm: /^[ \t]*algorithm:[ \t]*"?([^"\s]+)"?[ \t]*$/m,
    secret: /^[ \t]*secret:[ \t]*"?([^"\s]+)"?[ \t]*$/m,
  },
] as const

/**
 * The one key of a key file: a `key` statement of BIND, or Knot's `key:` section.
 *
 * @throws MailProfileError `invalid_request`; what the file holds is never quoted
 */
export function parseTsigKey(text: string): TsigKey {
  const lines = text.replace(/\/\*[^]*?\*\//g, '').replace(/^[ \t]*(?:#|\/\/).*$/gm, '')
  for (const kind of KINDS) {
    const names = [...lines.matchAll(kind.name)]
    const [first] = names
    if (first === undefined) continue
    if (names.length > 1) throw refused('It holds more than one key.')
    const name = (first[1] ?? '').toLowerCase().replace(/\.$/, '')
    const algorithm = (kind.algorithm.exec(lines)?.[1] ?? '').toLowerCase().replace(/\.$/, '')
    const secret = kind.secret.exec(lines)?.[1] ?? ''
    if (!NAME.test(name)) throw refused('The name of its key is not a domain name.')
    if (!ALGORITHMS.has(algorithm)) {
      throw refused(`Its algorithm is none of ${[...ALGORITHMS].join(', ')}.`)
    }
    if (!BASE64.test(secret)) throw refused('Its secret is not base64.')
    return { name, algorithm, secret: new Secret(secret) }
  }
  throw refused('It holds no key.')
}

function refused(sentence: string): MailProfileError {
  return new MailProfileError('invalid_request', `This is not a TSIG key file. ${sentence}`, {
    hint: 'Write one with tsig-keygen NAME (BIND) or keymgr -t NAME (Knot).',
    field: 'keyFile',
  })
}
