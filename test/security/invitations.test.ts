import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { NO_LIMITS } from '../../src/http/middleware/limits.js'
import { deriveCall } from '../../src/invitations/repeatable-call.js'
import { unseal } from '../../src/invitations/sealing.js'
import { createDeployment, pathOf, type Deployment } from '../support/deployment.js'
import { startInvitedServer, type InvitedServer, type Made } from '../support/invited-server.js'
import { isMissing } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { some } from '../support/runs.js'
import type { RunningServer } from '../support/server.js'
import { suite } from '../support/suite.js'

const PATIENCE = { timeout: 60_000, interval: 10 }

let server: InvitedServer
beforeAll(async () => {
  server = await startInvitedServer({ limits: { ...NO_LIMITS } })
})
afterAll(() => server.stop())

promise('An invitation is not used up by looking at it.', () => {
  it.each([
    ['GET', {}],
    ['HEAD', {}],
    ['OPTIONS', {}],
    ['GET', { 'Sec-Purpose': 'prefetch' }],
  ])('%s %o, of the page and of its formats', async (method, headers) => {
    const made = await server.invite()
    const formats = method === 'GET' && !('Sec-Purpose' in headers) ? [] : ['apple-profile']
    for (const path of ['', ...formats.map((id) => `/formats/${id}`)]) {
      await fetch(`${server.url}${made.path}${path}`, { method, headers })
    }
    expect(await server.stored(made.id)).toMatchObject({ state: 'pending', record: { used: 0 } })
  })
})

/** Types a code, and gives the status of the answer. */
async function type(url: string, code: string | undefined): Promise<number> {
  const body = new URLSearchParams({ code: code ?? '' })
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' })
  await answer.arrayBuffer()
  return answer.status
}

const lacksOpenssl = isMissing('openssl')

/** A running server with an API key, and calls of its interface. */
function running() {
  const folder = suite((path) => path)
  let deployment: Deployment
  let process: RunningServer | undefined
  beforeAll(async () => {
    if (lacksOpenssl) return
    deployment = createDeployment(folder(), 'sqlite:mailprofile.db')
    process = await deployment.start()
  })
  let stopped: Promise<unknown> | undefined
  const stop = () => (stopped ??= Promise.resolve(process?.stop()))
  afterAll(stop)
  return {
    folder,
    url: () => process?.url ?? '',
    apiKey: () => deployment.apiKey,
    make: (body: object, more: { readonly key?: string; readonly signal?: AbortSignal } = {}) =>
      fetch(`${process?.url ?? ''}/api/v1/invitations`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${deployment.apiKey}`,
          'Content-Type': 'application/json',
          ...(more.key === undefined ? {} : { 'Idempotency-Key': more.key }),
        },
        body: JSON.stringify(body),
        ...(more.signal === undefined ? {} : { signal: more.signal }),
      }),
    stop,
  }
}

const busy = running()

promise(
  'Whoever types the right code gets in, however many invitations with codes are being made; a code that is not looked at costs no try.',
  () => {
    const { url, make } = busy

    it.skipIf(lacksOpenssl)('while an API key makes as many as it can', async () => {
      const body = { address: 'ann@btinternet.com', password: 'x', code: true }
      const made = (await (await make(body)).json()) as { url: string; code: string }
      const stop = new AbortController()
      let isFull: () => void = () => undefined
      const full = new Promise<void>((resolve) => (isFull = resolve))
      const makers = Array.from({ length: 250 }, async () => {
        try {
          if ((await make(body, { signal: stop.signal })).status === 429) isFull()
        } catch {
          // It was told to stop.
        }
      })
      await full
      expect(await type(`${url()}${pathOf({ url: made.url })}`, made.code)).toBe(303)
      stop.abort()
      await Promise.all(makers)
    })

    it('while others type as many as they can', async () => {
      const others = await Promise.all(
        Array.from({ length: 6 }, () => server.invite({ code: true })),
      )
      const victim = await server.invite({ code: true })
      const gate = holdTries()
      const statuses: number[] = []
      const typing = others.flatMap((made) =>
        Array.from({ length: 12 }, async () => statuses.push(await typeWrong(made))),
      )
      // All the others have a place and keep it.
      await expect.poll(() => statuses, PATIENCE).toEqual(Array(10).fill(429))
      expect(await type(`${server.url}${victim.path}`, victim.code)).toBe(429)
      expect((await server.stored(victim.id)).record.passcode?.triesLeft).toBe(5)
      // Of invitations that are over nothing is looked at, which would take long.
      for (const { id } of others) await server.invitations.revoke(id, 'x')
      gate.open()
      await Promise.all(typing)
      expect(await type(`${server.url}${victim.path}`, victim.code)).toBe(303)
    })

    it('and whoever has gone meanwhile has lost no try', async () => {
      const [other, gone] = [
        await server.invite({ code: true }),
        await server.invite({ code: true }),
      ]
      const gate = holdTries()
      const typing = [typeWrong(other), typeWrong(other)]
      await expect.poll(() => gate.tries, PATIENCE).toEqual([other.id, other.id])
      const read = vi.spyOn(server.store, 'read')
      onTestFinished(() => read.mockRestore())
      const body = `code=${wrongFor(gone)}`
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      await once(socket, 'connect')
      socket.write(
        `POST ${gone.path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n` +
          `Content-Type: application/x-www-form-urlencoded\r\n\r\n${body}`,
      )
      await expect.poll(() => read.mock.calls.flat(), PATIENCE).toContain(gone.id)
      socket.destroy()
      // What comes after that is answered after that has been seen.
      for (let i = 0; i < 3; i++) await (await fetch(`${server.url}/healthz`)).text()
      gate.open()
      await Promise.all(typing)
      expect(await type(`${server.url}${gone.path}`, gone.code)).toBe(303)
      expect(gate.tries).toEqual([other.id, other.id, gone.id])
    })
  },
)

/** Lets nobody's try be taken before the gate is opened, and tells whose are to be. */
function holdTries() {
  const { store } = server
  const takeTry = store.takeTry.bind(store)
  const tries: string[] = []
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const spy = vi.spyOn(store, 'takeTry').mockImplementation(async (id) => {
    tries.push(id)
    await opened
    return takeTry(id)
  })
  onTestFinished(() => {
    open()
    spy.mockRestore()
  })
  return { tries, open }
}

function typeWrong(made: Made): Promise<number> {
  return type(`${server.url}${made.path}`, wrongFor(made))
}

function wrongFor({ code }: Pick<Made, 'code'>): string {
  return code === '000000' ? '000001' : '000000'
}

promise(
  'The same call, sent any number of times at once, makes one invitation and gets one answer, with a code as well.',
  () => {
    const { make } = busy

    it.skipIf(lacksOpenssl)('200 times', async () => {
      const body = { address: 'ann@btinternet.com', password: 'x', code: true }
      const answers = await Promise.all(
        Array.from({ length: 200 }, async () => {
          let answer = await make(body, { key: 'order-4711' })
          // On a machine with much to do some are told to come again.
          while (answer.status === 503) answer = await make(body, { key: 'order-4711' })
          return [answer.status, await answer.text()] as const
        }),
      )
      expect(new Set(answers.map(([status]) => status))).toEqual(new Set([201]))
      expect(new Set(answers.map(([, text]) => text)).size).toBe(1)
    })
  },
)

promise(
  'Whoever has the store, an API key and guesses every Idempotency-Key opens no password with them: what is kept for repeated calls opens by the whole call alone, password included.',
  () => {
    const { folder, apiKey, make, stop } = running()

    it.skipIf(lacksOpenssl)('20 calls with keys such as order-7', async () => {
      for (let i = 0; i < 20; i++) {
        const body = {
          address: `ann${i}@btinternet.com`,
          password: `pass ${randomBytes(6).join()}`,
        }
        expect((await make(body, { key: `order-${i}` })).status).toBe(201)
      }
      await stop()
      const database = new Database(join(folder(), 'mailprofile.db'))
      onTestFinished(() => void database.close())
      const kept = database
        .prepare('SELECT calls.id, bytes FROM calls JOIN slots USING (slot)')
        .all() as { readonly id: string; readonly bytes: ArrayBuffer }[]
      expect(kept).toHaveLength(20)
      const opened: string[] = []
      const guesses = Array.from({ length: 30 }, (_, i) => i)
      for (const i of some(guesses, 7)) {
        const call = { bearerKey: apiKey(), idempotencyKey: `order-${i}` }
        const keys = [1, 2].map((version) => {
          const info = `mailprofile answer ${version}`
          return Buffer.from(hkdfSync('sha256', call.bearerKey, call.idempotencyKey, info, 32))
        })
        // Everything but the password is known to this thief.
        const body = { address: `ann${i}@btinternet.com` }
        const terms = [false, 72, 10, 5]
        const derived = await deriveCall(
          { ...call, body: JSON.stringify([body, ...terms]) },
          undefined,
        )
        for (const { id, bytes } of kept) {
          const sealed = new Uint8Array(bytes)
          const texts = keys.map((key) => unseal(sealed, key, id))
          opened.push(...texts.filter((text) => text !== undefined))
          if (derived.openAnswer(sealed) !== undefined) opened.push(id)
        }
      }
      expect(opened).toEqual([])
    })

    it.skipIf(lacksOpenssl)('although the name of the call can be found', () => {
      // So the search above looks in the right place.
      const name = (version: number) =>
        createHmac('sha256', apiKey())
          .update(`mailprofile call ${version}\0order-7`)
          .digest('base64url')
      const database = new Database(join(folder(), 'mailprofile.db'))
      onTestFinished(() => void database.close())
      const find = database.prepare('SELECT count(*) AS count FROM calls WHERE id IN (?, ?)')
      expect(find.get(name(1), name(2))).toMatchObject({ count: 1 })
    })
  },
)

promise(
  'Pictures and pages of one invitation are limited, so that a link that somebody has costs the others little; its downloads are not.',
  () => {
    it.each([
      ['/qr.svg', 60],
      ['/qr.png', 60],
      ['', 120],
    ])('%s, more than %d times in a minute', async (rest, limit) => {
      const made = await server.invite()
      const other = await server.invite()
      const statuses: number[] = []
      let retryAfter: string | null = null
      for (let i = 0; i <= limit; i++) {
        const answer = await fetch(`${server.url}${made.path}${rest}`)
        await answer.arrayBuffer()
        statuses.push(answer.status)
        retryAfter = answer.headers.get('Retry-After')
      }
      expect(statuses.filter((status) => status === 200)).toHaveLength(limit)
      expect(statuses.at(-1)).toBe(429)
      expect(Number(retryAfter)).toBeGreaterThan(0)
      expect((await fetch(`${server.url}${other.path}${rest}`)).status).toBe(200)
      const format = await fetch(`${server.url}${made.path}/formats/k9-settings`)
      expect(format.status).toBe(200)
    })
  },
)
