import { domainOf, foldAddress, localPart, parseAddress, type Address } from '../account/address.js'
import { MailProfileError } from '../errors.js'

declare const recipientBrand: unique symbol

/** Where an invitation is sent to: a mail address, or a telephone number as `+49301234567`. */
export type Recipient = string & { readonly [recipientBrand]: true }

/** Who may be sent something. */
export interface RecipientRules {
  readonly kind: 'addresses' | 'telephones'
  /** The only domains, when there are any. */
  readonly allowedDomains?: readonly string[] | undefined
}

/** Whose mailbox is set up. */
export interface MailboxOwner {
  readonly address: Address
  /** Other addresses of the same mailbox, as far as they are known. */
  readonly aliases?: readonly Address[] | undefined
}

const FIELD = 'deliverTo'
// E.164: a country code, which never begins with 0, and at most fifteen digits in all.
const TELEPHONE = /^\+[1-9]\d{6,14}$/
// Old mail servers, and Postfix where nobody switches it off (allow_percent_hack, swap_bangpath), read a
// route out of % and !; | and / began programs and files; ` was run by shells.
const ROUTING = /[%!|/`]/
// RFC 2047 knows none in an address, and programs that decode it there find other addresses.
const ENCODED_WORD = '=?'

/**
 * To whom an invitation is sent, as somebody typed it: one mail address without anything beside it, or a
 * telephone number.
 *
 * @param owner of the mailbox, which gets nothing itself: nobody can read it before it is set up
 * @throws MailProfileError `invalid_request` for what is none, and for the mailbox itself; `forbidden` for a
 *   domain that nothing is sent to
 *
 * @example
 * ```ts
 * import { parseAddress, parseRecipient } from 'mailprofile'
 *
 * const owner = { address: parseAddress('ann@example.com') }
 * console.log(parseRecipient('+49 (0)30 1234567', { kind: 'telephones' }, owner)) // +49301234567
 * ```
 */
export function parseRecipient(
  value: unknown,
  rules: RecipientRules,
  owner: MailboxOwner,
): Recipient {
  if (typeof value !== 'string' || value.trim() === '') {
    throw refused('is missing', 'Nothing is sent to the mailbox itself: give a second address.')
  }
  const text = value.trim()
  return rules.kind === 'telephones' ? parseTelephone(text) : parseSecondAddress(text, rules, owner)
}

/** A recipient's domain, which logs may hold; `telephone` for a number. */
export function recipientDomain(recipient: Recipient): string {
  return recipient.includes('@') ? domainOf(recipient as string as Address) : 'telephone'
}

function parseTelephone(text: string): Recipient {
  // “+49 (0)30 …”: the zero is dialled at home only.
  const number = text.replace(/^tel:|\(0\)/gi, '').replace(/[\s()./-]/g, '')
  if (TELEPHONE.test(number)) return number as Recipient
  throw refused(
    'has to be a telephone number such as +49 30 1234567',
    'Begin with + and the number of the country.',
  )
}

function parseSecondAddress(
  text: string,
  { allowedDomains }: RecipientRules,
  owner: MailboxOwner,
): Recipient {
  const address = readAddress(text)
  const local = localPart(address)
  // Programs that take addresses as arguments take this for an option.
  if (local.startsWith('-')) throw refused('must not begin with a dash')
  if (ROUTING.test(local)) {
    throw refused('has a character before the @ by which mail servers find other ways: % ! | / `')
  }
  if (local.includes(ENCODED_WORD)) throw refused(`must not have ${ENCODED_WORD} in it`)
  if (allowedDomains?.includes(domainOf(address)) === false) {
    throw new MailProfileError(
      'forbidden',
      'Nothing is sent to addresses in the domain of deliverTo.',
      { hint: 'The domains are in the configuration: delivery.allowedDomains.', field: FIELD },
    )
  }
  const own = [owner.address, ...(owner.aliases ?? [])].map(mailboxOf)
  if (own.includes(mailboxOf(address))) {
    throw refused(
      'is the mailbox that is set up, or another address of it',
      'Nobody can read it yet: give an address that the person reads already.',
    )
  }
  return address as string as Recipient
}

function readAddress(text: string): Address {
  try {
    return parseAddress(text, FIELD)
  } catch (cause) {
    if (!(cause instanceof MailProfileError)) throw cause
    throw new MailProfileError(
      'invalid_request',
      `The value of deliverTo is no single mail address. ${cause.message}`,
      { field: FIELD, cause },
    )
  }
}

// What follows a plus leads to the same mailbox nearly everywhere (RFC 5233 calls it the detail).
function mailboxOf(address: Address): string {
  const folded = foldAddress(address) as Address
  return `${localPart(folded).replace(/(?<=.)\+.*$/, '')}@${domainOf(folded)}`
}

function refused(what: string, hint?: string): MailProfileError {
  return new MailProfileError('invalid_request', `The value of deliverTo ${what}.`, {
    hint,
    field: FIELD,
  })
}
