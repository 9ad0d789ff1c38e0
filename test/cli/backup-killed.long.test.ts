import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isMissing } from '../support/programs.js'
import { placeWithStore } from '../support/place-with-store.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { add } from '../support/stores.js'
import { suite } from '../support/suite.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const COUNT = 20_000
const AT_ONCE = 500

type Place = ReturnType<typeof placeWithStore>

async function fill({ withStore }: Place): Promise<void> {
  await withStore(async (store) => {
    for (let i = 0; i < COUNT; i += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => add(store)))
    }
  })
}

/** Starts a command, and kills it when something is so. */
async function killWhen(
  { cwd }: Place,
  argv: readonly string[],
  isSo: () => Promise<boolean>,
): Promise<void> {
  const child = spawn(process.execPath, [BIN, ...argv], { cwd, stdio: 'ignore' })
  const ended = once(child, 'exit')
  await expect.poll(isSo, { timeout: 30_000, interval: 1 }).toBe(true)
  child.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
}

describe('a command that is killed', () => {
  const folder = suite((path) => path)
  let redis: RedisServer | undefined
  beforeAll(async () => {
    if (!isMissing('redis-server')) redis = await startRedis({ folder: folder() })
  })
  afterAll(() => redis?.stop())

  it.for(['sqlite', 'redis'] as const)(
    'leaves a restore to %s that can be gone on with',
    async (kind, { skip }) => {
      skip(redis === undefined && kind === 'redis', 'redis-server is missing')
      const old = placeWithStore('sqlite:many.db')
      await fill(old)
      const file = join(old.cwd, 'many.backup')
      await old.json(['backup', file])
      const fresh = placeWithStore(kind === 'redis' ? `${redis?.url ?? ''}/1` : 'sqlite:many.db')
      await fresh.withStore(async (store) => {
        const isBegun = async () => (await store.list({ limit: 1 })).invitations.length > 0
        await killWhen(fresh, ['restore', file], isBegun)
      })
      const half = (await fresh.list()).length
      expect(half).toBeGreaterThan(0)
      expect(half).toBeLessThan(COUNT)
      const answer = await fresh.json(['restore', file, '--merge'])
      expect(answer).toMatchObject({ added: COUNT - half, known: half, joined: 0, over: 0 })
      expect(await fresh.list()).toHaveLength(COUNT)
    },
  )

  it('leaves the backup that was there before', async () => {
    const old = placeWithStore('sqlite:many.db')
    await fill(old)
    await old.json(['backup', 'kept.backup'])
    const before = readFileSync(join(old.cwd, 'kept.backup'))
    const isBegun = () =>
      Promise.resolve(readdirSync(old.cwd).some((name) => name.endsWith('.unfinished')))
    await killWhen(old, ['backup', 'kept.backup'], isBegun)
    expect(readFileSync(join(old.cwd, 'kept.backup')).equals(before)).toBe(true)
  })
})
