import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formsOf } from '../support/secret-forms.js'
import { attributes, readable } from '../support/app.js'
import { IPHONE, PIXEL } from '../support/chromium.js'
import {
  HOUR,
  OUTGOING_PASSWORD,
  PASSWORD,
  startInvitedServer,
  type InvitedServer,
} from '../support/invited-server.js'

const DESK =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0'
const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'
const DEVICES = [
  ['an iPhone', IPHONE.userAgent],
  ['an Android phone', PIXEL.userAgent],
  ['a Mac', MAC],
  ['a computer', DESK],
] as const

describe('the pages of an invitation', () => {
  let server: InvitedServer
  beforeAll(async () => {
    server = await startInvitedServer({
      offeredBy: 'Example Mail',
      contact: '0800 1234',
      androidIntent: { scheme: 'examplemail' },
    })
  })
  afterAll(() => server.stop())

  async function page(path: string, userAgent: string = IPHONE.userAgent) {
    const headers = { Accept: 'text/html', 'User-Agent': userAgent }
    const response = await fetch(`${server.url}${path}`, { headers })
    const html = await response.text()
    return {
      html,
      text: readable(html).replace(/ ([.,])/g, '$1'),
      policy: response.headers.get('content-security-policy'),
    }
  }

  it.each(DEVICES)('hold no password in any form, on %s', async (_device, userAgent) => {
    for (const address of ['ann@btinternet.com', 'ann@fastmail.com']) {
      const { path } = await server.invite({ address, downloads: 2 })
      for (const rest of ['', '?show', '/formats/nonsense', '/formats/settings-sheet']) {
        const { html } = await page(`${path}${rest}`, userAgent)
        for (const secret of [PASSWORD, OUTGOING_PASSWORD]) {
          for (const form of formsOf(secret)) {
            expect(html).not.toContain(form)
          }
        }
      }
    }
  })

  it('tell first who offers what, for how long and how often, and link to nothing of it', async () => {
    const { path, token } = await server.invite()
    const { html, text, policy } = await page(path)
    expect(text).toContain('Mail for ann@btinternet.com is ready')
    expect(text).toContain('From Example Mail, for you alone. Ready until 4 July 2026.')
    expect(text).toContain('Works until 4 July 2026 at 12:00 UTC, for 5 downloads.')
    expect(text).toContain('From the first download on it works for 10 minutes.')
    expect(html.match(/<button/g)).toHaveLength(1)
    expect(html).toContain('<form method="post">')
    expect(html).not.toContain(token)
    const end = '2026-07-04T12:00:00.000Z'
    expect(attributes(html, 'datetime')).toEqual([end, end])
    expect(policy).not.toContain('connect-src')
  })

  it('tell how often it was used and until when it works', async () => {
    const { path } = await server.invite({ downloads: 3, window: 20 })
    const download = () => fetch(`${server.url}${path}/formats/k9-settings`)
    await download()
    const once = 'Used once, 2 downloads left, until 1 July 2026 at 12:20 UTC.'
    expect((await page(path)).text).toContain(once)
    expect((await page(`${path}?show`)).text).toContain(once)
    await download()
    expect((await page(`${path}?show`)).text).toContain('Used twice, one download left, until')
  })

  it.each(DEVICES)('say on %s that nothing has to be typed', async (_device, userAgent) => {
    const { path } = await server.invite({ address: 'ann@fastmail.com' })
    const { text, html, policy } = await page(`${path}?show`, userAgent)
    expect(text).toContain('Your password is inside: do not pass on what you download.')
    expect(text).toMatch(/You type no (?:mail )?password/)
    expect(text).not.toMatch(/holds? (?:the settings, but )?no password/)
    // Whoever types all values into an app of their own has to know the password, and is told so.
    const typed =
      /<details class="app" name="app" id="app-(?:gmail|samsung|outlook|other)"[^]*?<\/details>/g
    for (const part of html.match(typed) ?? []) {
      expect(readable(part)).toContain('for this way you have to know it')
    }
    expect(readable(html.replace(typed, ''))).not.toMatch(/[Tt]ype your (?:app|mail) password/)
    expect(text).not.toMatch(/You need an app password|this page never does|sends it nowhere/)
    if (userAgent === IPHONE.userAgent || userAgent === MAC) {
      expect(text).toMatch(/The (?:device|Mac) refuses to replace an older profile\?/)
    }
    expect(html).not.toContain('type="password"')
    // The fragment of a link that opens another app leads to the ordinary page, without the token.
    expect(html).not.toMatch(/intent:[^"]*%2Fi%2F/)
    expect(policy).toMatch(/;connect-src 'self'$/)
  })

  it('say that something has to be typed where the invitation has no password', async () => {
    const { path } = await server.invite({ password: undefined, outgoingPassword: undefined })
    const { text } = await page(`${path}?show`, PIXEL.userAgent)
    expect(text).toContain('holds no password')
    expect(text).toContain('type your mail password')
    expect(text).not.toMatch(/You type no (?:mail )?password|password is inside/)
    expect(text).toContain('Works until')
  })

  it.each([
    [
      'an Android phone',
      PIXEL.userAgent,
      ['k9-settings', 'fairemail-profile', 'deltachat-link', 'settings-sheet'],
    ],
    ['an iPhone', IPHONE.userAgent, ['apple-profile', 'settings-sheet']],
    ['a computer', DESK, ['thunderbird-qr', 'settings-sheet']],
  ])(
    'have links under the token on %s, counted codes behind a tap',
    async (_device, agent, ids) => {
      const { path } = await server.invite()
      const { html } = await page(`${path}?show`, agent)
      const links = attributes(html, 'href').filter((href) => href.includes('/formats/'))
      const query = (id: string) => `?language=en${id === 'thunderbird-qr' ? '&as=png' : ''}`
      expect(new Set(links)).toEqual(new Set(ids.map((id) => `${path}/formats/${id}${query(id)}`)))
      // A computer's is drawn in the page, besides.
      expect(attributes(html, 'href').filter((href) => href.startsWith(`${path}/qr`))).toEqual([
        `${path}/qr.png`,
        `${path}/qr.svg`,
      ])
      const shown = attributes(html, 'src').filter((src) => src.startsWith('/i/'))
      // On an Android phone one is for paper, loaded when it is printed.
      const printed = agent.includes('Android') ? [`${path}/qr.svg`] : []
      expect(shown).toEqual(agent === DESK ? [] : [...printed, `${path}/qr.png`])
      expect(html.includes('<use href="#drawn-code"/>')).toBe(agent === DESK)
    },
  )

  it.each([
    ['spent', 'This link has been used', 'If that was somebody else, tell Example Mail at once'],
    ['expired', 'This link has expired', 'It was never used. Call Example Mail (0800 1234)'],
    ['revoked', 'This link was withdrawn', 'It was never used. Call Example Mail (0800 1234)'],
  ] as const)('tell the holder of one that is %s', async (state, title, hint) => {
    const { path, id } = await server.invite({ downloads: 1, expires: 1 })
    if (state === 'spent') await fetch(`${server.url}${path}/formats/k9-settings`)
    if (state === 'expired') server.pass(HOUR)
    if (state === 'revoked') await server.invitations.revoke(id, 'cli')
    for (const rest of ['', '?show', '/formats/k9-settings']) {
      const { html, text } = await page(`${path}${rest}`)
      expect(text).toContain(title)
      expect(text).toContain('0800 1234')
      expect(text).toContain(`invitation_${state} (410)`)
      if (state === 'spent') {
        expect(text).toContain('It was first used on 1 July 2026')
        expect(text).toContain('Was it somebody else?')
        expect(attributes(html, 'datetime')).toHaveLength(1)
      } else expect(text).toContain('It was never used.')
      expect(html).not.toContain('btinternet')
    }
    const plain = await fetch(`${server.url}${path}`)
    expect(await plain.text()).toMatch(
      new RegExp(`^invitation_${state}: ${title}\\. .*${hint.replace(/[()]/g, '\\$&')}`),
    )
  })
})
