import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Invitations } from '../../src/invitations/invitations.js'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import { DEFAULT_TERMS } from '../../src/invitations/terms.js'
import { openSqliteStore } from '../../src/store/sqlite/store.js'
import { benchKey, invitationRequest, invite } from '../support/api-server.js'
import { ChildServers } from '../support/child-servers.js'
import { FSYNC, fsyncRate } from '../support/fsync-rate.js'
import { measureLoad } from '../support/http-load.js'
import { inFolder } from '../support/in-folder.js'
import { median } from '../support/median.js'
import { rateOf } from '../support/rate.js'
import { inTurn, row, type Subject } from '../support/subject.js'

const CALLERS = 64
/** What has to be made a second, unless the disk is too slow for it, which takes some together. */
const LIMITS = { made: 3000, perFsync: 8, delay: 10 }
const WORKER = new URL('../../dist/store/sqlite/worker.js', import.meta.url)
const PERSON = parseInvitedPerson({
  address: 'person@btinternet.com',
  password: 'a password of ordinary length',
})

/** How fast invitations are made on SQLite, each of them on the disk, beside the disk's own speed. */
export const invitations: Subject = {
  name: 'invitations',
  about: `making invitations on SQLite, ${CALLERS} callers at once`,
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      const servers = new ChildServers(folder)
      const { key, configuration } = benchKey()
      const server = await servers.serve(
        'ours',
        `baseUrl: https://setup.example.com
store: sqlite:http.db
limits: { enabled: false }
${configuration}`,
        { tellsDelay: true },
      )
      const file = join(folder, 'bench.db')
      const store = await openSqliteStore({ file, now: Date.now, worker: WORKER })
      try {
        const made = new Invitations({ store })
        const make = () => made.make(PERSON, { ...DEFAULT_TERMS, maker: 'bench' })
        const call = calling(server.port, key)
        const milliseconds = isQuick ? 400 : 1000
        const delays = { own: [] as number[], server: [] as number[] }
        const delay = monitorEventLoopDelay({ resolution: 1 })
        const ways = {
          fsync: () => fsyncRate(join(folder, 'fsync'), milliseconds / 2),
          made: async () => {
            delay.enable()
            delay.reset()
            const rate = await rateOf(make, { width: CALLERS, milliseconds })
            delays.own.push(Math.max(0, delay.percentile(99) / 1e6 - 1))
            delay.disable()
            return rate
          },
          called: async () => {
            await server.eventLoopDelay()
            const rate = await call({ milliseconds })
            delays.server.push(await server.eventLoopDelay())
            return rate
          },
          idempotent: () => call({ milliseconds, isIdempotent: true }),
          coded: () => call({ milliseconds, callers: 2, more: { code: true } }),
        }
        await inTurn(1, ways)
        for (const values of Object.values(delays)) values.length = 0
        const rates = await inTurn(isQuick ? 3 : 9, ways)
        const wanted = Math.min(LIMITS.made, LIMITS.perFsync * median(rates.fsync))
        const peer = { title: FSYNC, values: rates.fsync }
        return [
          row(['fsync', FSYNC], 'a second', rates.fsync),
          row(['made', 'made in the process'], 'a second', rates.made, {
            peer,
            wanted: { of: 'median', atLeast: Math.floor(wanted) },
          }),
          row(['delay', 'event loop meanwhile, 99th percentile'], 'ms', delays.own, {
            wanted: { of: 'median', atMost: LIMITS.delay },
          }),
          row(['http', 'made by an HTTP call each'], 'a second', rates.called, { peer }),
          row(['http-delay', 'its event loop, 99th percentile'], 'ms', delays.server),
          row(['idempotent', 'with an Idempotency-Key each'], 'a second', rates.idempotent, {
            peer: { title: 'a call without', values: rates.called },
          }),
          row(['coded', 'with a code each, two callers'], 'a second', rates.coded),
        ]
      } finally {
        await store.close()
        await servers.stop()
      }
    }),
}

interface Calls {
  readonly milliseconds: number
  readonly isIdempotent?: boolean
  readonly callers?: number
  readonly more?: Readonly<Record<string, unknown>>
}

/** Gives what makes invitations by calls, at its rate. */
function calling(port: number, key: string): (calls: Calls) => Promise<number> {
  let number = 0
  return async ({ milliseconds, isIdempotent = false, callers = CALLERS, more = {} }) => {
    const { length: bodyLength } = await invite(port, key, more)
    const next = () =>
      invitationRequest(key, ++number, {
        more,
        headers: isIdempotent ? { 'Idempotency-Key': `call ${number}` } : {},
      })
    return measureLoad({
      port,
      request: next,
      bodyLength,
      status: 201,
      connections: callers,
      milliseconds,
    })
  }
}
