import { describe, expect, it } from 'vitest'
import { appleProfile } from '../../src/formats/apple-profile/apple-profile.js'
import { formats } from '../../src/formats/index.js'
import { settingsSheet } from '../../src/formats/settings-sheet/settings-sheet.js'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import { attributes } from '../support/app.js'
import { refusalCode } from '../support/errors.js'
import { invitedApp } from '../support/invited-app.js'
import { listeningPort } from '../support/listening-port.js'
import { ask, type WireAnswer } from '../support/wire.js'

const HTML = ['Accept: text/html']

const { app, invite } = invitedApp()
const port = listeningPort(app)

describe('names that mean something to somebody', () => {
  // To HTML, templates, spreadsheets, shells, headers, plists, vCards and URIs.
  const NAMES = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</title><svg/onload=alert(1)>',
    '<%= process.env %>',
    '{{7*7}} ${7*7} #{7*7}',
    '=HYPERLINK("http://evil.example","x")',
    '+1+1|cmd',
    "-2+3+cmd|' /C calc'!A0",
    '@SUM(1+1)*cmd',
    ']]><string>x</string><![CDATA[',
    '&lt;b&gt; &#0; &amp;',
    'a;b=c"; filename="evil.exe',
    '../../etc/passwd',
    '$(id) `id` | id; id',
    'javascript:alert(1)//',
    '__proto__',
  ]
  const REFUSED = [
    'a\r\nX-Injected: 1',
    'a\nb',
    'a\rb',
    'a\0b',
    'a\u0085b',
    '\ud800',
    'a'.repeat(2000),
  ]
  const NAME_OF_FILE = /^Content-Disposition: attachment; filename="[A-Za-z0-9][A-Za-z0-9.@_+-]*"$/

  function expectHarmless({ status, head, body }: WireAnswer): void {
    expect(status).toBe(200)
    const disposition = head.filter((line) => line.startsWith('Content-Disposition:'))
    for (const line of disposition) expect(line).toMatch(NAME_OF_FILE)
    expect(head.join('\n')).not.toMatch(/alert|evil|X-Injected|HYPERLINK|cmd|passwd/)
    const type = head.find((line) => line.startsWith('Content-Type:')) ?? ''
    expect(type).not.toMatch(/csv/)
    if (!type.includes('html')) {
      // No browser takes it for a page, whatever it holds.
      expect(head).toContain('X-Content-Type-Options: nosniff')
      return
    }
    const html = body.toString()
    expect(html).not.toMatch(/<script>|<img src=x|<svg|onerror=alert\(1\)>|<string>/)
    for (const script of html.match(/<script[^>]*>/g) ?? []) {
      expect(script).toMatch(
        /^<script src="\/public\/\w+\.js\?v=\w+" integrity="[^"]+" defer blocking="render">$/,
      )
    }
    const links = [
      ...attributes(html, 'href'),
      ...attributes(html, 'src'),
      ...attributes(html, 'action'),
    ]
    for (const link of links) expect(link).not.toMatch(/^\s*(?:javascript|data|vbscript):/i)
  }

  it.each(NAMES)('are only names: %s', async (name) => {
    const query = `?address=ann@btinternet.com&name=${encodeURIComponent(name)}`
    const targets = [`/setup${query}`, `/setup/qr.svg${query}`]
    const whole = NAMES.indexOf(name) < 4 ? formats : [appleProfile, settingsSheet]
    for (const { id } of whole) targets.push(`/formats/${id}${query}`)
    for (const target of targets) {
      const answer = await ask(port(), target, { headers: HTML })
      // A format that cannot carry a name says so.
      if (answer.status !== 422) expectHarmless(answer)
    }
    const invited = await invite({ downloads: 20 }, { name })
    const link = `/i/${invited.token}`
    for (const target of [
      link,
      `${link}?show`,
      `${link}/qr.svg`,
      `${link}/formats/apple-profile`,
    ]) {
      expectHarmless(await ask(port(), target, { headers: HTML }))
    }
  })

  it.each(REFUSED)('are refused: %j', async (name) => {
    const query = `?address=ann@btinternet.com&name=${encode(name)}`
    for (const target of [`/setup${query}`, `/formats/apple-profile${query}`]) {
      const { status, head } = await ask(port(), target)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
      expect(head.join('\n')).not.toContain('X-Injected')
    }
    expect(
      await refusalCode(() => parseInvitedPerson({ address: 'ann@btinternet.com', name })),
    ).toBe('invalid_request')
  })

  it.each([
    '"ann"@btinternet.com',
    'a"b@btinternet.com',
    "=1+1'@btinternet.com",
    '../../x@btinternet.com',
    'a;filename=evil.exe@btinternet.com',
    '<script>@btinternet.com',
    'ann@btinternet.com\r\nX-Injected: 1',
    'ann%0d%0aX-Injected:1@btinternet.com',
    '.htaccess@btinternet.com',
    'CON@btinternet.com',
  ])('give no name to a file: %j', async (address) => {
    const { status, head } = await ask(
      port(),
      `/formats/apple-profile?address=${encodeURIComponent(address)}`,
    )
    const disposition = head.filter((line) => line.startsWith('Content-Disposition:'))
    expect(disposition).toHaveLength(status === 200 ? 1 : 0)
    for (const line of disposition) expect(line).toMatch(NAME_OF_FILE)
    expect(head.join('\n')).not.toMatch(/X-Injected|evil\.exe"/)
  })
})

// Lone surrogates have no encoding of their own: the bytes that some programs send for them.
function encode(text: string): string {
  return text === '\ud800' ? '%ed%a0%80' : encodeURIComponent(text)
}
