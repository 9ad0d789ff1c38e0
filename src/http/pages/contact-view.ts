import { parseAddress } from '../../account/address.js'
import { parseUrl } from '../../account/web-url.js'
import { addressPart } from '../../encoding/uri.js'
import type { ContactView } from './views.js'

// What stands between the digits of telephone numbers (ITU-T E.123), with five to fifteen digits.
const NUMBER = /^\+?[\d\s()./-]+$/
const [FEWEST_DIGITS, MOST_DIGITS] = [5, 15]

/** Whom people call, as a link where the words are a telephone number, a mail address or a web address. */
export function contactView(contact: string): ContactView {
  const text = contact.trim()
  const [, scheme = '', rest = ''] = /^(tel|mailto|https):(.*)$/i.exec(text) ?? []
  switch (scheme.toLowerCase()) {
    case 'tel':
      return linkOr(contact, rest, callLink(rest))
    case 'mailto': {
      const [address = ''] = rest.split('?')
      return linkOr(contact, address, mailLink(address))
    }
    case 'https':
      return linkOr(contact, text.replace(/^https:\/\/|\/$/gi, ''), webLink(text))
    default:
      return linkOr(contact, text, callLink(text) ?? mailLink(text))
  }
}

function linkOr(contact: string, text: string, href: string | undefined): ContactView {
  return href === undefined ? { text: contact } : { text, href }
}

function callLink(text: string): string | undefined {
  if (!NUMBER.test(text)) return undefined
  // “+49 (0)30 …”: the zero is dialled at home only.
  const dialled = text.startsWith('+') ? text.replace(/\(0\)/, '') : text
  const digits = dialled.replace(/\D/g, '')
  if (digits.length < FEWEST_DIGITS || digits.length > MOST_DIGITS) return undefined
  return `tel:${text.startsWith('+') ? '+' : ''}${digits}`
}

function mailLink(text: string): string | undefined {
  try {
    return `mailto:${addressPart(parseAddress(text))}`
  } catch {
    return undefined
  }
}

function webLink(text: string): string | undefined {
  const url = parseUrl(text)
  if (url === undefined) return undefined
  const { protocol, username, password, href } = url
  return protocol === 'https:' && username === '' && password === '' ? href : undefined
}
