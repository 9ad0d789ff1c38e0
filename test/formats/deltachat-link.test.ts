import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { DELTACHAT_SCHEME, deltachatLink } from '../../src/formats/deltachat-link/deltachat-link.js'
import { exportFormat } from '../../src/formats/export.js'
import { parseDcLogin, type DcLogin } from '../../src/formats/deltachat-link/reader.js'
import { parseIntentUri } from '../../src/formats/intent-uri.js'
import { annJson } from '../support/accounts.js'
import { refusal, refusalCode } from '../support/errors.js'
import { toAccountJson, vectors, type VectorAccount } from '../support/vectors.js'

const PUBLIC_URL = 'https://setup.example.com/setup?address=ann%40example.com'

async function linkOf(json: unknown): Promise<string> {
  const { body } = await exportFormat('deltachat-link', parseAccount(json))
  return Buffer.from(body).toString()
}

describe('the link of Delta Chat', () => {
  it.each(vectors('deltachat-link', 'dclogin-encode'))('%s', async (_, { input, expected }) => {
    const { account } = input as { account: VectorAccount }
    const link = await linkOf(toAccountJson(account))
    expect(toVector(parseDcLogin(link))).toEqual(expected['decoded'])
    expect(parseDcLogin(link)).toEqual(parseDcLogin(expected['url'] as string))
  })

  it.each(vectors('deltachat-link', 'dclogin-encode-refuse'))('%s', async (_, { input }) => {
    const { account } = input as { account: VectorAccount }
    expect(await refusalCode(() => linkOf(toAccountJson(account)))).toBe('unsupported_account')
  })

  it.each([
    ['incoming.protocol', { incoming: { protocol: 'pop3', password: 'x' } }],
    [
      'incoming.authentication',
      { incoming: { authentication: 'password-encrypted', password: 'x' } },
    ],
    [
      'outgoing.authentication',
      { incoming: { password: 'x' }, outgoing: { authentication: 'none' } },
    ],
    ['incoming.password', { outgoing: { password: 'x' } }],
    [
      'outgoing.authentication',
      { incoming: { password: 'x' }, outgoing: { authentication: 'oauth2' } },
    ],
  ])('refuses a bad %s', async (field, changes) => {
    expect((await refusal(() => linkOf(annJson(changes)))).field).toBe(field)
  })

  it('writes the address so that versions that decode nothing find it', async () => {
    const link = await linkOf(
      annJson({
        identity: { address: "a.b_c-d+e#/?!'*~`{|}@example.com" },
        incoming: { password: 'x' },
      }),
    )
    expect(link).toMatch(
      /^dclogin:\/\/a\.b_c-d\+e%23%2F%3F%21%27%2A%7E%60%7B%7C%7D@example\.com\?p=x&v=1&/,
    )
  })

  it('sends a second password only when it differs', async () => {
    const same = { incoming: { password: 'one' }, outgoing: { password: 'one' } }
    const other = { incoming: { password: 'one' }, outgoing: { password: 'two' } }
    expect(parseDcLogin(await linkOf(annJson(same))).smtp.password).toBe('')
    expect(parseDcLogin(await linkOf(annJson(other))).smtp.password).toBe('two')
  })

  it('always has certificates checked, by old versions too', async () => {
    const link = await linkOf(annJson({ incoming: { password: 'x' } }))
    expect(link).toContain('&ic=1&')
    expect(link).toMatch(/&sc=1$/)
  })

  it('is complete but for the password for the page, with a way back where the app is missing', () => {
    const account = parseAccount(annJson())
    const password = `a+b%&;#" '🙂`
    const link = deltachatLink.page?.withoutPassword?.link(account, { publicUrl: PUBLIC_URL })
    const { before, after } = link ?? { before: '', after: '' }
    const intent = parseIntentUri(`${before}&p=${encodeURIComponent(password)}${after}`)
    expect(parseDcLogin(intent.data ?? '')).toMatchObject({
      address: 'ann@example.com',
      imap: { password, server: 'imap.example.com', port: 993 },
    })
    expect(intent.data?.startsWith(`${DELTACHAT_SCHEME}://`)).toBe(true)
    expect([...intent.extras]).toEqual([
      ['browser_fallback_url', { type: 'String', value: PUBLIC_URL }],
    ])
    expect(intent.package).toBeNull()
  })

  it('is given out without its password only to who asks for it so', async () => {
    const account = parseAccount(annJson())
    const { body } = await exportFormat('deltachat-link', account, { withoutPassword: true })
    const text = Buffer.from(body).toString()
    expect(text).toMatch(/^dclogin:\/\/ann@example\.com\?v=1&ih=/)
    expect(await refusalCode(() => parseDcLogin(text))).toBe('invalid_profile')
    expect(parseDcLogin(`${text}&p=x`).imap.password).toBe('x')
    const withOne = parseAccount(annJson({ incoming: { password: 'y' } }))
    const full = await exportFormat('deltachat-link', withOne, { withoutPassword: true })
    expect(parseDcLogin(Buffer.from(full.body).toString()).imap.password).toBe('y')
  })
})

describe('its reader', () => {
  it.each(vectors('deltachat-link', 'dclogin-decode'))('%s', async (_, { input, expected }) => {
    const read = () => parseDcLogin(input as string)
    if (expected['ok'] === true) expect(toVector(read())).toEqual(expected)
    else expect(await refusalCode(read)).toBe('invalid_profile')
  })

  it.each([
    ['DCLOGIN:me@example.com?p=x&v=1', true],
    ['dclogin://me@example.com?p=x&v=1&ic=3', true],
    ['dclogin://me@example.com?p=x&v=1&ic=4', false],
    ['dclogin://me@example.com?p=x&v=2', false],
    ['dclogin://me@example.com?p=x', false],
    ['dclogin://me@example.com?v=1', false],
    ['dclogin://me%20x@example.com?p=x&v=1', false],
    ['dclogin://me@?p=x&v=1', false],
    ['dclogin://me?p=x&v=1', false],
    ['dclogin://me@example.com?p=x&v=1&sp=-1', false],
    ['dcaccount:https://example.com', false],
    ['', false],
  ])('%s: %s', async (link, accepted) => {
    const read = () => parseDcLogin(link)
    if (accepted) expect(read).not.toThrow()
    else expect(await refusalCode(read)).toBe('invalid_profile')
  })
})

function toVector({ address, certificateChecks, imap, smtp }: DcLogin) {
  return { ok: true, address, certificateChecks, imap, smtp }
}
