import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFaults } from '../support/axe.js'
import type { PhpValues } from '../support/roundcube.js'
import { noWebmail, OURS, SHOW, webmailTab } from '../support/webmail-tab.js'

const MISSING = 'something is missing in the configuration'
const NOT_HERE = 'Phones cannot be set up for ann@example.test here'
const BUSY = 'Too many people are asking'
const SILENT = 'does not answer'
const AGAIN = 'could not be made. Please try again'

const TOKEN = '0aXkq3cTn5Zr8wQyLm2VdA'
const MADE = {
  url: `https://setup.example.com/i/${TOKEN}`,
  qr: `https://setup.example.com/i/${TOKEN}/qr.svg`,
  expiresAt: '2026-12-01T09:30:00.000Z',
}

interface Answer {
  readonly status: number
  readonly body: unknown
  /** Of the picture. */
  readonly picture?: string
}

describe.skipIf(noWebmail())('the plugin in Roundcube, when something is wrong', () => {
  const tab = webmailTab()
  const { openTab, press, linkOf, said, scan, count, configure } = tab

  const WRONG: readonly (readonly [string, PhpValues, said: string, logged: string])[] = [
    ['no address', { mailprofile_url: '' }, MISSING, 'mailprofile_url is no address with https'],
    [
      'an address that the key would go to in clear',
      { mailprofile_url: 'http://setup.example.com' },
      MISSING,
      'mailprofile_url is no address with https',
    ],
    ['no key', { mailprofile_key: '' }, MISSING, 'mailprofile_key is missing'],
    [
      'a wrong key',
      { mailprofile_key: 'mp_wrong' },
      MISSING,
      'the server answered 401, unauthorized',
    ],
    ['a certificate of an unknown authority', { mailprofile_ca: null }, SILENT, 'no answer: '],
    ['nobody at the address', { mailprofile_url: 'https://localhost:9' }, SILENT, 'no answer: '],
    [
      'a value that the server does not take',
      { mailprofile_expires: 1000 },
      MISSING,
      'the server answered 400, invalid_request',
    ],
  ]
  it.each(WRONG)(
    'tells of %s, and the operator in the log',
    async (_name, values, sentence, logged) => {
      configure(values)
      const page = await openTab()
      const before = errors().length
      await press(SHOW)
      expect(await page.getByRole('alert').innerText()).toContain(sentence)
      expect(errors().slice(before).join('\n')).toContain(`mailprofile: ${logged}`)
      configure({})
      await press('Try again')
      expect(await scan()).toBe(await linkOf())
    },
  )

  it('tells people of a domain that the key is not for', async () => {
    const before = await count()
    configure({ mailprofile_key: tab.webmail().server.otherKey })
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openTab({ colorScheme })
      await press(SHOW)
      expect(await said()).toContain(NOT_HERE)
      expect(await axeFaults(page, OURS)).toEqual([])
    }
    expect(await count()).toBe(before)
  })

  /** Lines that the operator looks at. */
  const errors = () =>
    tab
      .webmail()
      .roundcube.logs()
      .split('\n')
      .filter((line) => line.includes('PHP Error'))

  describe('with a server that answers otherwise', () => {
    let server: Server
    let answer: Answer | undefined
    const asked: IncomingMessage[] = []
    beforeAll(async () => {
      server = createServer((request, response) => {
        asked.push(request)
        request.resume()
        // Nothing at all.
        if (answer === undefined) return
        const { status, body, picture = '' } = answer
        if (request.url?.endsWith('/qr.svg') === true) {
          response.writeHead(picture === '' ? 500 : 200).end(picture)
          return
        }
        response.writeHead(status, { Location: '/elsewhere' })
        response.end(typeof body === 'string' ? body : JSON.stringify(body))
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
    })
    afterAll(() => {
      server.close()
      server.closeAllConnections()
    })

    const code = (status: number, name: string) => ({ status, body: { error: { code: name } } })
    const ANSWERS: readonly (readonly [string, Answer | undefined, string])[] = [
      ['unknown_domain', code(404, 'unknown_domain'), NOT_HERE],
      ['oauth_only', code(422, 'oauth_only'), NOT_HERE],
      ['too_many_requests', code(429, 'too_many_requests'), BUSY],
      ['overloaded', code(503, 'overloaded'), BUSY],
      ['store_unavailable', code(503, 'store_unavailable'), SILENT],
      ['idempotency_conflict', code(409, 'idempotency_conflict'), AGAIN],
      ['the error of a proxy', { status: 502, body: '<html>Bad Gateway</html>' }, SILENT],
      ['a redirection', { status: 302, body: '' }, AGAIN],
      ['no JSON', { status: 201, body: 'made' }, AGAIN],
      [
        'an address for a script',
        { status: 201, body: { ...MADE, url: 'javascript:alert(1)' } },
        AGAIN,
      ],
      ['a code that is none', { status: 201, body: { ...MADE, code: '<b>' } }, AGAIN],
      ['nothing within the time', undefined, SILENT],
    ]
    it.each(ANSWERS)('says what to do: %s', async (_name, given, sentence) => {
      answer = given
      configure(there())
      const page = await openTab()
      asked.length = 0
      await press(SHOW)
      expect(await page.getByRole('alert').innerText()).toContain(sentence)
      // A redirection is not followed: the key goes to no other place.
      expect(asked.map(({ url }) => url)).toEqual(['/api/v1/invitations'])
    })

    it('sends the same call again only where the first may have been made after all', async () => {
      configure(there())
      await openTab()
      const keys = async (given: Answer) => {
        answer = given
        asked.length = 0
        await press(/Show the code|Try again/)
        await press('Try again')
        return asked.map(({ headers }) => headers['idempotency-key'])
      }
      const lost = await keys(code(503, 'store_unavailable'))
      expect(lost[0]).toMatch(/^[0-9a-f]{64}$/)
      expect(lost[1]).toBe(lost[0])
      const refused = await keys(code(404, 'unknown_domain'))
      expect(refused[1]).not.toBe(refused[0])
    })

    it('shows the link alone where the picture does not come', async () => {
      for (const picture of ['', '<html><script>alert(1)</script></html>']) {
        answer = { status: 201, body: MADE, picture }
        configure(there())
        const page = await openTab()
        await press(SHOW)
        expect(await said()).toContain('The picture of the code cannot be shown')
        expect(await linkOf()).toBe(MADE.url)
        expect(await page.locator('.mailprofile-page img').count()).toBe(0)
      }
    })

    it('takes a picture for a picture, whatever it holds', async () => {
      const picture =
        '<svg xmlns="http://www.w3.org/2000/svg" onload="top.bad = 1"><script>top.bad = 1</script></svg>'
      answer = { status: 201, body: MADE, picture }
      configure(there())
      const page = await openTab()
      await press(SHOW)
      // What was pressed may still be on its way.
      await page.locator('img.mailprofile-picture').waitFor()
      expect(await page.evaluate('window.bad')).toBeUndefined()
    })

    const there = () => ({
      mailprofile_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      // Seconds: on a busy machine what comes is late.
      mailprofile_timeout: answer === undefined ? 1 : 60,
    })
  })

  it('logs neither keys nor links, addresses or passwords', () => {
    const { server, mail, roundcube } = tab.webmail()
    const logs = [roundcube.logs(), ...server.lines].join('\n')
    expect(logs).toContain('mailprofile: ')
    // Whole lines, so that a failure shows what was logged; “temp_” and an id's middle are no key.
    expect(logs.split('\n').filter((line) => /\bmp_[\w-]/.test(line))).toEqual([])
    expect(logs).not.toMatch(/\/i\/[\w-]{22}/)
    for (const { address, password } of Object.values(mail.mailboxes)) {
      expect(logs).not.toContain(address)
      expect(logs).not.toContain(password)
    }
  })
})
