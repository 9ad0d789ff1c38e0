import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { afterEach, expect, it } from 'vitest'
import type { StoreClocks } from '../../src/invitations/clock.js'
import { openSqliteStore } from '../../src/store/sqlite/store.js'
import { runCli } from '../support/cli.js'
import { createDeployment, pathOf } from '../support/deployment.js'
import { MINUTE, startInvitedServer } from '../support/invited-server.js'
import { isMissing, needsRoot } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { startRedis, type RedisOptions } from '../support/redis.js'
import { some } from '../support/runs.js'
import { startServer, type RunningServer } from '../support/server.js'
import { suite } from '../support/suite.js'
import { startTcpSwitch } from '../support/tcp-switch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const DAY = 24 * 60 * MINUTE
const HEALING = { timeout: 60_000, interval: 100 }
const WORKER = new URL('../../dist/store/sqlite/worker.js', import.meta.url)

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function redisServer(options: RedisOptions) {
  const redis = await startRedis(options)
  ends.push(() => redis.stop())
  const admin = createClient({ url: redis.url })
  admin.on('error', () => undefined)
  await admin.connect()
  ends.push(() => admin.destroy())
  return { ...redis, admin }
}

async function readiness({ url }: Pick<RunningServer, 'url'>): Promise<string> {
  const answer = await fetch(`${url}/readyz`)
  expect(answer.status).toBe(200)
  return await answer.text()
}

/** Statuses of the same request, sent so often at once. */
function statuses(count: number, url: string, init?: RequestInit): Promise<number[]> {
  const ask = async () => {
    const answer = await fetch(url, { redirect: 'manual', ...init })
    await answer.arrayBuffer()
    return answer.status
  }
  return Promise.all(Array.from({ length: count }, ask))
}

promise(
  'With store.replicas, a fail-over of Redis gives no download twice, no try of a code twice, and opens nothing that was revoked; what the replicas do not have is refused.',
  () => {
    const folder = suite((path) => path)

    it.skipIf(isMissing('redis-server') || isMissing('openssl'))(
      'although the replica had stopped to hear of its primary',
      async () => {
        const replicaFolders = ['first', 'second'].map((name) => join(folder(), name))
        for (const path of replicaFolders) mkdirSync(path)
        const [firstFolder = '', secondFolder = ''] = replicaFolders
        const primary = await redisServer({ folder: folder() })
        const replication = await startTcpSwitch(primary.port)
        ends.push(() => replication.stop())
        const follow = (port: number) => [
          `replicaof 127.0.0.1 ${port}`,
          'repl-diskless-sync-delay 0',
        ]
        const replica = await redisServer({ folder: firstFolder, more: follow(replication.port) })
        // So that the one that is promoted has one of its own.
        const second = await redisServer({ folder: secondFolder, more: follow(replica.port) })
        for (const { admin } of [replica, second]) {
          await expect
            .poll(() => admin.info('replication'), HEALING)
            .toContain('master_link_status:up')
        }
        const door = await startTcpSwitch(primary.port)
        ends.push(() => door.stop())
        const deployment = createDeployment(folder(), {
          url: `redis://127.0.0.1:${door.port}`,
          replicas: 1,
        })
        const server = await deployment.start()
        ends.push(() => server.stop())

        const invite = (more: Record<string, unknown>) =>
          deployment.invite(server.url, { address: 'ann@btinternet.com', password: 'x', ...more })
        const taken = await invite({ downloads: 20 })
        const guessed = await invite({ code: true })
        const revoked = await invite({})
        const format = (made: typeof taken) => `${server.url}${pathOf(made)}/formats/k9-settings`
        const wrong = guessed.code === '000000' ? '000001' : '000000'
        const guess = { method: 'POST', body: new URLSearchParams({ code: wrong }) }
        const revocation = () =>
          fetch(`${server.url}/api/v1/invitations/${revoked.id}`, {
            method: 'DELETE',
            headers: { Authorization: `Bearer ${deployment.apiKey}` },
          }).then(({ status }) => status)

        // While all is well, everything works.
        const given = await statuses(3, format(taken))
        expect(given).toEqual([200, 200, 200])
        const guesses = await statuses(2, `${server.url}${pathOf(guessed)}`, guess)
        expect(guesses).toEqual([403, 403])

        replication.mute()
        given.push(...(await statuses(20, format(taken))))
        guesses.push(...(await statuses(5, `${server.url}${pathOf(guessed)}`, guess)))
        const toldRevoked = await revocation()
        expect(await readiness(server)).toContain('The store cannot be')

        primary.kill()
        await replica.admin.sendCommand(['REPLICAOF', 'NO', 'ONE'])
        door.lead(replica.port)
        await expect.poll(() => readiness(server), HEALING).not.toContain('The store')

        given.push(...(await statuses(25, format(taken))))
        guesses.push(...(await statuses(7, `${server.url}${pathOf(guessed)}`, guess)))
        expect(given.filter((status) => status === 200)).toHaveLength(20)
        // Five wrong ones, and the answer that it is locked, which looks at none.
        expect(guesses.filter((status) => status === 503).length).toBeGreaterThanOrEqual(5)
        const state = await fetch(`${server.url}/api/v1/invitations/${guessed.id}`, {
          headers: { Authorization: `Bearer ${deployment.apiKey}` },
        })
        expect(await state.json()).toMatchObject({ code: { triesLeft: 0 } })
        expect([toldRevoked, await revocation()]).toEqual([503, 200])
        expect(await statuses(1, format(revoked))).toEqual([410])
      },
    )
  },
)

promise(
  'A clock that is set back lengthens nothing: an invitation is over when its time has passed, and /readyz says that the clock is wrong.',
  () => {
    const folder = suite((path) => path)
    const stores = {
      memory: undefined,
      SQLite: (clocks: StoreClocks) =>
        openSqliteStore({ file: join(folder(), 'clock.db'), ...clocks, worker: WORKER }),
    }

    it.each(['memory', 'SQLite'] as const)('by a day, with %s', async (name) => {
      const server = await startInvitedServer({}, stores[name])
      ends.push(
        () => server.stop(),
        () => server.store.close(),
      )
      const [used, unused] = [
        await server.invite({ window: 1, downloads: 20 }),
        await server.invite({ expires: 1 }),
      ]
      const take = ({ path }: typeof used) =>
        fetch(`${server.url}${path}/formats/k9-settings`).then(({ status }) => status)
      expect(await take(used)).toBe(200)
      server.turnClock(-DAY)
      server.pass(50_000)
      expect(await take(used)).toBe(200)
      server.pass(12_000)
      expect(await take(used)).toBe(410)
      server.pass(60 * MINUTE)
      expect(await take(unused)).toBe(410)
    })

    it('while the server was off', async () => {
      const cwd = temporaryFolder()
      const file = join(cwd, 'mailprofile.db')
      const store = await openSqliteStore({ file, now: () => Date.now() + DAY, worker: WORKER })
      await store.check()
      await store.close()
      const server = await startServer([], { cwd, env: { MAILPROFILE_STORE: `sqlite:${file}` } })
      ends.push(() => server.stop())
      expect(await readiness(server)).toContain('The clock of the store has been set back')
      await expect.poll(() => server.lines.join('\n')).toContain('It is 1440 minutes behind')
    })
  },
)

promise(
  'A store that cannot be written, such as on a disk that is full, is told by /readyz and by config check before anybody needs it.',
  () => {
    const folder = suite((path) => path)

    const STORES: readonly (readonly [string, boolean, () => Promise<void>])[] = [
      [
        'with SQLite, on a full disk',
        needsRoot(),
        async () => {
          const disk = temporaryFolder()
          execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
          ends.push(() => execFileSync('umount', [disk]))
          const deployment = createDeployment(folder(), `sqlite:${disk}/mailprofile.db`)
          const server = await deployment.start()
          ends.push(() => server.stop())
          const made = await deployment.invite(server.url, { address: 'ann@btinternet.com' })
          expect(await readiness(server)).not.toContain('store')

          const filling = join(disk, 'filling')
          expect(() => writeFileSync(filling, Buffer.alloc(2 ** 20))).toThrow('ENOSPC')
          await expect.poll(() => readiness(server), HEALING).toContain('The store cannot be')
          expect(await statuses(1, `${server.url}${pathOf(made)}/formats/k9-settings`)).toEqual([
            503,
          ])
          expect(await configCheck(folder())).toMatch(/warning +store .*full/)
          const second = await deployment.start()
          ends.push(() => second.stop())
          await expect
            .poll(() => second.lines.join('\n'), HEALING)
            .toMatch(/store cannot be used.*full/)

          rmSync(filling)
          await expect.poll(() => readiness(server), HEALING).not.toContain('store')
          expect(await statuses(1, `${server.url}${pathOf(made)}/formats/k9-settings`)).toEqual([
            200,
          ])
        },
      ],
      [
        'with Redis, without memory',
        isMissing('redis-server'),
        async () => {
          const redis = await redisServer({ folder: folder() })
          const deployment = createDeployment(folder(), redis.url)
          const server = await deployment.start()
          ends.push(() => server.stop())
          expect(await readiness(server)).not.toContain('store')
          await redis.admin.configSet('maxmemory', '1')
          await expect.poll(() => readiness(server), HEALING).toContain('The store cannot be')
          await expect.poll(() => server.lines.join('\n')).toContain('has no memory left')
          expect(await configCheck(folder())).toMatch(/warning +store .*no memory left/)
          await redis.admin.configSet('maxmemory', '0')
          await expect.poll(() => readiness(server), HEALING).not.toContain('store')
        },
      ],
    ]
    for (const [name, lacks, attack] of some(STORES, 1)) {
      it.skipIf(lacks || isMissing('openssl'))(name, attack)
    }
  },
)

promise(
  'What /readyz tells everybody are words: paths of keys and stores, and names of machines, stand in the log.',
  () => {
    const folder = suite((path) => path)
    const expectWords = (text: string, ...secrets: readonly string[]) => {
      const { warnings } = JSON.parse(text) as { warnings: readonly string[] }
      for (const warning of warnings) {
        for (const secret of ['/', '127.0.0.1', ...secrets]) expect(warning).not.toContain(secret)
      }
      return warnings
    }

    const TROUBLES: readonly (readonly [string, boolean, () => Promise<void>])[] = [
      [
        'when the keys and the store are gone',
        isMissing('redis-server') || isMissing('openssl'),
        async () => {
          const redis = await redisServer({ folder: folder() })
          const deployment = createDeployment(folder(), redis.url)
          const server = await deployment.start()
          ends.push(() => server.stop())
          for (const file of ['fullchain.pem', 'privkey.pem']) rmSync(join(folder(), file))
          server.process.kill('SIGHUP')
          redis.kill()
          await expect
            .poll(() => readiness(server), HEALING)
            .toMatch(/renewed certificate is not used.*The store cannot be/)
          expectWords(await readiness(server), 'privkey.pem', String(redis.port))
          for (const place of [join(folder(), 'fullchain.pem'), `127.0.0.1:${redis.port}`]) {
            await expect.poll(() => server.lines.join('\n')).toContain(place)
          }
        },
      ],
      [
        'when nothing can be kept',
        false,
        async () => {
          const cwd = temporaryFolder()
          const state = join(cwd, 'no-folder')
          writeFileSync(state, '')
          const server = await startServer([], { cwd, env: { XDG_STATE_HOME: state } })
          ends.push(() => server.stop())
          const warnings = expectWords(await readiness(server), 'no-folder')
          expect(warnings.join('\n')).toContain('kept in memory')
          expect(server.lines.join('\n')).toContain(state)
        },
      ],
    ]
    for (const [name, lacks, attack] of some(TROUBLES, 1)) it.skipIf(lacks)(name, attack)
  },
)

async function configCheck(cwd: string): Promise<string> {
  const { exitCode, stdout } = await runCli(['config', 'check'], { cwd, env: { HOME: cwd } })
  expect(exitCode).toBe(0)
  return stdout.toString()
}
