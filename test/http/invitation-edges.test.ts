import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_LIMITS } from '../../src/http/middleware/limits.js'
import { storeUnavailable } from '../../src/invitations/failures.js'
import { recordingLogger } from '../support/app.js'
import { startInvitedServer, type InvitedServer } from '../support/invited-server.js'
import { runs } from '../support/runs.js'

describe('an invitation', () => {
  let server: InvitedServer
  let wrong = 0
  const { logger, text } = recordingLogger()
  beforeAll(async () => {
    const count = () => {
      wrong++
      return Promise.resolve()
    }
    server = await startInvitedServer({ logger, limits: { ...NO_LIMITS, wrong: count } })
  })
  afterAll(() => server.stop())

  it('does not count against its client, whatever stands behind a true link', async () => {
    const { path } = await server.invite()
    for (const rest of ['/favicon.ico', '/formats', '/formats/a/b']) {
      expect((await fetch(`${server.url}${path}${rest}`)).status).toBe(404)
    }
    expect((await fetch(`${server.url}${path}`, { method: 'PUT' })).status).toBe(404)
    expect(wrong).toBe(0)
    expect((await fetch(`${server.url}${path.slice(0, -1)}/favicon.ico`)).status).toBe(404)
    expect(wrong).toBe(1)
  })

  it.each([
    '.',
    ',',
    ')',
    '>',
    '%3E',
    '%20',
    '%20%20',
    '%E2%80%8B',
    '%EF%BB%BF',
    '%C2%A0',
    '!',
    '%22',
    '.)',
    '%0A',
    '%E2%80%9D.',
  ])('is found when its link ends with %s, as programs and people make it', async (ending) => {
    const { path } = await server.invite()
    const page = await (await fetch(`${server.url}${path}`)).text()
    const answer = await fetch(`${server.url}${path}${ending}`)
    expect([answer.status, await answer.text()]).toEqual([200, page])
    const posted = await fetch(`${server.url}${path}${ending}`, {
      method: 'POST',
      redirect: 'manual',
    })
    expect([posted.status, posted.headers.get('location')]).toEqual([303, `${path}?show`])
  })

  it('answers a request for a range whole, and counts it once', async () => {
    const { path, id } = await server.invite({ downloads: 2 })
    const url = `${server.url}${path}/formats/k9-settings`
    const whole = await (await fetch(url)).text()
    const ranged = await fetch(url, { headers: { Range: 'bytes=0-9' } })
    expect([ranged.status, ranged.headers.get('accept-ranges')]).toEqual([200, 'none'])
    expect(await ranged.text()).toBe(whole)
    expect((await server.stored(id)).record.used).toBe(2)
  })

  it('gives what was counted, to a conditional request too', async () => {
    const { path, id } = await server.invite()
    const answer = await fetch(`${server.url}${path}/formats/k9-settings`, {
      headers: { 'If-None-Match': '*' },
    })
    expect([answer.status, (await answer.arrayBuffer()).byteLength > 1000]).toEqual([200, true])
    expect((await server.stored(id)).record.used).toBe(1)
  })

  it('lets a class type its codes at the same moment', async () => {
    const made = await Promise.all(
      Array.from({ length: runs(24) }, () => server.invite({ code: true })),
    )
    const statuses = made.map(async ({ path, code = '' }) => {
      const body = new URLSearchParams({ code })
      const options = { method: 'POST', body, redirect: 'manual' } as const
      return (await fetch(`${server.url}${path}`, options)).status
    })
    expect(await Promise.all(statuses)).toEqual(made.map(() => 303))
  })

  it('has the log say why the store cannot be used', async () => {
    const { path } = await server.invite()
    const trouble = storeUnavailable(new Error('The disk is full.'))
    const read = vi.spyOn(server.store, 'read').mockRejectedValueOnce(trouble)
    const answer = await fetch(`${server.url}${path}`)
    read.mockRestore()
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.not.stringContaining('disk') as string,
    ])
    expect(text()).toContain('store_unavailable: The disk is full.')
  })
})
