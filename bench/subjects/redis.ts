import { once } from 'node:events'
import { connect } from 'node:net'
import { startRedis } from '../../test/support/redis.js'
import { benchKey, invitationRequest, invite } from '../support/api-server.js'
import { chainIn, SIGNING } from '../support/chain-in.js'
import { ChildServers } from '../support/child-servers.js'
import { measureLoad } from '../support/http-load.js'
import { inFolder } from '../support/in-folder.js'
import { inTurn, row, type Subject } from '../support/subject.js'

const CONNECTIONS = 16
const DOWNLOADS = 20
/** How many times as long a profile through an invitation may take as one without. */
const LIMITS = { share: 0.63, delay: 10 }
const PROFILE = '/formats/apple-profile'
const PLAIN = `${PROFILE}?address=person0000001@btinternet.com`

/** What a profile costs by way of an invitation kept in Redis, and what that costs Redis. */
export const redis: Subject = {
  name: 'redis',
  about: `signed profiles (RSA-2048) through invitations in Redis, ${CONNECTIONS} connections, limits off`,
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      chainIn(folder, 'RSA-2048')
      const servers = new ChildServers(folder)
      const store = await startRedis({ folder })
      try {
        const { key, configuration } = benchKey()
        const server = await servers.serve(
          'ours',
          `baseUrl: https://setup.example.com
store: ${store.url}
limits: { enabled: false }
${SIGNING}${configuration}`,
          { tellsDelay: true },
        )
        const { port } = server
        const links: string[] = []
        const refill = async (count: number) => {
          const make = async () => {
            while (links.length < count) links.push((await invite(port, key)).path)
          }
          await Promise.all(Array.from({ length: CONNECTIONS }, make))
        }
        let left = 0
        let link = ''
        const throughInvitation = () => {
          if (left-- === 0) {
            link = links.pop() ?? ''
            left = DOWNLOADS - 1
          }
          return get(`${link}${PROFILE}`)
        }
        await refill(2)
        const lengths = {
          plain: await lengthOf(port, PLAIN),
          invited: await lengthOf(port, `${links.pop() ?? ''}${PROFILE}`),
          made: (await invite(port, key)).length,
        }
        const load = { port, connections: CONNECTIONS, milliseconds: isQuick ? 300 : 500 }
        const measured = {
          delays: [] as number[],
          download: [] as number[],
          making: [] as number[],
        }
        const bytes: number[] = []
        let number = 0
        const ways = {
          plain: () => measureLoad({ ...load, request: get(PLAIN), bodyLength: lengths.plain }),
          invited: async () => {
            await refill(300)
            await server.eventLoopDelay()
            const before = await info(store.port)
            const request = throughInvitation
            const rate = await measureLoad({ ...load, request, bodyLength: lengths.invited })
            const count = (rate * load.milliseconds) / 1000
            measured.download.push(((await info(store.port)).seconds - before.seconds) / count)
            measured.delays.push(await server.eventLoopDelay())
            return rate
          },
          made: async () => {
            const before = await info(store.port)
            const request = () => invitationRequest(key, ++number)
            const made = { ...load, request, bodyLength: lengths.made, status: 201 }
            const rate = await measureLoad(made)
            const after = await info(store.port)
            const count = (rate * load.milliseconds) / 1000
            measured.making.push((after.seconds - before.seconds) / count)
            bytes.push((after.bytes - before.bytes) / count)
            return rate
          },
        }
        await inTurn(isQuick ? 1 : 3, ways)
        for (const values of [...Object.values(measured), bytes]) values.length = 0
        const rates = await inTurn(isQuick ? 5 : 15, ways)
        const micro = (seconds: readonly number[]) => seconds.map((value) => value * 1e6)
        return [
          row(['plain', 'without an invitation'], 'answers/s', rates.plain),
          row(['download', 'through an invitation'], 'answers/s', rates.invited, {
            peer: { title: 'the same profile without one', values: rates.plain },
            wanted: { of: 'ratio', atLeast: LIMITS.share },
          }),
          row(['delay', 'event loop meanwhile, 99th percentile'], 'ms', measured.delays, {
            wanted: { of: 'median', atMost: LIMITS.delay },
          }),
          row(['made', 'invitations made by calls'], 'a second', rates.made),
          row(['download-time', "Redis' core, for a download"], 'µs', micro(measured.download)),
          row(
            ['download-limit', "downloads that Redis' core is enough for"],
            'a second',
            measured.download.map((seconds) => 1 / seconds),
          ),
          row(['made-time', "Redis' core, for an invitation made"], 'µs', micro(measured.making)),
          row(['record', "Redis' memory, for an invitation"], 'bytes', bytes),
        ]
      } finally {
        await servers.stop()
        await store.stop()
      }
    }),
}

function get(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`)
}

async function lengthOf(port: number, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return (await response.arrayBuffer()).byteLength
}

/** What Redis has used so far: seconds of its core, and bytes. */
async function info(port: number): Promise<{ readonly seconds: number; readonly bytes: number }> {
  const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('INFO\r\nQUIT\r\n'))
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString()))
  await once(socket, 'close')
  const of = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1])
  return {
    seconds: of('used_cpu_user') + of('used_cpu_sys'),
    bytes: of('used_memory'),
  }
}
