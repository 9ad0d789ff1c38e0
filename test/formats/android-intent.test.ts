import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { androidIntent } from '../../src/formats/android-intent/android-intent.js'
import { exportFormat } from '../../src/formats/export.js'
import { parseAndroidIntent } from '../../src/formats/android-intent/reader.js'
import { parseDcLogin } from '../../src/formats/deltachat-link/reader.js'
import { parseIntentUri } from '../../src/formats/intent-uri.js'
import { chromeOutcome } from '../readers/chrome-intent.js'
import { annJson } from '../support/accounts.js'
import { refusal, refusalCode } from '../support/errors.js'
import { vectors } from '../support/vectors.js'

const PUBLIC_URL = 'https://setup.example.com/setup?address=ann%40example.com&name=Ann%20%26%20Ed#x'
const CONTEXT = { publicUrl: PUBLIC_URL }
const EVERYTHING = {
  ...annJson({ accountName: 'Example Mail' }),
  calendar: { url: 'https://dav.example.com/cal/' },
  contacts: { url: 'https://dav.example.com/card/' },
}

describe('the link for an app of the operator', () => {
  it('has the extras that docs/android-intent.md names, of those types', () => {
    const docs = readFileSync(new URL('../../docs/android-intent.md', import.meta.url), 'utf8')
    const documented = [...docs.matchAll(/^\| (`[^|]+`) +\| (int|text) +\|/gm)].flatMap(
      ([, names = '', type = '']) =>
        [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [
          name,
          type === 'int' ? 'Integer' : 'String',
        ]),
    )
    const { extras } = parseIntentUri(androidIntent.render(parseAccount(EVERYTHING), CONTEXT))
    const sent = [...extras].map(([name, { type }]) => [name, type])
    expect(sent.sort()).toEqual([...documented, ['browser_fallback_url', 'String']].sort())
  })

  it('is VIEW of mailprofile://account, without a package, unless the operator says more', () => {
    const account = parseAccount(annJson())
    expect(parseIntentUri(androidIntent.render(account, CONTEXT))).toMatchObject({
      action: 'android.intent.action.VIEW',
      data: 'mailprofile://account',
      package: null,
    })
    const target = { action: 'com.example.SETUP', scheme: 'examplemail', package: 'com.example' }
    const link = androidIntent.render(account, { ...CONTEXT, androidIntent: target })
    expect(parseIntentUri(link)).toMatchObject({
      action: 'com.example.SETUP',
      data: 'examplemail://account',
      package: 'com.example',
    })
  })

  it('leads back to the setup page where there is no such app', () => {
    const uri = androidIntent.render(parseAccount(annJson()), CONTEXT)
    expect(chromeOutcome({ uri, userGesture: true, appResolves: false })).toEqual({
      kind: 'page',
      url: PUBLIC_URL,
    })
    expect(chromeOutcome({ uri, userGesture: true, appResolves: true })).toEqual({ kind: 'app' })
  })

  it('needs that page', async () => {
    const render = () => exportFormat('android-intent', parseAccount(annJson()))
    expect(await refusalCode(render)).toBe('base_url_required')
  })

  it.each(['Examplemail', 'a b', '', 'a;S.x=1'])('refuses the scheme %j', async (scheme) => {
    const render = () =>
      exportFormat('android-intent', parseAccount(annJson()), {
        ...CONTEXT,
        androidIntent: { scheme },
      })
    expect(await refusal(render)).toMatchObject({
      code: 'invalid_request',
      field: 'androidIntent.scheme',
    })
  })

  it('never holds a password', () => {
    const account = parseAccount(
      annJson({ incoming: { password: 'Wachtwoord1' }, outgoing: { password: 'Wachtwoord2' } }),
    )
    expect(androidIntent.render(account, CONTEXT)).not.toContain('Wachtwoord')
    expect(androidIntent.containsSecret(account, CONTEXT)).toBe(false)
  })
})

describe('the same with the scheme of Delta Chat', () => {
  const context = { ...CONTEXT, androidIntent: { scheme: 'dclogin' } }

  it("is Delta Chat's link, password and all, and the page behind it has none", () => {
    const account = parseAccount(annJson({ incoming: { password: 'a+b;c#d' } }))
    const { data, extras } = parseIntentUri(androidIntent.render(account, context))
    expect(parseDcLogin(data ?? '').imap.password).toBe('a+b;c#d')
    expect([...extras]).toEqual([['browser_fallback_url', { type: 'String', value: PUBLIC_URL }]])
    expect(androidIntent.containsSecret(account, context)).toBe(true)
  })

  it('is refused like it', async () => {
    const account = parseAccount(annJson())
    const error = await refusal(() => exportFormat('android-intent', account, context))
    expect(error).toMatchObject({ code: 'unsupported_account', field: 'incoming.password' })
  })
})

describe('its reader', () => {
  const link = androidIntent.render(parseAccount(annJson()), CONTEXT)

  it.each([
    ['another version', link.replace('i.version=1', 'i.version=2')],
    ['a version that is text', link.replace('i.version', 'S.version')],
    ['no address', link.replace('S.address', 'S.adress')],
    ['a port that is text', link.replace('i.incoming.port', 'S.incoming.port')],
    ['a way back that is no page', link.replace(/_url=https/, '_url=javascript')],
    ['no intent', 'https://example.com'],
  ])('refuses %s', async (_, changed) => {
    expect(await refusalCode(() => parseAndroidIntent(changed))).toBe('invalid_profile')
  })

  it.each(vectors('android-intent', 'intent-uri-parse'))(
    'shows what Android reads from %s',
    async (_, { input, expected }) => {
      const inspect = () => androidIntent.inspect(input as string)
      if (expected['error'] !== undefined) {
        expect(await refusalCode(inspect)).toBe('invalid_profile')
        return
      }
      const { sections, warnings } = await inspect()
      expect(sections[0]?.rows).toContainEqual(['Action', expected['action']])
      expect(warnings).toHaveLength(1)
    },
  )

  it('shows no password of any link', async () => {
    const uri = 'intent://a@b.example?p=geheim1&v=1&spw=geheim2#Intent;S.password=geheim3;end'
    const shown = JSON.stringify(await androidIntent.inspect(uri))
    expect(shown).toContain('a@b.example')
    expect(shown).not.toContain('geheim')
  })
})
