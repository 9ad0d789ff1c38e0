import { describe, expect, it } from 'vitest'
import { DEFAULT_TERMS } from '../../src/invitations/terms.js'
import {
  ANN,
  INVITATIONS,
  apiApp,
  auditor,
  branch,
  call,
  codeOf,
  helpdesk,
  makeInvitation,
} from '../support/api.js'

const { key } = helpdesk
const HOUR = 60 * 60 * 1000

describe('an invitation', () => {
  it('is made, shown, used, revoked and remembered', async () => {
    const { app, clock, events, invitations } = apiApp()
    const made = await makeInvitation(app, {
      ...ANN,
      name: 'Ann <&> "Example"',
      password: 's3cret',
      reference: '=1+1, <b>"ticket"</b>',
      expires: 24,
      window: 5,
      downloads: 2,
    })
    expect(made.status).toBe(201)
    const { id, url } = made.json as { id: string; url: string }
    expect(made.json).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/) as string,
      url: expect.stringMatching(/^https:\/\/setup\.example\.com\/i\/[\w-]{22}$/) as string,
      qr: `${url}/qr.svg`,
      expiresAt: '2026-11-29T09:30:00.000Z',
      state: 'pending',
    })
    expect(made.headers).toMatchObject({
      location: `${INVITATIONS}/${id}`,
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    })
    const show = async () => (await call(app, 'get', `${INVITATIONS}/${id}`, { key })).json
    const pending = {
      id,
      state: 'pending',
      maker: 'helpdesk',
      reference: '=1+1, <b>"ticket"</b>',
      createdAt: '2026-11-28T09:30:00.000Z',
      expiresAt: '2026-11-29T09:30:00.000Z',
      window: 5,
      downloads: 2,
      used: 0,
    }
    expect(await show()).toEqual(pending)

    const token = url.slice(-22)
    const held = await invitations.open(token)
    expect(held?.person).toMatchObject({ address: ANN.address, name: 'Ann <&> "Example"' })
    expect(held?.person?.password?.reveal()).toBe('s3cret')
    clock.now += HOUR
    if (held !== undefined) await invitations.claim(held)
    const opened = { ...pending, state: 'opened', used: 1, openedAt: '2026-11-28T10:30:00.000Z' }
    expect(await show()).toEqual(opened)

    const revoked = { ...opened, state: 'revoked', endedAt: '2026-11-28T10:30:00.000Z' }
    for (let again = 0; again < 2; again++) {
      const answer = await call(app, 'delete', `${INVITATIONS}/${id}`, { key })
      expect([answer.status, answer.json]).toEqual([200, revoked])
      clock.now += 1000
    }
    clock.now += 7 * 24 * HOUR
    expect((await call(app, 'get', `${INVITATIONS}/${id}`, { key })).status).toBe(404)
    expect(events).toEqual([
      { event: 'made', id, key: 'helpdesk' },
      { event: 'opened', id },
      { event: 'revoked', id, key: 'helpdesk' },
    ])
  })

  it('tells a code once, and its tries come back by unlocking', async () => {
    const { app, store, events } = apiApp()
    const { json } = await makeInvitation(app, { ...ANN, code: true })
    const id = String(json['id'])
    expect(json['code']).toMatch(/^\d{6}$/)
    const show = async () => (await call(app, 'get', `${INVITATIONS}/${id}`, { key })).json
    expect((await show())['code']).toEqual({ triesLeft: 5 })
    for (let tries = 0; tries < 5; tries++) await store.takeTry(id)
    expect((await show())['code']).toEqual({ triesLeft: 0 })
    const unlocked = await call(app, 'post', `${INVITATIONS}/${id}/unlock`, { key })
    expect([unlocked.status, unlocked.json['code']]).toEqual([200, { triesLeft: 5 }])
    await store.reseal(id, new Uint8Array(1))
    expect((await show())['code']).toBeUndefined()
    expect(events.map(({ event }) => event)).toEqual(['made', 'unlocked'])
  })

  it('has the terms of the documentation unless others are given', async () => {
    const { app, clock } = apiApp()
    const { json } = await makeInvitation(app, ANN)
    const { window, downloads } = DEFAULT_TERMS
    const shown = await call(app, 'get', `${INVITATIONS}/${String(json['id'])}`, { key })
    expect(shown.json).toMatchObject({ window, downloads })
    const lifetime = Date.parse(String(json['expiresAt'])) - clock.now
    expect(lifetime).toBe(DEFAULT_TERMS.expires * HOUR)
  })

  it('is at the path of baseUrl too, whether a proxy strips that or not', async () => {
    const { app } = apiApp({ baseUrl: 'https://example.com/mail/setup' })
    for (const prefix of ['', '/mail/setup']) {
      const made = await call(app, 'post', `${prefix}${INVITATIONS}`, { key, body: ANN })
      expect(made.json['url']).toMatch(/^https:\/\/example\.com\/mail\/setup\/i\/[\w-]{22}$/)
      expect(made.headers['location']).toBe(`/mail/setup${INVITATIONS}/${String(made.json['id'])}`)
      const missing = await call(app, 'get', `${prefix}/api/v1/nothing`)
      expect([missing.status, codeOf(missing)]).toEqual([404, 'not_found'])
    }
  })
})

describe('Idempotency-Key', () => {
  const headers = { 'Idempotency-Key': 'order 4711' }
  const body = { ...ANN, password: 's3cret' }

  it('gives the same answer to the same call, however it is spelt', async () => {
    const { app, events, clock } = apiApp()
    const first = await makeInvitation(app, { ...body, code: true }, { headers })
    clock.now += HOUR
    const spelt = ` {"code":true, "downloads":5, "password":"s3cret", "address":"ann@BTinternet.com"}`
    const again = await makeInvitation(app, spelt, { headers })
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.json).toEqual(first.json)
    expect(again.headers['location']).toBe(first.headers['location'])
    expect(events).toHaveLength(1)
  })

  it('refuses the same key for something else', async () => {
    const { app, events } = apiApp()
    await makeInvitation(app, body, { headers })
    for (const change of [{ password: 'S3cret' }, { downloads: 4 }, { reference: 'r' }]) {
      const answer = await makeInvitation(app, { ...body, ...change }, { headers })
      expect([answer.status, codeOf(answer)]).toEqual([409, 'idempotency_conflict'])
      expect(answer.text).not.toContain('ecret')
    }
    expect(events).toHaveLength(1)
  })

  it('is of one caller, and for 24 hours', async () => {
    const { app, events, clock } = apiApp()
    const first = await makeInvitation(app, body, { headers })
    const other = await makeInvitation(app, body, { headers, key: branch.key })
    clock.now += 25 * HOUR
    const later = await makeInvitation(app, body, { headers })
    expect(new Set([first, other, later].map(({ json }) => json['id'])).size).toBe(3)
    expect(events).toHaveLength(3)
  })

  it('makes one invitation of 20 calls at once', async () => {
    const { app, events } = apiApp()
    const calls = Array.from({ length: 20 }, () => makeInvitation(app, ANN, { headers }))
    const answers = await Promise.all(calls)
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(events).toHaveLength(1)
  })

  it.each([
    ['an empty one', ''],
    ['what is not ASCII', 'ä'],
    ['a long one', 'k'.repeat(256)],
  ])('refuses %s', async (_name, value) => {
    const { app, events } = apiApp()
    const answer = await makeInvitation(app, ANN, { headers: { 'Idempotency-Key': value } })
    expect([answer.status, codeOf(answer), events]).toEqual([400, 'invalid_request', []])
  })
})

describe('lists', () => {
  it('are of the caller, newest first, page by page', async () => {
    const { app, clock } = apiApp()
    const ids: unknown[] = []
    for (let index = 0; index < 5; index++) {
      clock.now += 1000
      const reference = index % 2 === 0 ? 'even' : 'odd'
      ids.unshift((await makeInvitation(app, { ...ANN, reference })).json['id'])
    }
    const others = await makeInvitation(app, { ...ANN, reference: 'even' }, { key: branch.key })
    const list = async (query: string, as = key) => {
      const answer = await call(app, 'get', `${INVITATIONS}${query}`, { key: as })
      expect(answer.status).toBe(200)
      const { invitations, cursor } = answer.json as {
        invitations: { id: string }[]
        cursor?: string
      }
      return { ids: invitations.map(({ id }) => id), cursor }
    }
    expect(await list('')).toEqual({ ids, cursor: undefined })
    const first = await list('?limit=2')
    expect(first.ids).toEqual(ids.slice(0, 2))
    await makeInvitation(app, ANN)
    const second = await list(`?limit=2&cursor=${String(first.cursor)}`)
    expect(second.ids).toEqual(ids.slice(2, 4))
    const third = await list(`?limit=2&cursor=${String(second.cursor)}`)
    expect(third).toEqual({ ids: ids.slice(4), cursor: undefined })

    expect((await list('?reference=even&utm_source=x')).ids).toEqual([ids[0], ids[2], ids[4]])
    expect((await list('?reference=even', auditor.key)).ids).toContain(others.json['id'])
    await call(app, 'delete', `${INVITATIONS}/${String(ids[0])}`, { key })
    expect((await list('?state=revoked')).ids).toEqual([ids[0]])
    expect((await list('?state=revoked&reference=odd')).ids).toEqual([])
  })

  it.each([
    'limit=0',
    'limit=101',
    'limit=1e1',
    'limit=-1',
    'state=gone',
    'state=__proto__',
    'cursor=x',
    'cursor=1.AAAA',
    'reference=a@b',
    'reference=%00',
    'reference=%ff',
    'state=spent&state=spent',
    'reference=a&reference=b',
  ])('refuse ?%s', async (query) => {
    const answer = await call(apiApp().app, 'get', `${INVITATIONS}?${query}`, { key })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_request'])
  })
})
