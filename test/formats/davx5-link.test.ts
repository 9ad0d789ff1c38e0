import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { davx5Link } from '../../src/formats/davx5-link/davx5-link.js'
import { exportFormat } from '../../src/formats/export.js'
import { parseDavx5Link } from '../../src/formats/davx5-link/reader.js'
import { parseIntentUri } from '../../src/formats/intent-uri.js'
import { say } from '../../src/messages/text.js'
import { annJson } from '../support/accounts.js'
import { refusal, refusalCode } from '../support/errors.js'
import { vectors } from '../support/vectors.js'

const PUBLIC_URL = 'https://setup.example.com/setup?address=ann%40example.com'
const DAV = {
  calendar: { url: 'https://dav.example.com/' },
  contacts: { url: 'https://dav.example.com/' },
}

describe('the link of DAVx5', () => {
  it('is one for calendars and contacts at one address, the user name an extra', () => {
    const account = parseAccount({
      ...annJson({ incoming: { username: 'a:n@n', password: 'p:w;=%#&+ü' } }),
      ...DAV,
    })
    const link = davx5Link.render(account, { publicUrl: PUBLIC_URL })
    expect(parseDavx5Link(link)).toEqual({
      baseUrl: 'https://dav.example.com/',
      username: 'a:n@n',
      password: 'p:w;=%#&+ü',
    })
    const intent = parseIntentUri(link)
    expect(intent).toMatchObject({ data: 'davx5://dav.example.com/', package: null })
    expect(intent.extras.get('browser_fallback_url')?.value).toBe(PUBLIC_URL)
  })

  it('is one for a server that has them at different paths, which DAVx5 finds by itself', () => {
    const account = parseAccount({
      ...annJson(),
      calendar: { url: 'https://dav.example.com/cal/ann/' },
      contacts: { url: 'https://dav.example.com/card/ann/' },
    })
    expect(davx5Link.page?.links?.(account, {}).map(({ what }) => what)).toEqual([
      say('davx5.both'),
    ])
    expect(parseDavx5Link(davx5Link.render(account, {})).baseUrl).toBe(
      'https://dav.example.com/cal/ann/',
    )
  })

  it('is one for each server', () => {
    const account = parseAccount({
      ...annJson(),
      calendar: { url: 'https://cal.example.com:8443/dav/ann%40example.com/' },
      contacts: { url: 'https://card.example.com/' },
    })
    expect(davx5Link.page?.links?.(account, {}).map(({ what }) => what)).toEqual([
      say('davx5.calendars'),
      say('davx5.contacts'),
    ])
    expect(davx5Link.render(account, {}).split('\n').map(parseDavx5Link)).toEqual([
      { baseUrl: 'https://cal.example.com:8443/dav/ann@example.com/', username: 'ann@example.com' },
      { baseUrl: 'https://card.example.com/', username: 'ann@example.com' },
    ])
  })

  it.each([
    ['nothing to set up', annJson(), 'calendar'],
    [
      'an encoded slash, which it would decode',
      { ...annJson(), contacts: { url: 'https://dav.example.com/a%2Fb/' } },
      'contacts.url',
    ],
  ])('refuses %s', async (_, json, field) => {
    const error = await refusal(() => exportFormat('davx5-link', parseAccount(json)))
    expect(error).toMatchObject({ code: 'unsupported_account', field })
  })

  it('is offered only where there is something to set up', () => {
    expect(davx5Link.page?.offered?.(parseAccount(annJson()), {})).toBe(false)
    expect(davx5Link.page?.offered?.(parseAccount({ ...annJson(), ...DAV }), {})).toBe(true)
  })
})

describe('its reader', () => {
  it.each(vectors('davx5-link', 'davx5-login-uri'))('%s', (_, { input, expected }) => {
    const { baseUrl, username, password } = parseDavx5Link(input as string)
    expect({ baseUrl, username: username ?? null, password: password ?? null }).toEqual({
      baseUrl: expected['baseUrl'],
      username: expected['username'],
      password: expected['password'],
    })
  })

  it.each([
    ['caldav://h.example/', 'http://h.example/'],
    ['CARDDAVS://h.example', 'https://h.example'],
    ['davx5://u%3Ap%3Aq@h.example/', 'https://h.example/'],
  ])('%s', (link, baseUrl) => {
    expect(parseDavx5Link(link).baseUrl).toBe(baseUrl)
  })

  it('cuts a password off at a colon, which is why ours is an extra', () => {
    expect(parseDavx5Link('davx5://u:a%3Ab@h.example/').password).toBe('a')
  })

  it.each(['https://h.example/', 'davx5:', 'davx5:///x', 'mailto:a@b.example'])(
    'refuses %s',
    async (link) => {
      expect(await refusalCode(() => parseDavx5Link(link))).toBe('invalid_profile')
    },
  )
})
