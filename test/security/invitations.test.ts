import { afterAll, beforeAll, expect, it } from 'vitest'
import { startInvitedServer, type InvitedServer } from '../support/invited-server.js'
import { promise } from '../support/promise.js'

let server: InvitedServer
beforeAll(async () => {
  server = await startInvitedServer()
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
