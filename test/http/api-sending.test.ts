import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Delivery, InvitationMessage } from '../../src/delivery/delivery.js'
import { MailProfileError, type ErrorCode } from '../../src/errors.js'
import { NO_LIMITS } from '../../src/http/middleware/limits.js'
import { Invitations } from '../../src/invitations/invitations.js'
import type { Store } from '../../src/invitations/store.js'
import { createLimits } from '../../src/server/rate-limits.js'
import { DEFAULT_LIMITS } from '../../src/config/default-limits.js'
import { parseAddress } from '../../src/account/address.js'
import { ANN, apiApp, call, helpdesk, INVITATIONS, testKey } from '../support/api.js'
import { openTestStore } from '../support/open-test-store.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const sender = testKey('sender', {
  scopes: ['invitations:write', 'invitations:read', 'invitations:send'],
})
const SEND = { ...ANN, send: true, deliverTo: 'ann.private@example.org' }

/** Takes everything, or refuses with each of these in turn. */
function fakeDelivery(codes: readonly (ErrorCode | undefined)[] = []) {
  const sent: InvitationMessage[] = []
  const delivery: Delivery = {
    recipients: { kind: 'addresses' },
    send(message) {
      const code = codes[sent.length]
      sent.push(message)
      if (code === undefined) return Promise.resolve({ response: '250 Ok' })
      return Promise.reject(new MailProfileError(code, 'No.', { hint: 'Hm.' }))
    },
  }
  return { sent, delivery }
}

function sendingApp(codes?: readonly (ErrorCode | undefined)[], changes = {}) {
  const { sent, delivery } = fakeDelivery(codes)
  return { sent, ...apiApp({ apiKeys: [sender.entry, helpdesk.entry], delivery, ...changes }) }
}

function post(
  app: ReturnType<typeof apiApp>['app'],
  body: object,
  idempotencyKey?: string,
  key = sender.key,
) {
  const headers = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }
  return call(app, 'post', INVITATIONS, { key, body, headers })
}

describe('POST /api/v1/invitations with send', () => {
  it('sends the link, and says what became of it', async () => {
    const { app, sent, events } = sendingApp()
    const { status, json } = await post(app, { ...SEND, name: 'Ann', language: 'de', code: true })
    expect(status).toBe(201)
    expect(json['delivery']).toEqual({ state: 'sent', repeated: false, response: '250 Ok' })
    expect(sent).toEqual([
      {
        id: json['id'],
        url: json['url'],
        deliverTo: SEND.deliverTo,
        address: ANN.address,
        name: 'Ann',
        language: 'de',
        expiresAt: new Date(String(json['expiresAt'])),
        passcode: json['code'],
      },
    ])
    expect(events.map(({ event }) => event)).toEqual(['made', 'sent'])
    const shown = await call(app, 'get', `${INVITATIONS}/${String(json['id'])}`, {
      key: sender.key,
    })
    expect(shown.json['delivery']).toMatchObject({ state: 'sent' })
  })

  it.each([
    ['delivery_failed', 'failed'],
    ['delivery_unavailable', 'failed'],
    ['delivery_uncertain', 'uncertain'],
  ] as const)('is 201 with %s, because the invitation is there', async (code, state) => {
    const { app, events } = sendingApp([code])
    const { status, json } = await post(app, SEND)
    expect(status).toBe(201)
    expect(json).toMatchObject({
      url: expect.stringContaining('/i/') as string,
      delivery: { state, repeated: false, error: { code, message: 'No.', hint: 'Hm.' } },
    })
    expect(events.map(({ event }) => event)).toEqual(['made', 'unsent'])
  })

  it.each([
    ['a key without the scope', SEND, helpdesk.key, 403, 'forbidden'],
    [
      'the mailbox itself',
      { ...SEND, deliverTo: ANN.address.toUpperCase() },
      sender.key,
      400,
      'invalid_request',
    ],
    [
      'two addresses',
      { ...SEND, deliverTo: 'a@example.org,b@example.org' },
      sender.key,
      400,
      'invalid_request',
    ],
    ['no address', { ...SEND, deliverTo: undefined }, sender.key, 400, 'invalid_request'],
    ['an address without send', { ...SEND, send: undefined }, sender.key, 400, 'invalid_request'],
  ])('makes nothing with %s', async (_what, body, key, status, code) => {
    const { app, sent, invitations } = sendingApp()
    const answer = await post(app, body, undefined, key)
    expect([answer.status, (answer.json['error'] as { code: string }).code]).toEqual([status, code])
    expect(sent).toEqual([])
    expect((await invitations.list({ limit: 5 })).invitations).toEqual([])
  })

  it('knows the aliases of a mailbox', async () => {
    const people = { find: () => Promise.resolve({ aliases: [parseAddress(SEND.deliverTo)] }) }
    const { app, sent } = sendingApp([], { people })
    expect((await post(app, SEND)).status).toBe(400)
    expect(sent).toEqual([])
  })

  it('needs a way to send', async () => {
    const { app } = sendingApp([], { delivery: undefined })
    const { status, text } = await post(app, SEND)
    expect([status, text]).toEqual([400, expect.stringContaining('sends nothing')])
  })

  it('is limited for each key, apart from its other calls', async () => {
    const limits = await createLimits({ limits: { ...DEFAULT_LIMITS, send: 2 } })
    const { app, sent } = sendingApp([], {
      limits: { ...NO_LIMITS, send: limits.send.bind(limits) },
    })
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await post(app, SEND)).status)
    statuses.push((await post(app, ANN)).status)
    expect(statuses).toEqual([201, 201, 429, 429, 201])
    expect(sent).toHaveLength(2)
    await limits.close()
  })
})

describe('the same call', () => {
  it('sends once, however often it comes', async () => {
    const { app, sent } = sendingApp()
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(app, SEND, 'k')))
    answers.push(await post(app, SEND, 'k'))
    expect(sent).toHaveLength(1)
    expect(new Set(answers.map(({ json }) => json['url'])).size).toBe(1)
    expect(answers.at(-1)?.json['delivery'] as object).toEqual({ state: 'sent', repeated: true })
  })

  it('is another with another address', async () => {
    const { app, sent } = sendingApp()
    await post(app, SEND, 'k')
    expect((await post(app, { ...SEND, deliverTo: 'b@example.org' }, 'k')).status).toBe(409)
    expect((await post(app, ANN, 'k')).status).toBe(409)
    expect(sent).toHaveLength(1)
  })

  it('sends again what has failed, and not what may have been sent', async () => {
    const { app, sent } = sendingApp(['delivery_unavailable', 'delivery_uncertain'])
    const states = []
    for (let i = 0; i < 4; i++) {
      const { json } = await post(app, SEND, 'k')
      const { state, repeated } = json['delivery'] as { state: string; repeated: boolean }
      states.push([state, repeated])
    }
    expect(states).toEqual([
      ['failed', false],
      ['uncertain', false],
      ['uncertain', true],
      ['uncertain', true],
    ])
    expect(new Set(sent.map(({ url }) => url)).size).toBe(1)
    expect(sent).toHaveLength(2)
  })

  it('sends nothing where a program ended between the two steps of the first', async () => {
    const { app, sent, store } = sendingApp(['delivery_unavailable'])
    const { json } = await post(app, SEND, 'k')
    await store.beginSending(String(json['id']))
    const repeated = await post(app, SEND, 'k')
    expect(repeated.json['delivery']).toMatchObject({ state: 'uncertain', repeated: true })
    expect(sent).toHaveLength(1)
  })

  describe.skipIf(isMissing('redis-server'))('on several servers with one Redis', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailprofile-test-'))
    let redis: RedisServer | undefined
    const stores: Store[] = []
    beforeAll(async () => {
      redis = await startRedis({ folder })
      for (let i = 0; i < 3; i++) stores.push(await openTestStore(redis.url))
    })
    afterAll(async () => {
      await Promise.all(stores.map((store) => store.close()))
      await redis?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    it('sends once', async () => {
      const { sent, delivery } = fakeDelivery()
      const apps = stores.map(
        (store) =>
          apiApp({ apiKeys: [sender.entry], delivery, invitations: new Invitations({ store }) })
            .app,
      )
      for (let round = 0; round < 5; round++) {
        const calls = [...apps, ...apps].map((app) => post(app, SEND, `k ${round}`))
        const answers = await Promise.all(calls)
        expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201))
        expect(new Set(answers.map(({ json }) => json['url'])).size).toBe(1)
        expect(sent).toHaveLength(round + 1)
      }
    })
  })
})
