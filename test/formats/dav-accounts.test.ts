import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { davLogins, parseAccount, withPassword, type Account } from '../../src/account/account.js'
import { Secret } from '../../src/account/secret.js'
import { exportFormat, exportProfile } from '../../src/formats/export.js'
import { formats } from '../../src/formats/index.js'
import { parseDavx5Link } from '../../src/formats/davx5-link/reader.js'
import { LANGUAGES } from '../../src/texts/languages.js'
import { textsFor } from '../../src/texts/texts.js'
import { annJson, DAV_JSON } from '../support/accounts.js'
import { davAccountJson, type DavAccountJson, type DavJson } from '../support/arbitraries.js'
import {
  ownKeys,
  payload,
  profileOf,
  readProfile,
  type Dictionary,
} from '../support/apple-profile.js'
import { refusal } from '../support/errors.js'
import { runs } from '../support/runs.js'
import { vectors } from '../support/vectors.js'

const account = parseAccount(DAV_JSON)
const CONTEXT = { publicUrl: 'https://setup.example.com/setup?address=ann%40example.com' }
const CARRYING = ['apple-profile', 'davx5-link', 'dns-records', 'settings-sheet']

async function text(id: string, of: Account, context = {}): Promise<string> {
  const { body } = await exportFormat(id, of, { ...CONTEXT, unsigned: true, ...context })
  return Buffer.from(body).toString('utf8')
}

describe('an account of calendars and contacts alone', () => {
  it.each([
    ...vectors('apple-profile', 'dav-account'),
    ...vectors('davx5-link', 'dav-account'),
    ...vectors('dns-records', 'dav-account'),
    ...vectors('pacc', 'dav-account'),
    ...vectors('settings-sheet', 'dav-account'),
  ])('is written as ever: %s', async (title, { input, expected }) => {
    const id = /^([a-z0-9-]+)-dav-\d+ /.exec(title)?.[1] ?? ''
    expect(await text(id, parseAccount(input))).toBe(expected['text'])
  })

  it('is carried by what is for them, and refused by all that is of mail', async () => {
    for (const format of formats) {
      const support = format.support(account, CONTEXT)
      expect([format.id, support.supported]).toEqual([format.id, CARRYING.includes(format.id)])
      if (support.supported) continue
      const error = await refusal(() => text(format.id, account))
      expect(error.code).toBe('unsupported_account')
      expect(format.containsSecret(withPassword(account, new Secret('hunter2')), CONTEXT)).toBe(
        false,
      )
      const { withoutPassword } = format.page ?? {}
      if (withoutPassword !== undefined) {
        expect(withoutPassword.support(account).supported).toBe(false)
        expect((await refusal(() => withoutPassword.link(account, CONTEXT))).code).toBe(
          'unsupported_account',
        )
      }
    }
  })

  it('is no less refused by whoever renders without asking', async () => {
    for (const id of ['k9-settings', 'thunderbird-qr', 'fairemail-profile', 'deltachat-link']) {
      const format = formats.find((one) => one.id === id)
      expect((await refusal(() => format?.render(account, CONTEXT))).code).toBe(
        'unsupported_account',
      )
    }
  })

  it('is told by PACC where the address is the user name', async () => {
    const url = 'https://dav.example.com/dav/'
    const { identity } = DAV_JSON
    const document = JSON.parse(
      await text('pacc', parseAccount({ identity, contacts: { url } })),
    ) as {
      protocols: unknown
    }
    expect(document.protocols).toEqual({ carddav: { url } })
    expect((await refusal(() => text('pacc', account))).field).toBe('calendar.username')
  })

  it('has DNS records of RFC 6764 and no others, whatever mailprofile serves', async () => {
    const zone = await text('dns-records', account, { service: undefined })
    const owners = zone.split('\n').flatMap((line) => /^(_\S+|\S+) +IN /.exec(line)?.[1] ?? [])
    expect(new Set(owners)).toEqual(
      new Set(['_caldavs._tcp', '_caldav._tcp', '_carddavs._tcp', '_carddav._tcp']),
    )
  })

  it('has no DNS records at a bare IP address', async () => {
    const { identity } = DAV_JSON
    const at = parseAccount({ identity, calendar: { url: 'https://192.0.2.1/' } })
    expect(await refusal(() => text('dns-records', at))).toMatchObject({
      code: 'unsupported_account',
      field: 'calendar.url',
    })
  })
})

function expectedDav(prefix: string, json: DavAccountJson, { url, username, password }: DavJson) {
  const { hostname, port, pathname } = new URL(url)
  const address = parseAccount(json).identity.address
  const keys: Dictionary = {
    [`${prefix}AccountDescription`]: json.accountName ?? address,
    [`${prefix}HostName`]: hostname,
    [`${prefix}Port`]: port === '' ? 443 : Number(port),
    [`${prefix}UseSSL`]: true,
    [`${prefix}PrincipalURL`]: pathname === '/' ? undefined : pathname,
    [`${prefix}Username`]: username ?? address,
    [`${prefix}Password`]: password,
  }
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined))
}

describe('the Apple profile of calendars and contacts alone', () => {
  it('gives back every value of any account, and nothing of mail', () => {
    fc.assert(
      fc.property(davAccountJson, (json) => {
        const profile = profileOf(parseAccount(json))
        expect(profile.payloads).toHaveLength(
          [json.calendar, json.contacts].filter((dav) => dav !== undefined).length,
        )
        for (const [dav, prefix] of [
          [json.calendar, 'CalDAV'],
          [json.contacts, 'CardDAV'],
        ] as const) {
          const found = payload(profile, `com.apple.${prefix.toLowerCase()}.account`)
          if (dav === undefined) expect(found).toBeUndefined()
          else expect(ownKeys(found ?? {})).toEqual(expectedDav(prefix, json, dav))
        }
      }),
      { numRuns: runs(500) },
    )
  })

  it('has the identifiers of the address, as with mail, so that one replaces the other', () => {
    const alone = profileOf(account)
    const beside = profileOf(
      parseAccount({ ...annJson(), calendar: DAV_JSON.calendar, contacts: DAV_JSON.contacts }),
    )
    for (const key of ['PayloadIdentifier', 'PayloadUUID']) {
      expect(alone.outer[key]).toBe(beside.outer[key])
      for (const type of ['com.apple.caldav.account', 'com.apple.carddav.account']) {
        expect(payload(alone, type)?.[key]).toBe(payload(beside, type)?.[key])
      }
    }
  })

  it.each([
    ['calendars', { calendar: DAV_JSON.calendar }],
    ['contacts', { contacts: DAV_JSON.contacts }],
    ['calendars and contacts', DAV_JSON],
  ])('says that it sets up %s, and no mail', (what, json) => {
    const { outer } = profileOf(parseAccount({ identity: DAV_JSON.identity, ...json }))
    expect(outer['PayloadDescription']).toMatch(
      new RegExp(`^Sets up ${what} for ann@example\\.com\\. It does not manage`),
    )
  })

  it('says in one with several accounts which has what', async () => {
    const mail = parseAccount(annJson({ identity: { address: 'bob@example.com' } }))
    const { body } = await exportProfile([mail, account], { unsigned: true })
    const { outer, payloads } = readProfile(Buffer.from(body).toString('utf8'))
    expect(outer['PayloadDescription']).toMatch(
      /^Sets up mail for bob@example\.com\..* Sets up calendars and contacts for ann@example\.com\./,
    )
    expect(payloads).toHaveLength(3)
  })
})

describe('other formats of calendars and contacts alone', () => {
  it('say to DAVx5 what any account has', () => {
    const davx5 = formats.find(({ id }) => id === 'davx5-link')
    fc.assert(
      fc.property(davAccountJson, (json) => {
        const one = parseAccount(json)
        if (davx5?.support(one).supported !== true) return
        const read = davx5.render(one, {}).split('\n').map(parseDavx5Link)
        const [first] = davLogins(one)
        expect(read[0]).toMatchObject({
          username: first?.username,
          ...(first?.password === undefined ? {} : { password: first.password.reveal() }),
        })
      }),
      { numRuns: runs(500) },
    )
  })

  it('say to a person who types the address, the user name and what the password is', async () => {
    for (const { tag } of LANGUAGES) {
      const sheet = await text('settings-sheet', withPassword(account, new Secret('hunter2')), {
        language: tag,
      })
      expect(sheet.match(/https:\/\/cloud\.example\.com\/remote\.php\/dav\//g)).toHaveLength(2)
      expect(sheet).toContain(textsFor(tag).bare('settings.ownPassword'))
      expect(sheet).not.toContain('hunter2')
      const recognising = formats.filter((format) => format.recognises(sheet))
      expect(recognising.map(({ id }) => id)).toEqual(['settings-sheet'])
    }
  })

  it('name a user name of their own beside mail', async () => {
    const beside = parseAccount({ ...annJson(), calendar: DAV_JSON.calendar })
    expect(await text('settings-sheet', beside)).toMatch(/User name: +ann\n$/)
    expect(parseDavx5Link(await text('davx5-link', beside)).username).toBe('ann')
  })
})
