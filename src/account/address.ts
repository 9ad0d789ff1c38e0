import { domainToASCII, domainToUnicode } from 'node:url'
import { MailProfileError } from '../errors.js'
import { say, type Text } from '../messages/text.js'
import { isDomainName } from './host-name.js'

declare const addressBrand: unique symbol

/** A mail address: `local@domain`, the local part as typed, the domain in lower-case A-labels. */
export type Address = string & { readonly [addressBrand]: true }

const MAX_LENGTH = 254 // RFC 5321 section 4.5.3.1.3, less the angle brackets
const MAX_LOCAL_LENGTH = 64 // RFC 5321 section 4.5.3.1.1

// RFC 5322 section 3.2.3 dot-atom. Quoted local parts are legal, but hardly a reader takes them.
const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const DOT_ATOM = new RegExp(`^${ATEXT}(?:\\.${ATEXT})*$`)
// Nothing to translate, and no xn-- label whose Punycode would have to be checked.
const ASCII_DOMAIN = /^(?!.*xn--)[a-z0-9.-]+$/i
// What may stand in a domain as typed: LDH and dots, and anything that is not ASCII, which
// domainToASCII then judges. Without this it would percent-decode and strip characters.
const DOMAIN_AS_TYPED = /^[A-Za-z0-9.\u0080-\u{10FFFF}-]+$/u

/**
 * A mail address as somebody typed it.
 *
 * @returns the address with an international domain turned into A-labels (UTS 46)
 * @throws MailProfileError `invalid_address`
 *
 * @example
 * ```ts
 * import { parseAddress } from 'mailprofile'
 *
 * console.log(parseAddress('ann@Bücher.example')) // ann@xn--bcher-kva.example
 * ```
 */
export function parseAddress(value: unknown, field = 'address'): Address {
  if (typeof value !== 'string' || value === '') {
    throw invalid(say('errors.address.missing'), field)
  }
  if (value.length > 2 * MAX_LENGTH) throw invalid(say('errors.address.tooLong'), field)
  const at = value.lastIndexOf('@')
  if (at < 1) throw invalid(say('errors.address.noAt'), field)
  const local = value.slice(0, at)
  if (!DOT_ATOM.test(local)) throw invalid(whyNot(local), field)
  if (local.length > MAX_LOCAL_LENGTH) {
    throw invalid(say('errors.address.localTooLong', { limit: MAX_LOCAL_LENGTH }), field)
  }
  const domain = parseDomain(value.slice(at + 1), field)
  const address = `${local}@${domain}`
  if (address.length > MAX_LENGTH) throw invalid(say('errors.address.tooLong'), field)
  return address as Address
}

/**
 * A mail domain as typed, to lower-case A-labels.
 *
 * @throws MailProfileError `invalid_address`
 */
export function parseDomain(value: string, field = 'address'): string {
  const domain = ASCII_DOMAIN.test(value) ? value.toLowerCase() : toALabels(value)
  if (!isDomainName(domain) || !hasTrueALabels(domain)) {
    throw invalid(say('errors.address.domain'), field)
  }
  return domain
}

// Since Node 24, domainToASCII takes whatever is ASCII for right, as browsers do, and domainToUnicode leaves as it is what
// is no Punycode.
function hasTrueALabels(domain: string): boolean {
  if (!domain.includes('xn--')) return true
  const labels = domain.split('.').filter((label) => label.startsWith('xn--'))
  return (
    labels.every((label) => domainToUnicode(label) !== label) &&
    domainToASCII(domainToUnicode(domain)) === domain
  )
}

// A-labels are hardly shorter, and what they take grows with the square of a label's length.
function toALabels(value: string): string {
  return value.length <= 2 * MAX_LENGTH && DOMAIN_AS_TYPED.test(value) ? domainToASCII(value) : ''
}

/** The part before the `@`. */
export function localPart(address: Address): string {
  return address.slice(0, address.lastIndexOf('@'))
}

/** The part after the `@`. */
export function domainOf(address: Address): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/** The one form of an address under which a mailbox is recognised: letter case does not count. */
export function foldAddress(address: Address): string {
  return address.toLowerCase()
}

// What is wrong with a part before the @ that is none.
function whyNot(local: string): Text {
  if (local.includes('@')) return say('errors.address.twoAts')
  if (/\s/.test(local)) return say('errors.address.space')
  if (/\p{Cc}/u.test(local)) return say('errors.address.hidden')
  if (/\P{ASCII}/u.test(local)) return say('errors.address.foreign')
  if (local.includes('..')) return say('errors.address.twoDots')
  if (/^\.|\.$/.test(local)) return say('errors.address.edgeDot')
  if (/^".*"$/.test(local)) return say('errors.address.quoted')
  return say('errors.address.characters')
}

function invalid(message: Text, field: string): MailProfileError {
  return new MailProfileError('invalid_address', message, { field })
}
