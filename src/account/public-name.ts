import { parse } from 'tldts'

// Customers of one host below a private suffix (github.io) are strangers to each other.
const OPTIONS = { allowPrivateDomains: true }
// On the list, but reached otherwise or at home only (RFC 7686, RFC 8375).
const SPECIAL = /(?:^|\.)(?:onion|home\.arpa)$/

/**
 * Whether a name can be looked for in public: it stands below a suffix of the public list, which
 * single labels, `.local`, `.internal`, `.onion` and IP addresses do not.
 */
export function isPublicName(name: string): boolean {
  const { domain, isIcann, isPrivate, isIp } = parse(name, OPTIONS)
  const isListed = isIcann === true || isPrivate === true
  return domain !== null && isIp !== true && isListed && !SPECIAL.test(name)
}

/** The part of a name that somebody registered, by the Public Suffix List: `example.co.uk`. */
export function registrableDomain(name: string): string | undefined {
  return parse(name, OPTIONS).domain ?? undefined
}
