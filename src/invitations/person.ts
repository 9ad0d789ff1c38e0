import { parseAddress, type Address } from '../account/address.js'
import { parseLanguage } from '../account/language.js'
import { Secret } from '../account/secret.js'
import { INCOMING_PROTOCOLS, type IncomingProtocol } from '../account/server.js'
import { parsePlainText } from '../account/plain-text.js'
import { MAX_CREDENTIAL_LENGTH, MAX_NAME_LENGTH, parseText } from '../account/text.js'
import { MailProfileError } from '../errors.js'

/**
 * For whom an invitation is: what is sealed in it. It chooses the person, never the server: that comes
 * from the configuration at the time of the download.
 */
export interface InvitedPerson {
  readonly address: Address
  readonly name?: string | undefined
  readonly protocol?: IncomingProtocol | undefined
  /** Instead of the one that follows from the address, for both servers. */
  readonly username?: string | undefined
  readonly password?: Secret | undefined
  /** For sending, where it is another one. */
  readonly outgoingPassword?: Secret | undefined
  /** BCP 47, canonical: the language of what the person gets to see. */
  readonly language?: string | undefined
}

/** An `InvitedPerson` as somebody typed it. */
export interface InvitedPersonJson {
  readonly address: string
  readonly name?: string | undefined
  /** `imap` or `pop3`; the provider's first choice by default. */
  readonly protocol?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly outgoingPassword?: string | undefined
  readonly language?: string | undefined
}

/**
 * For whom an invitation is to be, for `Invitations.make`.
 *
 * @throws MailProfileError `invalid_address`, or `invalid_request` that names the field; never with a value
 *
 * @example
 * ```ts
 * import { parseInvitedPerson } from 'mailprofile'
 *
 * const person = parseInvitedPerson({ address: 'ann@example.com', password: 'of Ann' })
 * console.log(person.address, String(person.password)) // ann@example.com [secret]
 * ```
 */
export function parseInvitedPerson(json: InvitedPersonJson): InvitedPerson {
  const { address, name, protocol, username, password, outgoingPassword, language } = json
  const secret = (text: string, field: string) =>
    new Secret(parseText(text, field, MAX_CREDENTIAL_LENGTH, 'invalid_request'))
  return {
    address: parseAddress(address),
    name: optional(name, (text) =>
      parsePlainText(text, 'name', MAX_NAME_LENGTH, 'invalid_request'),
    ),
    protocol: optional(protocol, parseProtocol),
    username: optional(username, (text) =>
      parsePlainText(text, 'username', MAX_CREDENTIAL_LENGTH, 'invalid_request'),
    ),
    password: optional(password, (text) => secret(text, 'password')),
    outgoingPassword: optional(outgoingPassword, (text) => secret(text, 'outgoingPassword')),
    language: optional(language, (text) => parseLanguage(text)),
  }
}

/**
 * A person that a program may have put together by itself: what cannot be read back is not sealed.
 *
 * @throws MailProfileError as `parseInvitedPerson`
 */
export function parseGivenPerson({
  password,
  outgoingPassword,
  ...person
}: InvitedPerson): InvitedPerson {
  const text = (secret: Secret | undefined) => (secret instanceof Secret ? secret.reveal() : secret)
  return parseInvitedPerson({
    ...person,
    password: text(password),
    outgoingPassword: text(outgoingPassword),
  })
}

/** A person with the passwords in clear: to be sealed, or for another thread. */
export function personJson({
  password,
  outgoingPassword,
  ...person
}: InvitedPerson): InvitedPersonJson {
  return {
    ...person,
    password: password?.reveal(),
    outgoingPassword: outgoingPassword?.reveal(),
  }
}

/** The text that is sealed. */
export function writePerson(person: InvitedPerson): string {
  return JSON.stringify(personJson(person))
}

/** Reads what `writePerson` wrote. */
export function readPerson(text: string): InvitedPerson {
  const json = JSON.parse(text) as InvitedPersonJson
  const protocol = INCOMING_PROTOCOLS.find((known) => known === json.protocol)
  return parseInvitedPerson({ ...json, protocol })
}

function parseProtocol(value: string): IncomingProtocol {
  const found = INCOMING_PROTOCOLS.find((known) => known === value)
  if (found !== undefined) return found
  throw new MailProfileError(
    'invalid_request',
    `The value of protocol has to be ${INCOMING_PROTOCOLS.join(' or ')}.`,
    { field: 'protocol' },
  )
}

function optional<T, R>(value: T | undefined, parse: (value: T) => R): R | undefined {
  return value === undefined ? undefined : parse(value)
}
