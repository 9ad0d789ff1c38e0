import { describe, expect, it } from 'vitest'
import {
  davLogins,
  hasPassword,
  parseAccount,
  withPassword,
  type Account,
} from '../../src/account/account.js'
import { accountToJson } from '../../src/account/json.js'
import { Secret } from '../../src/account/secret.js'
import { annJson, DAV_JSON, INCOMING, OUTGOING } from '../support/accounts.js'
import { refusal } from '../support/errors.js'

const { identity, calendar, contacts } = DAV_JSON

describe('an account without mail', () => {
  it.each([
    ['calendars', { identity, calendar }],
    ['contacts', { identity, contacts }],
    ['both', DAV_JSON],
  ])('has %s alone', (_, json) => {
    const account = parseAccount(json)
    expect([account.incoming, account.outgoing]).toEqual([undefined, undefined])
    expect(parseAccount(accountToJson(account))).toEqual(account)
  })

  it.each([
    ['outgoing', { ...DAV_JSON, incoming: INCOMING }],
    ['incoming', { ...DAV_JSON, outgoing: OUTGOING }],
    ['incoming', { identity }],
  ])('is none with half of it, or nothing at all: %s is missing', async (field, json) => {
    const error = await refusal(() => parseAccount(json))
    expect(error).toMatchObject({ code: 'invalid_account', field })
    expect(error.message).toMatch(new RegExp(`^${field} is missing`))
  })

  it('logs in with the address unless it says otherwise', () => {
    const usernames = (account: Account) => davLogins(account).map(({ username }) => username)
    expect(usernames(parseAccount(DAV_JSON))).toEqual(['ann', 'ann'])
    const url = 'https://dav.example.com/'
    expect(usernames(parseAccount({ identity, calendar: { url } }))).toEqual(['ann@example.com'])
    // Beside mail it is the user name for incoming mail.
    const incoming = { username: 'ann.e' }
    expect(usernames(parseAccount({ ...annJson({ incoming }), calendar: { url } }))).toEqual([
      'ann.e',
    ])
    expect(usernames(parseAccount({ ...annJson({ incoming }), calendar }))).toEqual(['ann'])
  })

  it('takes one password for all that there is, and tells it to nobody', () => {
    const account = withPassword(parseAccount(DAV_JSON), new Secret('hunter2'))
    expect(hasPassword(account)).toBe(true)
    expect(davLogins(account).map(({ password }) => password?.reveal())).toEqual([
      'hunter2',
      'hunter2',
    ])
    expect(JSON.stringify(account) + JSON.stringify(accountToJson(account))).not.toContain(
      'hunter2',
    )
    expect(hasPassword(parseAccount(DAV_JSON))).toBe(false)
  })

  it.each([
    ['calendar.username', { url: 'https://dav.example.com/', username: '%EMAILLOCALPART%' }],
    ['calendar.username', { url: 'https://dav.example.com/', username: 'a\nb' }],
    ['calendar.password', { url: 'https://dav.example.com/', password: '' }],
    ['calendar.url', { url: 'https://dav.example.com/%EMAILADDRESS%/' }],
  ])('names the value that is wrong: %s', async (field, wrong) => {
    const error = await refusal(() => parseAccount({ identity, calendar: wrong }))
    expect(error).toMatchObject({ code: 'invalid_account', field })
  })
})
