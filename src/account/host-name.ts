import { isIPv4, isIPv6 } from 'node:net'
import { MailProfileError } from '../errors.js'

declare const hostNameBrand: unique symbol

/**
 * A server's name in lower case, without a trailing dot: an RFC 1123 host name in ASCII (international
 * names in their `xn--` form), an IPv4 address, or an IPv6 address without brackets.
 */
export type HostName = string & { readonly [hostNameBrand]: true }

// RFC 1123 section 2.1: letters, digits and hyphens, no hyphen at either end. Underscores are legal
// in the DNS but Thunderbird for Android refuses them in a host name.
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
// A last label of digits only (or 0x…) makes the whole an attempt at an IPv4 address (WHATWG URL,
// "ends in a number"), which programs read in different ways.
const NUMERIC = /^(?:\d+|0x[0-9a-f]*)$/

/** Whether a lower-case text is a domain name of LDH labels (RFC 1035 section 2.3.4 limits). */
export function isDomainName(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false
  const labels = text.split('.')
  const last = labels[labels.length - 1] ?? ''
  return labels.every((label) => LABEL.test(label)) && !NUMERIC.test(last)
}

/**
 * @throws MailProfileError `invalid_host`
 */
export function parseHostName(value: unknown, field = 'host'): HostName {
  if (typeof value === 'string') {
    const name = value.toLowerCase().replace(/\.$/, '')
    // Names first: Node's test for IPv6 takes 8 ms when it is used for the first time.
    if (isDomainName(name) || isIPv4(name)) return name as HostName
    const bare = /^\[.*\]$/.test(value) ? value.slice(1, -1) : value
    // A zone (fe80::1%eth0) means something on one machine only.
    if (isIPv6(bare) && !bare.includes('%')) return bare.toLowerCase() as HostName
  }
  throw new MailProfileError(
    'invalid_host',
    value === undefined
      ? `${field} is missing: it has to be a host name such as mail.example.com.`
      : `${field} is not a host name such as mail.example.com.`,
    { field, hint: 'Write an international name in its xn-- form.' },
  )
}
