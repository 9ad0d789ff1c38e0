import { createRequire } from 'node:module'

// Customers of one host below a private suffix (github.io) are strangers to each other.
const OPTIONS = { allowPrivateDomains: true }
// On the list, but reached otherwise or at home only (RFC 7686, RFC 8375).
const SPECIAL = /(?:^|\.)(?:onion|home\.arpa)$/

type Library = typeof import('tldts')

let library: Library | undefined

// The list takes 8 ms of a start to load, and is for what is looked for outside: so it comes by `require`.
function parse(name: string): ReturnType<Library['parse']> {
  library ??= createRequire(import.meta.url)('tldts') as Library
  return library.parse(name, OPTIONS)
}

/**
 * Whether a name can be looked for in public: it stands below a suffix of the public list, which
 * single labels, `.local`, `.internal`, `.onion` and IP addresses do not.
 */
export function isPublicName(name: string): boolean {
  const { domain, isIcann, isPrivate, isIp } = parse(name)
  const isListed = isIcann === true || isPrivate === true
  return domain !== null && isIp !== true && isListed && !SPECIAL.test(name)
}

/** The part of a name that somebody registered, by the Public Suffix List: `example.co.uk`. */
export function registrableDomain(name: string): string | undefined {
  return parse(name).domain ?? undefined
}
