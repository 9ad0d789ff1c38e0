import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat } from '../../src/formats/export.js'
import { getFormat } from '../../src/formats/index.js'
import { parseAndroidIntent } from '../../src/formats/android-intent/reader.js'
import { parseDavx5Link } from '../../src/formats/davx5-link/reader.js'
import { parseDcLogin, type DcLoginServer } from '../../src/formats/deltachat-link/reader.js'
import { parseFairemailProfile } from '../../src/formats/fairemail-profile/reader.js'
import { parseK9Settings } from '../../src/formats/k9-settings/reader.js'
import { parseThunderbirdQr } from '../../src/formats/thunderbird-qr/reader.js'
import {
  accountJson,
  passwordAccountJson,
  type AccountJson,
  type ServerJson,
} from '../support/arbitraries.js'
import { refusal } from '../support/errors.js'
import { enough, runs } from '../support/runs.js'

const PUBLIC_URL = 'https://setup.example.com/setup?address=ann%40example.com'
const RUNS = runs(2000)

/** What a reader gives back and what it should, worked out from the JSON alone. */
interface Round {
  readonly id: string
  /** The field of the first value that the format cannot carry. */
  readonly refused: (json: AccountJson) => string | undefined
  readonly read: (text: string) => unknown
  readonly expected: (json: AccountJson) => unknown
}

const rounds: readonly Round[] = [
  {
    id: 'thunderbird-qr',
    refused: thunderbirdRefusal,
    read: (text) => parseThunderbirdQr(text).accounts,
    expected: (json) => [
      {
        accountName: json.accountName ?? mailbox(json),
        identities: [{ address: mailbox(json), name: json.identity.name ?? '' }],
        ...servers(json, (server) => ({ ...place(server), ...access(server) })),
      },
    ],
  },
  {
    id: 'k9-settings',
    refused: thunderbirdRefusal,
    read: (text) =>
      parseK9Settings(text).accounts.map(({ accountName, identities, incoming, outgoing }) => ({
        accountName,
        identities,
        incoming,
        outgoing,
      })),
    expected: (json) => [
      {
        accountName: json.accountName ?? mailbox(json),
        identities: [{ address: mailbox(json), name: json.identity.name ?? mailbox(json) }],
        ...servers(json, (server) => ({ ...place(server), ...access(server) })),
      },
    ],
  },
  {
    id: 'fairemail-profile',
    refused: (json) => badServer(json, ['ntlm', 'gssapi', 'oauth2', 'none'], ['none']),
    read: (text) => parseFairemailProfile(text),
    expected: (json) => ({
      protocol: json.incoming.protocol,
      accountName: json.accountName ?? mailbox(json),
      address: mailbox(json),
      name: json.identity.name ?? mailbox(json),
      ...servers(json, ({ host, port, security, username, password }) => ({
        host: host.toLowerCase(),
        port,
        security,
        username,
        password,
      })),
      missing: [],
    }),
  },
  {
    id: 'deltachat-link',
    refused: (json) =>
      json.incoming.protocol === 'pop3'
        ? 'incoming.protocol'
        : (badServer(json, ['password-encrypted', 'ntlm', 'gssapi', 'oauth2', 'none']) ??
          (json.incoming.password === undefined ? 'incoming.password' : undefined)),
    read: (text) => parseDcLogin(text),
    expected: (json) => ({
      address: mailbox(json),
      certificateChecks: 'Strict',
      imap: dcLogin(json.incoming, json.incoming.password ?? ''),
      smtp: dcLogin(
        json.outgoing,
        json.outgoing.password === json.incoming.password ? '' : (json.outgoing.password ?? ''),
      ),
    }),
  },
  {
    id: 'android-intent',
    refused: () => undefined,
    read: (text) => parseAndroidIntent(text),
    expected: (json) => ({
      accountName: json.accountName ?? mailbox(json),
      identities: [{ address: mailbox(json), name: json.identity.name ?? '' }],
      ...servers(json, (server) => ({
        ...place(server),
        authentication: server.authentication,
        username: server.username,
      })),
      calendarUrl: json.calendar?.url,
      contactsUrl: json.contacts?.url,
      fallbackUrl: PUBLIC_URL,
    }),
  },
  {
    id: 'davx5-link',
    refused({ calendar, contacts }) {
      if (calendar === undefined && contacts === undefined) return 'calendar'
      if (calendar !== undefined && /%2f/i.test(calendar.url)) return 'calendar.url'
      return contacts !== undefined && /%2f/i.test(contacts.url) ? 'contacts.url' : undefined
    },
    read: (text) =>
      text
        .split('\n')
        .map(parseDavx5Link)
        .map(({ baseUrl, ...login }) => ({ baseUrl: decodedUrl(baseUrl), ...login })),
    expected: (json) =>
      [json.calendar?.url, json.contacts?.url]
        .filter((url) => url !== undefined)
        // The first of each server: DAVx5 finds the other from there.
        .filter(
          (url, i, [first]) => i === 0 || new URL(url).origin !== new URL(first ?? url).origin,
        )
        .map((url) => ({
          baseUrl: decodedUrl(url),
          username: json.incoming.username ?? mailbox(json),
          password: json.incoming.password,
        })),
  },
]

describe.each(rounds.map((round) => [round.id, round] as const))('%s', (id, round) => {
  it('gives back whatever it carries of any account, or says why not', async () => {
    let exported = 0
    await fc.assert(
      fc.asyncProperty(fc.oneof(accountJson, passwordAccountJson), async (json) => {
        const account = parseAccount(json)
        const render = () => exportFormat(id, account, { publicUrl: PUBLIC_URL })
        const field = round.refused(json)
        if (field !== undefined) {
          const error = await refusal(render)
          expect(error.field).toBe(field)
          expect(['unsupported_account', 'oauth_only']).toContain(error.code)
          // A sentence for the person, with nothing of theirs in it.
          expect(error.message).toMatch(/^[A-Z].*\.$/)
          expect(error.message).not.toContain(json.identity.address)
          return
        }
        exported++
        const { body } = await render()
        expect(round.read(Buffer.from(body).toString('utf8'))).toEqual(round.expected(json))
      }),
      { numRuns: RUNS },
    )
    // Else the property would hold for the wrong reason.
    expect(exported).toBeGreaterThan(enough(200))
  })

  it('says in its contract what it carries', () => {
    const { carries } = getFormat(id)
    expect(carries).toEqual(CARRIES[id])
  })
})

const CARRIES: Readonly<Record<string, readonly string[]>> = {
  'thunderbird-qr': ['imap', 'pop3', 'smtp', 'name', 'passwords'],
  'k9-settings': ['imap', 'pop3', 'smtp', 'name', 'passwords'],
  'fairemail-profile': ['imap', 'pop3', 'smtp', 'name', 'passwords'],
  'deltachat-link': ['imap', 'smtp', 'passwords'],
  'android-intent': ['imap', 'pop3', 'smtp', 'name', 'calendar', 'contacts'],
  'davx5-link': ['calendar', 'contacts', 'passwords'],
}

function servers<T>({ incoming, outgoing }: AccountJson, read: (server: ServerJson) => T) {
  return { incoming: read(incoming), outgoing: read(outgoing) }
}

function place({ protocol, host, port, security }: ServerJson) {
  return { protocol, host: host.toLowerCase(), port, security }
}

function access({ authentication, username, password }: ServerJson) {
  return { authentication, username: username ?? '', password }
}

function dcLogin(
  { host, port, security, username = '' }: ServerJson,
  password: string,
): DcLoginServer {
  const words = { tls: 'Ssl', starttls: 'Starttls', none: 'Plain' } as const
  return {
    server: host.toLowerCase(),
    port,
    user: username,
    password,
    security: words[security as keyof typeof words],
  }
}

function badServer(
  json: AccountJson,
  authentications: readonly string[],
  securities: readonly string[] = [],
): string | undefined {
  for (const path of ['incoming', 'outgoing'] as const) {
    if (authentications.includes(json[path].authentication)) return `${path}.authentication`
    if (securities.includes(json[path].security)) return `${path}.security`
  }
  return undefined
}

// The incoming server is judged first; only sending may do without signing in.
function thunderbirdRefusal({ incoming, outgoing }: AccountJson): string | undefined {
  if (['ntlm', 'gssapi', 'none'].includes(incoming.authentication)) return 'incoming.authentication'
  return ['ntlm', 'gssapi'].includes(outgoing.authentication)
    ? 'outgoing.authentication'
    : undefined
}

function mailbox({ identity: { address } }: AccountJson): string {
  const at = address.lastIndexOf('@')
  return address.slice(0, at) + address.slice(at).toLowerCase()
}

// DAVx5 decodes the path and encodes it again with fewer escapes: the same resource.
function decodedUrl(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + decodeURIComponent(pathname)
}
