import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat } from '../../src/formats/export.js'
import { getFormat } from '../../src/formats/index.js'
import { ownKeys, profileOf, readProfile } from '../support/apple-profile.js'
import { annJson } from '../support/accounts.js'
import { accountJson } from '../support/arbitraries.js'
import { refusal } from '../support/errors.js'
import { runs } from '../support/runs.js'

const exchange = getFormat('apple-exchange')
const google = getFormat('apple-google')

const OAUTH = { authentication: 'oauth2' }
const ann = (signIn?: string) =>
  parseAccount({
    ...annJson({ incoming: OAUTH, outgoing: OAUTH }),
    ...(signIn === undefined ? {} : { signIn }),
  })
const read = (format: typeof google, signIn: string) => readProfile(format.render(ann(signIn), {}))

describe('a profile by which people sign in', () => {
  // Others set up by these: they are written down.
  it.each(['microsoft', 'outlook'])('at Microsoft has these keys, for %s', (signIn) => {
    const { payloads } = read(exchange, signIn)
    expect(payloads.map((payload) => payload['PayloadType'])).toEqual(['com.apple.eas.account'])
    expect(payloads.map(ownKeys)).toEqual([
      {
        EmailAddress: 'ann@example.com',
        Host: 'outlook.office365.com',
        OAuth: true,
        SSL: true,
        UserName: 'ann@example.com',
      },
    ])
  })

  it('at Microsoft has the user name that somebody was given', () => {
    const incoming = { ...OAUTH, username: 'ann@corp.example' }
    const account = parseAccount({ ...annJson({ incoming, outgoing: OAUTH }), signIn: 'microsoft' })
    const [payload] = readProfile(exchange.render(account, {})).payloads
    expect(payload).toMatchObject({
      EmailAddress: 'ann@example.com',
      UserName: 'ann@corp.example',
    })
  })

  it('at Google has these keys', () => {
    const { payloads } = read(google, 'google')
    expect(payloads.map((payload) => payload['PayloadType'])).toEqual(['com.apple.google-oauth'])
    expect(payloads.map(ownKeys)).toEqual([
      {
        AccountDescription: 'ann@example.com',
        AccountName: 'Ann Example',
        EmailAddress: 'ann@example.com',
      },
    ])
  })

  it.each([
    [exchange, 'outlook'],
    [google, 'google'],
  ])('takes the place of what the mailbox has installed, and no other: $0.id', (format, signIn) => {
    const mail = profileOf(parseAccount(annJson()))
    const { outer, payloads } = read(format, signIn)
    for (const key of ['PayloadIdentifier', 'PayloadUUID']) {
      expect(outer[key]).toBe(mail.outer[key])
      expect(payloads[0]?.[key]).not.toBe(mail.payloads[0]?.[key])
    }
    const other = parseAccount({ ...annJson({ identity: { address: 'bob@example.com' } }), signIn })
    expect(readProfile(format.render(other, {})).outer['PayloadUUID']).not.toBe(
      outer['PayloadUUID'],
    )
  })

  it.each([
    ['apple-exchange', undefined, 'Microsoft'],
    ['apple-exchange', 'google', 'Microsoft'],
    ['apple-google', 'outlook', 'Google'],
    ['apple-google', 'yahoo', 'Google'],
  ])('%s is not for people of %s', async (id, signIn, holder) => {
    const error = await refusal(() => exportFormat(id, ann(signIn), { unsigned: true }))
    expect(error).toMatchObject({ code: 'unsupported_account', field: 'signIn' })
    expect(error.message).toContain(holder)
  })

  it.each([
    ['apple-exchange', 'microsoft'],
    ['apple-google', 'google'],
  ])('%s is not given where the operator has none', async (id, signIn) => {
    const context = { unsigned: true, signInProfiles: false }
    const error = await refusal(() => exportFormat(id, ann(signIn), context))
    expect(error).toMatchObject({ code: 'unsupported_account' })
    expect(error.message).toMatch(/switched off/)
  })

  it('never holds a password, and leaves the servers to the device', async () => {
    await fc.assert(
      fc.asyncProperty(accountJson, async (json) => {
        const account = parseAccount(json)
        for (const format of [exchange, google]) {
          if (!format.support(account).supported) continue
          const text = format.render(account, {})
          const { payloads } = readProfile(text)
          expect(payloads).toHaveLength(1)
          expect(Object.keys(payloads[0] ?? {}).join()).not.toMatch(/password|OAuthSignInURL/i)
          expect(payloads[0]?.['EmailAddress']).toBe(account.identity.address)
          expect((await format.inspect(text)).beyondAccounts).toEqual([])
        }
      }),
      { numRuns: runs(500) },
    )
  })

  // An Exchange account lets whoever runs the server require a passcode and erase the device.
  it.each([
    [exchange, 'microsoft', 1],
    [google, 'google', 0],
  ])('promises nothing for the provider: $0.id', async (format, signIn, warnings) => {
    const text = format.render(ann(signIn), {})
    expect(readProfile(text).outer['PayloadDescription']).toBe('Mail (ann@example.com)')
    expect((await format.inspect(text)).warnings).toHaveLength(warnings)
  })

  it('leaves the mail profile as it is', () => {
    for (const signIn of ['google', 'yahoo']) {
      const mail = getFormat('apple-profile')
      expect(mail.render(parseAccount({ ...annJson(), signIn }), {})).toBe(
        mail.render(parseAccount(annJson()), {}),
      )
    }
  })
})

describe('an account as JSON', () => {
  it.each(['', 'Google', 'live', 7, null])('knows no sign-in %j', async (signIn) => {
    const error = await refusal(() => parseAccount({ ...annJson(), signIn }))
    expect(error).toMatchObject({ code: 'invalid_account', field: 'signIn' })
    expect(error.message).toContain('microsoft, outlook, google, yahoo, aol')
  })
})
