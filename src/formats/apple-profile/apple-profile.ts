import { hash } from 'node:crypto'
import {
  collectionsOf,
  displayName,
  hasPassword,
  rootsOf,
  type Account,
  type RootCertificate,
} from '../../account/account.js'
import { foldAddress } from '../../account/address.js'
import { securityOfPort } from '../../account/usual-port.js'
import { writePlist, type PlistValue } from '../../encoding/plist.js'
import { uuidBytes, uuidV5 } from '../../encoding/uuid.js'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import { textsFor, type Texts } from '../../texts/texts.js'
import { accountPayloads, emailAuthentication, rootPayload, type Payload } from './payloads.js'
import { refused } from './refused.js'
import {
  SUPPORTED,
  safeFileName,
  type Format,
  type RenderContext,
  type Support,
} from '../format.js'
import { refuse, supportOfServers } from '../support.js'

// The namespace of all UUIDs in profiles. It must never change: devices know accounts by them.
const NAMESPACE = uuidBytes('8f0d6b54-4c0b-4c6c-9b1c-7f3d1f0f6a52')
const PREFIX = 'app.mailprofile'

/**
 * An Apple configuration profile: iOS and iPadOS 4 and later, macOS 10.7 and later, visionOS.
 * Keys: Apple's device-management schema, `com.apple.mail.managed` and the others in
 * `payloads.ts`.
 */
export const appleProfile: Format = {
  id: 'apple-profile',
  title: 'Apple configuration profile',
  platform: 'apple',
  kind: 'file',
  mediaType: 'application/x-apple-aspen-config',
  carries: [
    'imap',
    'pop3',
    'smtp',
    'name',
    'passwords',
    'calendar',
    'contacts',
    'root certificate',
  ],
  readers: 'iPhone, iPad, Mac and Apple Vision Pro install it in their Settings.',
  signed: true,
  needsPublicUrl: false,
  page: { leads: true },
  fileName: (account) => safeFileName(account.identity.address, 'mobileconfig'),
  containsSecret: hasPassword,
  support,
  render: (account, context) => renderProfile([account], context),
  decode(bytes) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch (cause) {
      throw refused('It is not a property list.', cause)
    }
  },
  recognises(text) {
    return text.includes('PayloadContent') && text.includes('PayloadIdentifier')
  },
  async inspect(text) {
    const { inspectAppleProfile } = await import('./inspection.js')
    return inspectAppleProfile(text)
  },
}

/**
 * One profile with several accounts: iOS holds only one waiting profile at a time.
 *
 * The identifiers depend on the addresses alone, in any letter case and order, so that a profile
 * made again replaces the one that is installed, and two accounts never replace each other.
 *
 * @throws MailProfileError `invalid_account` without accounts or with one address twice
 */
export function renderProfile(accounts: readonly Account[], context: RenderContext): string {
  const folded = accounts.map((account) => foldAddress(account.identity.address))
  const sorted = [...folded].sort()
  if (sorted.length === 0 || sorted.some((address, i) => address === sorted[i + 1])) {
    throw new MailProfileError(
      'invalid_account',
      'A profile takes each mailbox once, and at least one.',
    )
  }
  const outerName = sorted.join(' ') // an address holds no space
  const identifier = `${PREFIX}.${uuidV5(NAMESPACE, outerName)}`
  const texts = textsFor(context.language)
  const payloads: PlistValue[] = []
  for (const [fingerprint, root] of distinctRoots(accounts)) {
    payloads.push(payload(rootPayload(root, texts), identifier, `root ${fingerprint}`, context))
  }
  accounts.forEach((account, i) => {
    for (const part of accountPayloads(account, texts)) {
      payloads.push(payload(part, identifier, `${part.kind} ${folded[i] ?? ''}`, context))
    }
  })
  const names = accounts.map(displayName)
  return writePlist({
    PayloadContent: payloads,
    PayloadDescription: description(accounts, texts),
    PayloadDisplayName: [...new Set(names)].join(', '),
    PayloadIdentifier: identifier,
    PayloadOrganization: context.organization,
    PayloadType: 'Configuration',
    PayloadUUID: uuidV5(NAMESPACE, `profile ${outerName}`),
    PayloadVersion: 1,
  })
}

// A sentence about the accounts with mail, and one about those of calendars and contacts alone.
function description(accounts: readonly Account[], texts: Texts): string {
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

function payload(part: Payload, outer: string, name: string, context: RenderContext): PlistValue {
  const uuid = uuidV5(NAMESPACE, `${outer} ${name}`)
  // Not a spread: V8 takes 16 µs to spread an object of this size and then add to it.
  return Object.assign({}, part.keys, {
    PayloadDisplayName: part.title,
    PayloadIdentifier: `${outer}.${part.kind}.${uuid}`,
    PayloadOrganization: context.organization,
    PayloadType: part.type,
    PayloadUUID: uuid,
    PayloadVersion: 1,
  })
}

// By content: two authorities may have one name.
function distinctRoots(accounts: readonly Account[]): ReadonlyMap<string, RootCertificate> {
  const roots = new Map<string, RootCertificate>()
  for (const root of accounts.flatMap(rootsOf)) roots.set(hash('sha256', root.der), root)
  return roots
}

function support(account: Account): Support {
  if (account.incoming === undefined) return SUPPORTED
  return supportOfServers(account, ({ authentication, security, port }, path) => {
    if (authentication === 'oauth2') {
      return refuse(`${path}.authentication`, say('support.oauthApple'), 'oauth_only')
    }
    if (emailAuthentication(authentication) === undefined) {
      return refuse(
        `${path}.authentication`,
        say('support.appleAuthentication', { authentication }),
      )
    }
    return security === 'none' && securityOfPort(port) === 'tls'
      ? refuse(`${path}.security`, say('support.encryptedPort', { port: String(port) }))
      : undefined
  })
}
