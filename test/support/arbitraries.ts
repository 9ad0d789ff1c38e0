import fc from 'fast-check'
import { SIGN_INS, type SignIn } from '../../src/account/sign-in.js'
import { isPlainText } from '../../src/account/plain-text.js'

/** A server as `parseAccount` takes it. */
export interface ServerJson {
  readonly protocol: string
  readonly host: string
  readonly port: number
  readonly security: string
  readonly authentication: string
  readonly username?: string
  readonly password?: string
}

/** A server of calendars or contacts as `parseAccount` takes it. */
export interface DavJson {
  readonly url: string
  readonly username?: string
  readonly password?: string
}

/** An account of calendars or contacts alone as `parseAccount` takes it. */
export interface DavAccountJson {
  readonly identity: { readonly address: string; readonly name?: string }
  readonly accountName?: string
  readonly calendar?: DavJson
  readonly contacts?: DavJson
}

/** An account with mail as `parseAccount` takes it. */
export interface AccountJson {
  readonly identity: { readonly address: string; readonly name?: string }
  readonly accountName?: string
  readonly incoming: ServerJson
  readonly outgoing: ServerJson
  readonly calendar?: { readonly url: string }
  readonly contacts?: { readonly url: string }
  readonly signIn?: SignIn
}

const WITH_PASSWORD = ['password-cleartext', 'password-encrypted', 'ntlm', 'gssapi'] as const

const LETTERS_AND_DIGITS = Array.from(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
)

const label = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...LETTERS_AND_DIGITS), minLength: 1, maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...LETTERS_AND_DIGITS, '-'), maxLength: 12 }),
    fc.constantFrom(...LETTERS_AND_DIGITS),
  )
  .map((parts) => parts.join(''))

/** Names of servers and domains, in any letter case. */
export const domainName = fc
  .tuple(
    fc.array(label, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('com', 'EXAMPLE', 'co.uk'),
  )
  // "xn--" and the like would have to be valid encodings.
  .map(([labels, end]) => [...labels.map((text) => text.replace(/^..--/, 'x')), end].join('.'))

export const ipAddress = fc.oneof(fc.ipV4(), fc.ipV6())

export const host = fc.oneof(
  { weight: 6, arbitrary: domainName },
  { weight: 1, arbitrary: ipAddress },
)

/** A dot-atom (RFC 5322 section 3.2.3) of up to 64 characters. */
export const localPart = fc
  .array(
    fc.string({
      unit: fc.constantFrom(...LETTERS_AND_DIGITS, ...Array.from("!#$%&'*+/=?^_`{|}~-")),
      minLength: 1,
      maxLength: 15,
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((atoms) => atoms.join('.'))

export const address = fc.tuple(localPart, domainName).map((parts) => parts.join('@'))

// What has broken other people's profiles: markup, quotes, ends of CDATA, spaces at either end,
// right-to-left text and its marks, combining and astral characters, byte-order marks.
const AWKWARD = [
  ...['&', '<', '>', '"', "'", ']]>', '<![CDATA[', '&amp;', '&#0;', '<!--', '-->', '%', '\\', '@'],
  ...[' ', '  ', '\u00a0', 'שלום', 'مرحبا', 'é', 'e\u0301', '日本', 'ß'],
  ...['😀', '👩‍👩‍👧', '\u{1d518}', '\u{10ffff}', '$&', '${x}', '{{x}}', '__proto__'],
]
const NOT_ACCEPTED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u
// Of those, what only a password may hold.
const HIDDEN = ['\u200f', '\u202e', '\ufeff']

/** A password that an account may hold. */
export function secret(maxLength: number): fc.Arbitrary<string> {
  return line(maxLength, [...AWKWARD, ...HIDDEN])
}

/** A line of text that an account may show. */
export function text(maxLength: number): fc.Arbitrary<string> {
  return line(maxLength, AWKWARD).filter(isPlainText)
}

function line(maxLength: number, awkward: readonly string[]): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.constantFrom(...awkward),
    fc.constantFrom(...LETTERS_AND_DIGITS),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  )
  return fc
    .string({ unit, minLength: 1, maxLength: Math.min(maxLength, 40) })
    .map((value) => Array.from(value).slice(0, maxLength).join(''))
    .filter((value) => !NOT_ACCEPTED.test(value))
}

const name = text(200)
const credential = fc.oneof(address, text(512))
const port = fc.oneof(
  fc.constantFrom(143, 993, 110, 995, 25, 465, 587),
  fc.integer({ min: 1, max: 65_535 }),
)

function server(protocol: fc.Arbitrary<string>): fc.Arbitrary<ServerJson> {
  const place = fc.record({
    protocol,
    host,
    port,
    security: fc.constantFrom('tls', 'starttls', 'none'),
  })
  const access = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record(
        {
          authentication: fc.constantFrom(...WITH_PASSWORD),
          username: credential,
          password: secret(512),
        },
        { requiredKeys: ['authentication', 'username'] },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.record({ authentication: fc.constant('oauth2'), username: credential }),
    },
    {
      weight: 1,
      arbitrary: fc.record(
        { authentication: fc.constant('none'), username: credential },
        { requiredKeys: ['authentication'] },
      ),
    },
  )
  return fc.tuple(place, access).map(([where, how]) => ({ ...where, ...how }))
}

/** An https URL in its normal form. */
export const davUrl = fc
  .record({
    name: domainName,
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    path: fc.webPath(),
  })
  .map(({ name: hostName, port: number, path }) => {
    const suffix = number === null ? '' : `:${number}`
    return new URL(`https://${hostName}${suffix}${path}`).href
  })

const dav = fc.record({ url: davUrl })

/** Any valid account, with every word that accounts know. Half share one user name. */
export const accountJson: fc.Arbitrary<AccountJson> = fc
  .tuple(
    fc.record(
      {
        identity: fc.record({ address, name }, { requiredKeys: ['address'] }),
        accountName: name,
        incoming: server(fc.constantFrom('imap', 'pop3')),
        outgoing: server(fc.constant('smtp')),
        calendar: dav,
        contacts: dav,
        signIn: fc.constantFrom(...SIGN_INS),
      },
      { requiredKeys: ['identity', 'incoming', 'outgoing'] },
    ),
    fc.boolean(),
  )
  .map(([account, share]) => {
    const { username } = account.incoming
    return share && username !== undefined
      ? { ...account, outgoing: { ...account.outgoing, username } }
      : account
  })

const davAlone = fc.record(
  { url: davUrl, username: credential, password: secret(512) },
  { requiredKeys: ['url'] },
)

/** Any valid account without mail. */
export const davAccountJson: fc.Arbitrary<DavAccountJson> = fc
  .record(
    {
      identity: fc.record({ address, name }, { requiredKeys: ['address'] }),
      accountName: name,
      calendar: davAlone,
      contacts: davAlone,
    },
    { requiredKeys: ['identity'] },
  )
  .filter(({ calendar, contacts }) => calendar !== undefined || contacts !== undefined)

/** An account as most are: both servers want a password that is sent over the connection. */
export const passwordAccountJson: fc.Arbitrary<AccountJson> = fc
  .tuple(accountJson, credential, text(512))
  .map(([account, username, password]) => {
    const access = { username, authentication: 'password-cleartext' }
    const { incoming, outgoing } = account
    return {
      ...account,
      incoming: { password, ...incoming, ...access },
      outgoing: { ...outgoing, ...access },
    }
  })
