import { collectionsOf, displayName, type Account } from '../../account/account.js'
import { foldAddress } from '../../account/address.js'
import { JoinedDictionaries, writePlist, type PlistValue } from '../../encoding/plist.js'
import { uuidBytes, uuidV5 } from '../../encoding/uuid.js'
import { MailProfileError } from '../../errors.js'
import type { Texts } from '../../texts/texts.js'
import type { Payload } from './payloads.js'
import { refused } from './refused.js'
import { safeFileName, type Format, type RenderContext } from '../format.js'

// The namespace of all UUIDs in profiles. It must never change: devices know accounts by them.
const NAMESPACE = uuidBytes('8f0d6b54-4c0b-4c6c-9b1c-7f3d1f0f6a52')
const PREFIX = 'app.mailprofile'

/** What all formats have in common that are Apple configuration profiles. */
export const PROFILE_FILE = {
  platform: 'apple',
  kind: 'file',
  mediaType: 'application/x-apple-aspen-config',
  signed: true,
  needsPublicUrl: false,
  fileName: (account) => safeFileName(account.identity.address, 'mobileconfig'),
  decode(bytes) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch (cause) {
      throw refused('It is not a property list.', cause)
    }
  },
  async inspect(text) {
    const { inspectAppleProfile } = await import('./inspection.js')
    return inspectAppleProfile(text)
  },
} as const satisfies Partial<Format>

/** Whether a text is a profile, whatever it holds. */
export function looksLikeProfile(text: string): boolean {
  return text.includes('PayloadContent') && text.includes('PayloadIdentifier')
}

/** A payload of one of the accounts, or of all where it names none. */
export interface Part {
  readonly payload: Payload
  /** What tells it from others of its kind. */
  readonly name: string
}

/**
 * The document of a profile for some mailboxes.
 *
 * The identifiers depend on the addresses alone, in any letter case and order, so that a profile
 * made again replaces the one that is installed, and two accounts never replace each other.
 *
 * @param parts in the order in which they are installed
 * @param description what a device shows before it installs the profile
 * @throws MailProfileError `invalid_account` without accounts or with one address twice
 */
export function writeProfile(
  accounts: readonly Account[],
  parts: readonly Part[],
  context: RenderContext,
  texts: Texts,
  description = descriptionOf(accounts, texts),
): string {
  const sorted = accounts.map((account) => foldAddress(account.identity.address)).sort()
  if (sorted.length === 0 || sorted.some((address, i) => address === sorted[i + 1])) {
    throw new MailProfileError(
      'invalid_account',
      'A profile takes each mailbox once, and at least one.',
    )
  }
  const outerName = sorted.join(' ') // an address holds no space
  const identifier = `${PREFIX}.${uuidV5(NAMESPACE, outerName)}`
  return writePlist({
    PayloadContent: parts.map((part) => payload(part, identifier, context)),
    PayloadDescription: description,
    PayloadDisplayName: [...new Set(accounts.map(displayName))].join(', '),
    PayloadIdentifier: identifier,
    PayloadOrganization: context.organization,
    PayloadType: 'Configuration',
    PayloadUUID: uuidV5(NAMESPACE, `profile ${outerName}`),
    PayloadVersion: 1,
  })
}

// A sentence about the accounts with mail, and one about those of calendars and contacts alone.
function descriptionOf(accounts: readonly Account[], texts: Texts): string {
  const mail = accounts.filter(({ incoming }) => incoming !== undefined)
  const dav = accounts.filter((account) => account.incoming === undefined)
  return [
    ...(mail.length === 0
      ? []
      : [texts.bare('profile.description', { addresses: addressesOf(mail) })]),
    ...(dav.length === 0
      ? []
      : [texts.bare('profile.dav', { addresses: addressesOf(dav), what: collectionsOf(dav) })]),
  ].join(' ')
}

function addressesOf(accounts: readonly Account[]): string {
  return accounts.map(({ identity }) => identity.address).join(', ')
}

/** The payload of an account. */
export function partOf({ identity }: Account, payload: Payload): Part {
  return { payload, name: foldAddress(identity.address) }
}

function payload({ payload, name }: Part, outer: string, context: RenderContext): PlistValue {
  const { kind, keys, title, type } = payload
  const uuid = uuidV5(NAMESPACE, `${outer} ${kind} ${name}`)
  return new JoinedDictionaries(keys, {
    PayloadDisplayName: title,
    PayloadIdentifier: `${outer}.${kind}.${uuid}`,
    PayloadOrganization: context.organization,
    PayloadType: type,
    PayloadUUID: uuid,
    PayloadVersion: 1,
  })
}
