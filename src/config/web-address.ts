import { parseUrl } from '../account/web-url.js'

const EXAMPLE = 'https://setup.example.com'

/**
 * What is wrong with an address, to be read after its name, or undefined. The sentence never quotes the value.
 *
 * @param scheme what it has to begin with
 * @param mayHaveQuery whether it is a page of its own; else paths are appended to it
 */
export function webAddressProblem(
  value: string,
  scheme: 'http or https' | 'https',
  { mayHaveQuery = false }: { readonly mayHaveQuery?: boolean } = {},
): string | undefined {
  const begin = scheme === 'https' ? 'https://' : 'https:// or http://'
  const [, given, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(value) ?? []
  if (given === undefined) return `must begin with ${begin}, such as ${EXAMPLE}`
  if (!(scheme === 'https' ? /^https$/i : /^https?$/i).test(given)) {
    return `must begin with ${begin}`
  }
  if (!mayHaveQuery && /[?#]/.test(rest)) return 'must be an address without query (no ? and no #)'
  if (/%(?![0-9a-f]{2})|[{}<>]/i.test(rest)) return 'takes no placeholder'
  // The standard for URLs would pass over spaces around it, and over \ and line breaks within.
  const url = /[\s\\]/.test(value) ? undefined : parseUrl(value)
  if (url === undefined) return `must be an address such as ${EXAMPLE}`
  const { username, password } = url
  return username === '' && password === '' ? undefined : 'must be an address without user name'
}
