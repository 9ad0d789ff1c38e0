import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { createApiKey, hashApiKey } from '../../src/http/api/key.js'
import { createTestChain } from '../support/certificates.js'
import { parseMails } from '../support/parse-mails.js'
import { isMissing } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { startScriptedSmtp, type ScriptedSmtp } from '../support/scripted-smtp.js'
import { withFreePorts } from '../support/free-ports.js'
import { startServer, type RunningServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const ANN = { address: 'ann@btinternet.com', password: 'planted-password' }
const TO = 'ann.private@example.org'

interface Answer {
  readonly status: number
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

/** The program, as an operator runs it, with a key that may send and one that may not. */
async function serve(delivery: string, limits = '{ key: 100000, send: 100000 }') {
  const folder = temporaryFolder()
  const [sender, helpdesk] = [createApiKey(randomBytes), createApiKey(randomBytes)]
  const chain = createTestChain(folder, 'P-256')
  writeFileSync(join(folder, 'fullchain.pem'), chain.fullChain)
  writeFileSync(join(folder, 'privkey.pem'), chain.key, { mode: 0o600 })
  writeFileSync(
    join(folder, 'mailprofile.yaml'),
    `baseUrl: https://setup.example.com
signing: { certificate: fullchain.pem, key: privkey.pem }
store: 'sqlite:data/mailprofile.db'
trustProxy: [127.0.0.1]
log: { level: trace }
limits: ${limits}
api:
  keys:
    - { name: sender, hash: '${hashApiKey(sender)}', scopes: [invitations:write, invitations:send] }
    - { name: helpdesk, hash: '${hashApiKey(helpdesk)}' }
delivery:
  retries: 0
  timeout: 5
  perSecond: 1000
  ${delivery.replaceAll('\n', '\n  ')}
`,
  )
  const server = await withFreePorts(['http'], async ({ http }): Promise<RunningServer> => ({
    ...(await startServer(['--port', String(http)], { cwd: folder })),
    url: `http://127.0.0.1:${http}`,
  }))
  ends.push(() => server.stop())
  const invite = async (body: object, key = sender): Promise<Answer> => {
    const response = await fetch(`${server.url}/api/v1/invitations`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...ANN, send: true, deliverTo: TO, ...body }),
    })
    const text = await response.text()
    return { status: response.status, text, json: JSON.parse(text) as Answer['json'] }
  }
  const ready = async () => (await fetch(`${server.url}/readyz`)).text()
  return { server, invite, sender, helpdesk, ready }
}

async function mailServer(
  script: Parameters<typeof startScriptedSmtp>[0] = {},
): Promise<ScriptedSmtp & { readonly yaml: string }> {
  const server = await startScriptedSmtp(script)
  ends.push(() => server.stop())
  const yaml = `smtp: { host: 127.0.0.1, port: ${server.port} }\nfrom: setup@example.com`
  return Object.assign(server, { yaml })
}

/** A web server that answers every call in one way. */
async function webServer(status: number, headers: Readonly<Record<string, string>> = {}) {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(body)
      response.writeHead(status, headers).end(body)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  ends.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/call`
  const yaml = (more = '') =>
    `webhook: { url: '${url}'${more} }\nsecret: planted-secret-that-nobody-guesses`
  return { bodies, url, yaml }
}

/** The mails that arrived, as bytes. */
function mailsOf({ arrived }: ScriptedSmtp): Buffer[] {
  return arrived.map((mail) => Buffer.from(mail.replace(/^\.\./gm, '.'), 'latin1'))
}

promise(
  'A key without invitations:send sends nothing to anybody, and one with it nothing but invitations, to one address at a time, in the allowed domains, so many a minute.',
  () => {
    it('however a stolen key is used', async () => {
      const smtp = await mailServer()
      const { invite, helpdesk } = await serve(
        `${smtp.yaml}\nallowedDomains: [example.org]`,
        '{ key: 100000, send: 30 }',
      )
      expect((await invite({}, helpdesk)).status).toBe(403)
      const others = [
        'a@example.org,b@example.net',
        'a@example.org b@example.net',
        'a@example.org>\r\nRCPT TO:<b@example.net',
        'a%example.net@example.org',
        'example.net!a@example.org',
        '@example.org:a@example.net',
        'list: a@example.net;',
        'a@example.net',
        'a@example.net\u3002example.org',
        ANN.address,
        ['a@example.org', 'b@example.org'],
        { address: 'a@example.org' },
      ]
      for (const deliverTo of others) {
        expect([403, 400]).toContain((await invite({ deliverTo })).status)
      }
      for (const field of ['subject', 'text', 'html', 'from', 'bcc', 'headers']) {
        expect((await invite({ [field]: 'Buy this' })).status).toBe(400)
      }
      expect(smtp.arrived).toEqual([])
      const statuses = []
      for (let i = 0; i < 30; i++) statuses.push((await invite({})).status)
      expect(statuses).toContain(201)
      expect(statuses.at(-1)).toBe(429)
      expect(smtp.arrived.length).toBeLessThanOrEqual(30)
      const recipients = smtp.commands.filter((line) => line.startsWith('RCPT'))
      expect(new Set(recipients)).toEqual(new Set([`RCPT TO:<${TO}>`]))
    })
  },
)

promise(
  'Whatever names, addresses and languages hold, a mail has the header lines, the one recipient and the two parts that every mail has.',
  () => {
    it.skipIf(isMissing('python3'))(
      'as a parser that is not ours reads them',
      async () => {
        const smtp = await mailServer()
        const { invite } = await serve(smtp.yaml)
        expect((await invite({})).status).toBe(201)
        const line = fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          '\u2028',
          '\u0085',
          '%0d%0a',
          '=0D=0A',
          '\\r\\n',
        )
        const header = fc.constantFrom(
          'Bcc: b@example.net',
          'Subject: x',
          '.',
          '--x',
          '<b@example.net>',
          '"',
          ',',
        )
        const hostile = fc
          .array(fc.oneof(line, header, fc.string({ unit: 'grapheme', maxLength: 20 })), {
            maxLength: 5,
          })
          .map((parts) => parts.join(''))
        const given = fc.sample(
          fc.record({
            name: hostile,
            language: fc.oneof(hostile, fc.constantFrom('ar', 'ja', 'de-CH')),
            deliverTo: fc.oneof(
              hostile,
              hostile.map((text) => `${text}@example.org`),
              fc.constant(TO),
            ),
          }),
          { numRuns: 60, seed: 17 },
        )
        const named = [
          '=?utf-8?q?A=0D=0ABcc:_b=40example.net?=',
          'A" <b@example.net>',
          'A, b@example.net',
        ]
        const all = [...given, ...named.map((name) => ({ name, language: 'en', deliverTo: TO }))]
        for (const body of all) expect([201, 400]).toContain((await invite(body)).status)
        const [usual, ...mails] = parseMails(mailsOf(smtp))
        expect(mails.length).toBeGreaterThan(named.length)
        for (const mail of mails) {
          expect(mail.headers.map(([name]) => name)).toEqual(usual?.headers.map(([name]) => name))
          expect(mail.addresses.map(([name]) => name)).toEqual(['from', 'to'])
          expect(mail.parts.map(({ type }) => type)).toEqual(['text/plain', 'text/html'])
        }
        const recipients = smtp.commands.filter((line) => line.startsWith('RCPT'))
        expect(recipients).toHaveLength(mails.length + 1)
        for (const recipient of recipients)
          expect(recipient).toMatch(/^RCPT TO:<[^<>\s,]+@[a-z0-9.-]+>$/)
      },
      60_000,
    )
  },
)

promise(
  'The link and the code of an invitation, and to whom it is sent, stand in no log, error or /readyz, whatever the next server quotes.',
  () => {
    const quoted = (text: string) =>
      [TO, 'ann.private', '@btinternet.com', '/i/', 'planted'].filter((part) => text.includes(part))

    it('for a mail server that quotes all that it was sent', async () => {
      // What it may quote of the mail itself, the test cannot know before: so all of the envelope, and more.
      const reply = `554 5.7.1 <${TO}> ${TO.toUpperCase()} https://setup.example.com/i/ ann.private planted`
      const smtp = await mailServer({
        end: [reply, 'close', '250 ok'],
        rcpt: ['250 ok', '250 ok', reply],
      })
      const { server, invite, ready } = await serve(smtp.yaml)
      const told: string[] = []
      const links: string[] = []
      for (let i = 0; i < 4; i++) {
        const { json } = await invite({ code: true })
        links.push(String(json['url']), String(json['code']))
        told.push(JSON.stringify(json['delivery']).replaceAll('planted', ''))
        told.push(await ready())
      }
      await expect
        .poll(() => server.lines.join('\n').match(/An invitation was not sent\./g)?.length)
        .toBe(4)
      const log = server.lines.join('\n')
      expect(log).toContain('"domain":"example.org"')
      for (const text of [log.replaceAll('planted', ''), ...told]) expect(quoted(text)).toEqual([])
      for (const secret of links) {
        const token = secret.split('/').at(-1) ?? ''
        for (const text of [log, ...told]) expect(text).not.toContain(token)
      }
    })

    it('for a webhook that answers with what it got, or is away', async () => {
      const web = await webServer(500)
      const { server, invite, ready } = await serve(web.yaml(', passcodes: true'))
      const { json } = await invite({ code: true })
      const token = String(json['url']).slice(-22)
      for (const text of [
        server.lines.join('\n'),
        await ready(),
        JSON.stringify(json['delivery']),
      ]) {
        expect(quoted(text)).toEqual([])
        expect(text).not.toContain(token)
        expect(text).not.toContain(String(json['code']))
      }
    })
  },
)

promise('A webhook’s answer leads to no other server: redirects are not followed.', () => {
  it.each([301, 302, 303, 307, 308])('with %d', async (status) => {
    const inside = await webServer(200)
    const web = await webServer(status, { Location: inside.url })
    const { invite } = await serve(web.yaml())
    expect((await invite({})).json['delivery']).toMatchObject({ state: 'failed' })
    expect([web.bodies.length, inside.bodies.length]).toEqual([1, 0])
  })
})

promise('No mail and no webhook’s first call holds a password or a code.', () => {
  it('whatever the invitation has', async () => {
    const smtp = await mailServer()
    const byMail = await serve(smtp.yaml)
    const code = String(
      (await byMail.invite({ code: true, outgoingPassword: 'planted-2' })).json['code'],
    )
    const [mail] = isMissing('python3') ? [] : parseMails(mailsOf(smtp))
    const read =
      (mail?.parts ?? []).map(({ content }) => content).join('\n') + smtp.arrived.join('\n')
    expect(read).not.toMatch(/planted/)
    expect(read).not.toContain(code)
    const web = await webServer(200)
    const byHook = await serve(web.yaml(', passcodes: true'))
    const second = String((await byHook.invite({ code: true })).json['code'])
    expect(web.bodies).toHaveLength(2)
    expect(web.bodies.join('')).not.toContain('planted')
    expect(web.bodies.map((body) => body.includes(second))).toEqual([false, true])
  })
})
