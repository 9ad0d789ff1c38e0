import { expect, it, onTestFinished } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { listen } from '../../src/server/listen.js'
import type { LoadKind } from '../../src/http/middleware/load-kind.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { waitOf } from '../../src/server/request-queue.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import { catalogue, get, testApp } from '../support/app.js'
import { invitedApp } from '../support/invited-app.js'
import { promise } from '../support/promise.js'

const ANN = 'ann@btinternet.com'
const HTML = { Accept: 'text/html' }

/** An app whose requests wait as long as the test says. */
function busyApp(changes: Parameters<typeof invitedApp>[0] = {}) {
  let delay = 0
  const shed: LoadKind[] = []
  const invited = invitedApp({
    load: { waitOf: () => delay, onShed: (kind) => void shed.push(kind) },
    ...changes,
  })
  return { ...invited, shed, wait: (milliseconds: number) => (delay = milliseconds) }
}

promise(
  'A server with too much to do says so at once (503 with Retry-After) instead of keeping everybody waiting: pages, pictures and formats first, then what mail programs ask, then the API, then invitations, the files that pages load long after them, and /healthz never.',
  () => {
    const PATHS: Readonly<Record<LoadKind, readonly string[]>> = {
      page: [
        '/',
        `/setup?address=${ANN}`,
        `/setup/qr.png?address=${ANN}`,
        `/formats/apple-profile?address=${ANN}`,
        `/email.mobileconfig?email=${ANN}`,
        '/nothing',
      ],
      'mail-client': [
        `/mail/config-v1.1.xml?emailaddress=${ANN}`,
        `/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=${ANN}`,
        '/Autodiscover/Autodiscover.xml',
        '/autodiscover/autodiscover.json',
      ],
      api: ['/api/v1/formats', '/openapi.json'],
      invitation: ['/i/TOKEN', '/i/TOKEN/formats/apple-profile', '/readyz'],
      asset: [
        '/public/style.css?v=1',
        '/public/setup.js',
        '/public/icon.svg?v=1&language=de',
        '/public/nothing.css',
        '/favicon.ico',
        '/apple-touch-icon.png',
      ],
    }
    const STEPS: readonly (readonly [delay: number, answered: readonly LoadKind[]])[] = [
      [250, ['page', 'mail-client', 'api', 'invitation', 'asset']],
      [251, ['mail-client', 'api', 'invitation', 'asset']],
      [501, ['api', 'invitation', 'asset']],
      [751, ['invitation', 'asset']],
      [1001, ['asset']],
      [5000, ['asset']],
      [5001, []],
    ]

    it.each(STEPS)('requests that wait for %d ms', async (delay, answered) => {
      const { app, invite, wait, shed } = busyApp()
      const { token } = await invite()
      wait(delay)
      for (const [kind, paths] of Object.entries(PATHS) as [LoadKind, string[]][]) {
        for (const path of paths) {
          const { status } = await get(app, path.replace('TOKEN', token))
          expect([path, status === 503]).toEqual([path, !answered.includes(kind)])
        }
      }
      expect(new Set(shed)).toEqual(
        new Set(Object.keys(PATHS).filter((kind) => !answered.includes(kind as LoadKind))),
      )
      expect((await get(app, '/healthz')).status).toBe(200)
    })

    it('under the path of baseUrl as well, passed on or stripped', async () => {
      const { app, wait } = busyApp({ baseUrl: 'https://example.com/mail' })
      wait(1001)
      for (const path of ['/healthz', '/mail/healthz']) {
        expect((await get(app, path)).status).toBe(200)
      }
      wait(751)
      expect((await get(app, '/mail/i/a')).status).toBe(404)
    })

    it.each([
      ['/setup', HTML, 'text/html', /<h1>Not available now/],
      ['/setup', {}, 'text/plain', /^overloaded: This server has too much to do\. Try again/],
      ['/api/v1/formats', HTML, 'application/json', /^\{"error":\{"code":"overloaded",/],
    ])('%s with %o in %s', async (path, headers, type, body) => {
      const { app, wait } = busyApp()
      wait(1001)
      const answer = await get(app, path, headers)
      expect(answer.status).toBe(503)
      expect(answer.headers['content-type']).toContain(type)
      expect(answer.headers['retry-after']).toBe('5')
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.body.toString()).toMatch(body)
    })

    // A page without its style or script is worse than none.
    it('by the clock: while invitations are refused, what their pages load is not', async () => {
      class Slow extends Invitations {
        override open(): Promise<undefined> {
          spin(10)
          return Promise.resolve(undefined)
        }
      }
      const invitations = new Slow({ store: createMemoryStore({ now: Date.now }) })
      const app = testApp({ load: { waitOf }, invitations })
      const listener = await listen(() => app, { host: '127.0.0.1', port: 0 })
      onTestFinished(() => listener.stop())
      const url = `http://127.0.0.1:${listener.port}`
      const statuses = new Set<number>()
      let isEnough = false
      const crowd = Array.from({ length: 200 }, async () => {
        while (!isEnough) {
          const response = await fetch(`${url}/i/${'A'.repeat(22)}`)
          await response.arrayBuffer()
          statuses.add(response.status)
        }
      })
      await expect.poll(() => [...statuses].sort(), { timeout: 60_000 }).toEqual([404, 503])
      const files = ['public/style.css', 'public/invitation.js', 'public/icon.svg', 'favicon.ico']
      for (const file of [...files, ...files]) {
        expect((await fetch(`${url}/${file}`)).status).toBe(200)
      }
      isEnough = true
      await Promise.all(crowd)
    })

    it('by the clock: of many who ask again and again some are refused, /healthz is answered', async () => {
      const found = catalogue.find(parseAddress(ANN))
      const app = testApp({
        load: { waitOf },
        directory: {
          find: () => {
            spin(10)
            return Promise.resolve(found)
          },
        },
      })
      const listener = await listen(() => app, { host: '127.0.0.1', port: 0 })
      onTestFinished(() => listener.stop())
      const url = `http://127.0.0.1:${listener.port}`
      const statuses = new Set<number>()
      let isEnough = false
      const crowd = Array.from({ length: 120 }, async () => {
        while (!isEnough) {
          const response = await fetch(`${url}/setup?address=${ANN}`)
          await response.arrayBuffer()
          statuses.add(response.status)
        }
      })
      await expect.poll(() => [...statuses].sort(), { timeout: 30_000 }).toEqual([200, 503])
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
      isEnough = true
      await Promise.all(crowd)
    })
  },
)

/** Keeps the process busy. */
function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}
