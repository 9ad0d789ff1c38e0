import { ChildServers } from '../support/child-servers.js'
import { measureLoad } from '../support/http-load.js'
import { inFolder } from '../support/in-folder.js'
import { scriptArgv } from '../support/places.js'
import { inTurn, row, type Subject } from '../support/subject.js'

const CONNECTIONS = 16
const PATH = '/mail/config-v1.1.xml'
const BY_ADDRESS = `${PATH}?emailaddress=ann%40btinternet.com`
const HOST = 'autoconfig.btinternet.com'
const LIMITS = { constant: 0.85, bare: 0.5 }

/**
 * Autoconfig answers under load, beside a route that sends the same bytes behind the same middleware, and beside bare
 * Express: see `autoconfig-peer.ts`.
 */
export const autoconfig: Subject = {
  name: 'autoconfig',
  about: 'autoconfig documents over HTTP',
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      const servers = new ChildServers(folder)
      try {
        const ours = await servers.serve('ours', 'baseUrl: https://setup.example.com\n')
        const input = await fetchDocument(ours.port)
        const start = async (kind: 'constant' | 'bare') => {
          const argv = [...scriptArgv('autoconfig-peer'), kind]
          const { port } = await servers.start(kind, argv, { path: BY_ADDRESS, input })
          if (!(await fetchDocument(port)).equals(input)) throw new Error(`${kind} differs.`)
          return port
        }
        const ports = { constant: await start('constant'), bare: await start('bare') }
        const ask = (port: number, target: string, milliseconds: number) =>
          measureLoad({
            port,
            request: requestFor(target),
            bodyLength: input.length,
            connections: CONNECTIONS,
            milliseconds,
          })
        const ways = (milliseconds: number) => ({
          byHost: () => ask(ours.port, PATH, milliseconds),
          byAddress: () => ask(ours.port, BY_ADDRESS, milliseconds),
          constant: () => ask(ports.constant, PATH, milliseconds),
          bare: () => ask(ports.bare, PATH, milliseconds),
        })
        await inTurn(1, ways(isQuick ? 1000 : 2000))
        // Short rounds, so that what else the machine does is spread.
        const rates = await inTurn(isQuick ? 9 : 31, ways(300))

        const constant = {
          title: 'a constant route behind the same middleware',
          values: rates.constant,
        }
        const bare = { title: 'bare Express, the same bytes', values: rates.bare }
        const [ofConstant, ofBare] = [
          { peer: constant, wanted: { of: 'ratio', atLeast: LIMITS.constant } as const },
          { peer: bare, wanted: { of: 'ratio', atLeast: LIMITS.bare } as const },
        ]
        return [
          row(['constant', 'by Host'], 'answers/s', rates.byHost, ofConstant),
          row(['bare', 'by Host'], 'answers/s', rates.byHost, ofBare),
          row(['address-constant', 'by emailaddress'], 'answers/s', rates.byAddress, ofConstant),
          row(['address-bare', 'by emailaddress'], 'answers/s', rates.byAddress, ofBare),
        ]
      } finally {
        await servers.stop()
      }
    }),
}

async function fetchDocument(port: number): Promise<Buffer> {
  return Buffer.from(await (await fetch(`http://127.0.0.1:${port}${BY_ADDRESS}`)).arrayBuffer())
}

function requestFor(target: string): Buffer {
  return Buffer.from(`GET ${target} HTTP/1.1\r\nHost: ${HOST}\r\nUser-Agent: bench\r\n\r\n`)
}
