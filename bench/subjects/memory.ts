import { setTimeout as sleep } from 'node:timers/promises'
import { askFromEverywhere } from '../support/ask-from-everywhere.js'
import { ChildServers } from '../support/child-servers.js'
import { inFolder } from '../support/in-folder.js'
import { residentOf } from '../support/resident.js'
import { serveUntilAnswer } from '../support/serve-until-answer.js'
import { inTurn, row, type Options, type Row, type Subject } from '../support/subject.js'

const LIMIT = 300
const IDLE_MILLISECONDS = 500
const SETUP = '/setup?address=ann@btinternet.com'

/** The resident memory of a server: idle, and while clients of ever new addresses come. That of `batch` is in its rows. */
export const memory: Subject = {
  name: 'memory',
  about: 'resident memory of a server',
  run: async (options) => [...(await idleRows(options)), ...(await soakRows(options))],
}

function idleRows({ isQuick }: Options): Promise<Row[]> {
  return inFolder(async (folder) => {
    const idle = () =>
      serveUntilAnswer(folder, async ({ child }) => {
        await sleep(IDLE_MILLISECONDS)
        return residentOf(child.pid ?? 0)?.now ?? NaN
      })
    await idle()
    const measured = await inTurn(isQuick ? 2 : 7, { idle })
    return [row(['idle', 'half a second after the first answer'], 'MB', measured.idle)]
  })
}

function soakRows({ isQuick }: Options): Promise<Row[]> {
  return inFolder(async (folder) => {
    const servers = new ChildServers(folder)
    try {
      const { port, pid } = await servers.serve(
        'ours',
        `baseUrl: https://setup.example.com
store: 'memory:'
trustProxy: [127.0.0.1]
limits: { client: 1000000 }
log: { level: error }
`,
      )
      const now: number[] = []
      const measured = await inTurn(isQuick ? 3 : 12, {
        pages: async () => {
          const rate = await askFromEverywhere(port, SETUP, isQuick ? 1000 : 5000)
          now.push(residentOf(pid)?.now ?? NaN)
          return rate
        },
      })
      const most = [residentOf(pid)?.most ?? NaN]
      return [
        row(['soak', 'while clients of ever new addresses come'], 'MB', now),
        row(['soak-most', '  at most'], 'MB', most, { wanted: { of: 'median', atMost: LIMIT } }),
        row(['soak-pages', '  setup pages for them'], 'answers/s', measured.pages),
      ]
    } finally {
      await servers.stop()
    }
  })
}
