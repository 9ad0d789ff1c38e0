import { request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { withFreePorts } from '../../test/support/free-ports.js'
import { benchKey, invite } from '../support/api-server.js'
import { autocannon } from '../support/autocannon.js'
import { chainIn, SIGNING } from '../support/chain-in.js'
import { ChildServers } from '../support/child-servers.js'
import type { ConstantAnswer } from '../support/constant-peer.js'
import { inFolder } from '../support/in-folder.js'
import { scriptArgv } from '../support/places.js'
import { everyRoute, type Route } from '../support/routes.js'
import { inTurn, row, type Options, type Row, type Subject } from '../support/subject.js'
import { createWrk, type LoadGenerator } from '../support/wrk.js'

const CONNECTIONS = 16
// What Node itself writes into every answer, from case to case.
const OF_NODE = ['date', 'connection', 'keep-alive', 'content-length']

/** Every route, by two load generators, beside bare Express that sends the same bytes without doing anything for them. */
export const routes: Subject = {
  name: 'routes',
  about: 'every route over HTTP, limits off (wrk; autocannon, in rows of its own)',
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      chainIn(folder, 'RSA-2048')
      const servers = new ChildServers(folder)
      try {
        const { key, configuration } = benchKey()
        const metrics = await withFreePorts(['metrics'], (free) => Promise.resolve(free.metrics))
        const { port } = await servers.serve(
          'ours',
          `baseUrl: https://setup.example.com
limits: { enabled: false }
store: sqlite:invitations.db
pacc: { enabled: true }
securityTxt: { contact: ['mailto:security@example.com'] }
metrics: { host: 127.0.0.1, port: ${metrics} }
${SIGNING}${configuration}`,
        )
        const { port: bare } = await servers.start('bare', scriptArgv('constant-peer'), {
          path: '/',
        })
        const all = everyRoute(await invite(port, key), key)
        const wrk = createWrk(folder)
        const rows: Row[] = []
        const measure = async (route: Route, ours: number) => {
          rows.push(...(await routeRows(route, ours, { bare, isQuick, wrk })))
        }
        // The rest takes as long and shows no more.
        const wanted = all.filter((_, i) => !isQuick || i % 3 === 0)
        for (const route of wanted) await measure(route, port)
        await measure({ name: 'metrics', path: '/metrics' }, metrics)
        return rows
      } finally {
        await servers.stop()
      }
    }),
}

interface Means extends Options {
  /** The port of bare Express. */
  readonly bare: number
  readonly wrk: LoadGenerator
}

async function routeRows(
  route: Route,
  ours: number,
  { bare, isQuick, wrk }: Means,
): Promise<Row[]> {
  const { name, ...asked } = route
  const { answer, title } = await answerOf(ours, route)
  await fetch(`http://127.0.0.1:${bare}`, { method: 'PUT', body: JSON.stringify(answer) })
  const load = { ...asked, connections: CONNECTIONS, seconds: 1 }
  const ways = {
    wrk: () => wrk({ ...load, port: ours }),
    bare: () => wrk({ ...load, port: bare }),
    autocannon: () => autocannon({ ...load, port: ours }),
  }
  if (!isQuick) await ways.wrk()
  const rates = await inTurn(isQuick ? 1 : 3, ways)
  const peer = { title: 'bare Express, the same answer', values: rates.bare }
  return [
    row([name, title], 'answers/s', rates.wrk, { peer }),
    row([`${name}-autocannon`, '  the same, by autocannon'], 'answers/s', rates.autocannon),
  ]
}

/** What a server answers, once, for bare Express to answer the same. */
async function answerOf(
  port: number,
  { method = 'GET', path, headers, body }: Route,
): Promise<{ readonly answer: ConstantAnswer; readonly title: string }> {
  const target = path.replace('{n}', '1000000')
  // Unlike fetch, which sets the Host by itself, follows and unpacks.
  const asked = request({ port, host: '127.0.0.1', method, path: target, headers }).end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const answer = {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(response.headersDistinct)
        .filter(([name]) => !OF_NODE.includes(name))
        .map(([name, values = []]) => [name, values.join(', ')]),
    ),
    body: (await buffer(response)).toString('base64'),
  }
  const size = Buffer.from(answer.body, 'base64').length
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status}`)
  return {
    answer,
    title: `${method} ${withoutTokens(decodeURIComponent(path))}, ${size} bytes`,
  }
}

// Each run has others.
function withoutTokens(path: string): string {
  return path
    .replace(/\?(?!show).*?(&as=svg)?$/, '$1')
    .replace(/(?<=\/(?:i|invitations)\/)[\w-]{22}/, '…')
}
