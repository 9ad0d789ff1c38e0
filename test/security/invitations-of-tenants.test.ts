import type { Express } from 'express'
import { expect, it } from 'vitest'
import { createToken } from '../../src/invitations/token.js'
import {
  ANN,
  INVITATIONS,
  apiApp,
  boss,
  call,
  codeOf,
  makeInvitation,
  type Call,
} from '../support/api.js'
import { promise } from '../support/promise.js'
import { some } from '../support/runs.js'

const TENANTS = [undefined, 'setup.school.example', 'setup.club.example'] as const
const NOBODYS = createToken(() => Buffer.alloc(16, 7))

/** A server of each tenant over one store. The worst of it: the same key of the API opens all of them. */
function servers() {
  const { app, invitations } = apiApp()
  const of = (tenant: string) => apiApp({ invitations: invitations.forTenant(tenant) }).app
  return TENANTS.map((tenant) => (tenant === undefined ? app : of(tenant)))
}

const PAIRS = TENANTS.flatMap((_, own) =>
  TENANTS.flatMap((_other, other) => (own === other ? [] : [[own, other] as const])),
)

/** An answer without what was asked for. */
async function answer(
  app: Express,
  method: Parameters<typeof call>[1],
  path: string,
  asked: string,
  more: Call = {},
) {
  const { status, text } = await call(app, method, path.replace('*', asked), more)
  return { status, text: text.replaceAll(asked, '*') }
}

promise(
  'An invitation of one tenant is unknown at every other: its link, its id and its Idempotency-Key get there what they would get if nobody had made it, and no list has it.',
  () => {
    it.each(some(PAIRS, 3))('made at server %i and asked for at server %i', async (own, other) => {
      const apps = servers()
      const [mine, theirs] = [apps[own], apps[other]]
      if (mine === undefined || theirs === undefined) throw new Error('There is no such server.')
      const headers = { 'Idempotency-Key': 'order 4711' }
      const made = await makeInvitation(mine, { ...ANN, code: true }, { key: boss.key, headers })
      const { id, url, code } = made.json as Record<'id' | 'url' | 'code', string>
      const token = url.slice(-22)

      const links = [
        ['get', '/i/*'],
        ['get', '/i/*?show'],
        ['get', '/i/*/qr.svg'],
        ['get', '/i/*/formats/apple-profile'],
        ['get', '/i/*/formats/k9-settings'],
        ['post', '/i/*'],
      ] as const
      const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
      for (const [method, path] of links) {
        const more = method === 'post' ? { headers: form, body: `code=${code}` } : {}
        const foreign = await answer(theirs, method, path, token, more)
        expect(foreign.status).toBe(404)
        expect(foreign).toEqual(await answer(theirs, method, path, NOBODYS, more))
      }
      const calls = [
        ['get', `${INVITATIONS}/*`],
        ['delete', `${INVITATIONS}/*`],
        ['post', `${INVITATIONS}/*/unlock`],
      ] as const
      for (const [method, path] of calls) {
        const foreign = await answer(theirs, method, path, id, { key: boss.key })
        expect(foreign.status).toBe(404)
        expect(foreign).toEqual(await answer(theirs, method, path, NOBODYS, { key: boss.key }))
      }

      const bob = { address: 'bob@btinternet.com', code: true }
      const elsewhere = await makeInvitation(theirs, bob, { key: boss.key, headers })
      expect([elsewhere.status, codeOf(elsewhere)]).toEqual([201, undefined])
      for (const [app, only] of [
        [mine, id],
        [theirs, elsewhere.json['id']],
      ] as const) {
        const { json } = await call(app, 'get', INVITATIONS, { key: boss.key })
        expect((json['invitations'] as { id: string }[]).map((one) => one.id)).toEqual([only])
        // Whoever asks knows its own host.
        expect(JSON.stringify(json)).not.toContain('tenant')
      }
      const still = await call(mine, 'get', `${INVITATIONS}/${id}`, { key: boss.key })
      expect(still.json).toMatchObject({ state: 'pending', code: { triesLeft: 5 } })
    })
  },
)
