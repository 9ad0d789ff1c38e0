import { gzipSync } from 'node:zlib'
import express, { type RequestHandler } from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { INVITATIONS, apiApp, helpdesk } from '../support/api.js'
import { recordingLogger, testApp } from '../support/app.js'
import { invitedApp } from '../support/invited-app.js'

// A program of somebody else's reads all bodies before any of its routes is asked.
const PARSERS: readonly (readonly [name: string, parsers: readonly RequestHandler[]])[] = [
  ['nothing', []],
  ['express.json and express.urlencoded', [express.json(), express.urlencoded()]],
  ['the same in its extended form', [express.json(), express.urlencoded({ extended: true })]],
  ['express.text', [express.text({ type: () => true })]],
  ['express.raw', [express.raw({ type: () => true })]],
]

describe.each(PARSERS)('mounted in an app that reads bodies by %s', (_name, parsers) => {
  const below = (app: RequestHandler) => {
    const site = express()
    for (const parser of parsers) site.use(parser)
    return site.use('/mail', app)
  }

  it('an invitation opens with its code, of which no try is lost', async () => {
    const { app, invite, invitations } = invitedApp({ baseUrl: 'https://x.example/mail' })
    const { token, id, code = '' } = await invite({ code: true })
    const answer = await request(below(app)).post(`/mail/i/${token}`).type('form').send({ code })
    expect([answer.status, answer.headers['location']]).toEqual([303, `/mail/i/${token}?show`])
    expect((await invitations.find(id))?.record.passcode).toBeUndefined()
  })

  it('a code that is typed twice is still none', async () => {
    const { app, invite } = invitedApp({ baseUrl: 'https://x.example/mail' })
    const { token, code = '' } = await invite({ code: true })
    const { status } = await request(below(app))
      .post(`/mail/i/${token}`)
      .type('form')
      .send(`code=000000&code=${code}`)
    expect(status).toBe(403)
  })

  it('the HTTP interface takes JSON, and refuses what it refuses', async () => {
    const { app } = apiApp()
    const post = (body: object) =>
      request(below(app))
        .post(`/mail${INVITATIONS}`)
        .set({ Authorization: `Bearer ${helpdesk.key}` })
        .send(body)
    const made = await post({ address: 'ann@btinternet.com', password: 'of Ann, pässword' })
    expect([made.status, made.text]).toEqual([201, expect.stringContaining('/i/')])
    const refused = await post({ address: 'ann@btinternet.com', pasword: 'x' })
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('“pasword”')])
  })

  it('Autodiscover answers', async () => {
    const { status, text } = await request(below(testApp()))
      .post('/mail/autodiscover/autodiscover.xml')
      .type('text/xml')
      .send(
        '<Autodiscover><Request><EMailAddress>ann@btinternet.com</EMailAddress></Request></Autodiscover>',
      )
    expect([status, text]).toEqual([200, expect.stringContaining('mail.btinternet.com')])
  })
})

// Of what is compressed or comes in chunks no header tells how long it is. What reads these here is made for no more.
it.each<[string, string, string]>([
  ['/mobileconfig', 'application/x-www-form-urlencoded', `password=${'x'.repeat(17_000)}`],
  ['/autodiscover/autodiscover.xml', 'text/xml', '<a>'.repeat(6000)],
  [INVITATIONS, 'application/json', JSON.stringify({ address: 'x'.repeat(17_000) })],
])('takes no longer bodies of %s where they were read before', async (path, type, body) => {
  const { app } = apiApp()
  const parsers: readonly (readonly RequestHandler[])[] = [
    [express.json(), express.urlencoded(), express.text({ type: 'text/xml' })],
    [express.raw({ type: () => true, limit: '1mb' })],
  ]
  for (const before of parsers) {
    const site = express()
    for (const parser of before) site.use(parser)
    const { status } = await request(site.use(app))
      .post(path)
      .set({ Authorization: `Bearer ${helpdesk.key}`, 'Content-Type': type })
      .set('Content-Encoding', 'gzip')
      .serialize((bytes) => bytes as string)
      .send(gzipSync(body))
    expect([before.length, status]).toEqual([before.length, 413])
  }
})

it('answers below a path and at the root, behind the routes of the app that holds it', async () => {
  const app = testApp({ baseUrl: 'https://x.example/devices' })
  const site = express()
  site.get('/', (_request, response) => void response.send('theirs'))
  site.use('/devices', app)
  site.use(app)
  const ask = async (path: string) => (await request(site).get(path)).text
  expect(await ask('/')).toBe('theirs')
  expect(await ask('/devices')).toContain('action="/devices/setup"')
  for (const path of ['/mail/config-v1.1.xml', '/.well-known/autoconfig/mail/config-v1.1.xml']) {
    expect(await ask(`${path}?emailaddress=ann@btinternet.com`)).toContain('<clientConfig')
  }
})

it('says in the log that a body was read before and not kept, and takes no try', async () => {
  const { logger, text } = recordingLogger()
  const { app, invite, invitations } = invitedApp({ logger })
  const { token, id, code = '' } = await invite({ code: true })
  const swallow: RequestHandler = (incoming, _response, next) => {
    incoming.resume().on('end', () => next())
  }
  const answer = await request(express().use(swallow, app))
    .post(`/i/${token}`)
    .type('form')
    .send({ code })
  expect(answer.status).toBe(500)
  expect(text()).toContain('bodyReadBefore')
  expect((await invitations.find(id))?.record.passcode?.triesLeft).toBe(5)
})
