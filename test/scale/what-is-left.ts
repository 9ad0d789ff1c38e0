import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createDeployment, pathOf, type MadeInvitation } from '../support/deployment.js'
import { isMissing } from '../support/programs.js'
import { startRedis } from '../support/redis.js'
import { formsOf } from '../support/secret-forms.js'
import type { RunningServer } from '../support/server.js'
import { suite } from '../support/suite.js'

const WINDOW = 4

interface Seeded extends MadeInvitation {
  readonly address: string
  readonly password: string
  readonly outgoingPassword: string
}

/**
 * Tells at once of most texts that they are not in some content, which a search through it for each of
 * thousands would take long to find out: one of its windows is nowhere.
 */
function createSieve(content: string): (text: string) => boolean {
  const seen = new Uint8Array(2 ** 24)
  const windowAt = (text: string, start: number) => {
    let hash = 0
    for (let i = start; i < start + WINDOW; i++)
      hash = (hash * 31 + text.charCodeAt(i)) % seen.length
    return hash
  }
  for (let i = 0; i + WINDOW <= content.length; i++) seen[windowAt(content, i)] = 1
  return (text) => {
    for (let i = 0; i + WINDOW <= text.length; i++) {
      if (seen[windowAt(text, i)] === 0) return false
    }
    return true
  }
}

/** @throws Error when a content has any of what was seeded, in whatever form */
export function expectNothing(name: string, content: string, seeded: readonly Seeded[]): void {
  const folded = content.toLowerCase()
  const mayContain = createSieve(folded)
  for (const { address, password, outgoingPassword, url } of seeded) {
    const token = url.slice(url.lastIndexOf('/') + 1)
    const [local = ''] = address.split('@')
    for (const secret of [local, password, outgoingPassword, token]) {
      for (const form of formsOf(secret).map((text) => text.toLowerCase())) {
        if (mayContain(form) && folded.includes(form)) {
          throw new Error(`${name} contains ${secret}, as ${form}.`)
        }
      }
    }
  }
  expect(content).not.toBe('')
}

/** Makes invitations, uses them in every way that people and programs do, and collects errors' pages. */
async function seed(
  server: RunningServer,
  count: number,
  invite: (body: Record<string, unknown>) => Promise<MadeInvitation>,
) {
  const seeded: Seeded[] = []
  for (let i = 0; i < count; i++) {
    const address = `seeded-person-${i}-x@btinternet.com`
    const password = `Pässword/${i}+seeded?`
    const outgoingPassword = `Other&${i}=seeded secret`
    const made = await invite({
      address,
      password,
      outgoingPassword,
      name: `Seeded ${i}`,
      downloads: 1,
      ...(i % 50 === 0 ? { code: true } : {}),
    })
    seeded.push({ ...made, address, password, outgoingPassword })
  }
  const pages = new Set<string>()
  const keep = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${server.url}${path}`, { redirect: 'manual', ...init })
    pages.add([...response.headers].join('\n')).add(await response.text())
  }
  const html = { headers: { Accept: 'text/html' } }
  for (const [i, invitation] of seeded.entries()) {
    const path = pathOf(invitation)
    // Spends half of them.
    if (i % 2 === 1) await (await fetch(`${server.url}${path}/formats/k9-settings`)).arrayBuffer()
    if (i % 2 === 1) await keep(path, html)
    if (i % 2 === 1) await keep(`${path}/formats/apple-profile`)
    await keep(`${path}/formats/nonsense`, html)
    await keep(path.slice(0, -1), html)
    await keep(`/api/v1/invitations/${invitation.id}`)
    if (i % 50 === 0) {
      await keep(path, { method: 'POST', body: new URLSearchParams({ code: '000000' }) })
    }
  }
  return { seeded, pages }
}

function contentOf(folder: string, names: RegExp): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => names.test(name))
    .map((name) => [name, readFileSync(join(folder, name), 'latin1')])
}

/** Stores that are looked at. */
export type Kept = 'SQLite' | 'Redis'

/** Makes and uses that many with each store, and looks for them wherever something stays. */
export function testWhatIsLeft(count: number, stores: readonly Kept[]): void {
  describe.skipIf(isMissing('openssl'))(`what ${count} invitations leave behind`, () => {
    const folder = suite((path) => path)
    const ends: (() => Promise<unknown>)[] = []
    afterEach(async () => {
      for (const end of ends.splice(0).reverse()) await end()
    })

    async function leftBehind(store: string) {
      const deployment = createDeployment(folder(), store, 'log: { level: trace }')
      const server = await deployment.start()
      ends.push(() => server.stop())
      const result = await seed(server, count, (body) => deployment.invite(server.url, body))
      expect(server.lines.length).toBeGreaterThan(count)
      expectNothing('the log', server.lines.join('\n'), result.seeded)
      expectNothing('the pages of errors', [...result.pages].join('\n'), result.seeded)
      return result
    }

    const sqlite = async () => {
      const { seeded } = await leftBehind('sqlite:left.db')
      const files = contentOf(folder(), /^left\.db/)
      expect(files.map(([name]) => name)).toContain('left.db')
      // Looked at together: after a checkpoint one of them may be empty.
      expectNothing('SQLite', files.map(([, content]) => content).join('\n'), seeded)
    }

    const redis = async () => {
      const server = await startRedis({ folder: folder(), appendOnly: true })
      ends.push(() => server.stop())
      const { seeded } = await leftBehind(server.url)
      const files = contentOf(folder(), /\.aof$/)
      expect(files.length).toBeGreaterThan(0)
      expectNothing('Redis', files.map(([, content]) => content).join('\n'), seeded)
    }

    if (stores.includes('SQLite')) {
      it('in the SQLite file and its WAL: no password, no token, no address', sqlite)
    }
    if (stores.includes('Redis')) {
      it.skipIf(isMissing('redis-server'))(
        "in Redis' append-only file: no password, no token, no address",
        redis,
      )
    }
  })
}
