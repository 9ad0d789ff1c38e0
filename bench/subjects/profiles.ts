import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestChain } from '../../test/support/make-chain.js'
import { verifyCms } from '../../test/support/openssl.js'
import { chainIn, KEYS, nameOf, SIGNING, type Key } from '../support/chain-in.js'
import { ChildServers } from '../support/child-servers.js'
import { inFolder } from '../support/in-folder.js'
import { scriptArgv } from '../support/places.js'
import type { PeerAnswer } from '../support/profile-peer.js'
import { inTurn, row, type Options, type Row, type Subject } from '../support/subject.js'
import { createWrk } from '../support/wrk.js'

const ROUTE = '/formats/apple-profile'
const CONNECTIONS = 16
const WANTED = { of: 'ratio', atLeast: 0.8 } as const
// What Node itself writes into every answer, from case to case.
const OF_NODE = ['date', 'connection', 'keep-alive', 'content-length']

const PROVIDER = `id: example
name: Example Mail
domains: [example.com]
incoming:
  - { protocol: imap, host: imap.example.com, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.example.com, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`
const BASE = `baseUrl: https://setup.example.com\nlimits: { enabled: false }\n${SIGNING}`
const CONFIGURED = `${BASE}providers: ./providers\nserve: { domains: [example.com] }\n`

const pathOf = (user: string, domain: string) => `${ROUTE}?address=${user}%40${domain}`

/**
 * `GET /formats/apple-profile` of unique addresses under load by wrk, beside bare Express that signs and sends
 * as many bytes: see `profile-peer.ts`.
 */
export const profiles: Subject = {
  name: 'profiles',
  about: 'signed profiles over HTTP, each for another address, limits off (wrk)',
  run: async (options) => {
    const rows: Row[] = []
    for (const key of KEYS) rows.push(...(await profileRows(key, options)))
    return rows
  },
}

function profileRows(key: Key, { isQuick }: Options): Promise<Row[]> {
  return inFolder(async (folder) => {
    const servers = new ChildServers(folder)
    try {
      const chain = chainIn(folder, key)
      mkdirSync(join(folder, 'providers'))
      writeFileSync(join(folder, 'providers', 'example.yaml'), PROVIDER)
      const catalogue = await servers.serve('catalogue', BASE)
      const configured = await servers.serve('configured', CONFIGURED)
      const bare = await startBare(servers, catalogue.port, chain)

      const wrk = createWrk(folder)
      const ask = (port: number, domain: string, seconds: number) =>
        wrk({ port, path: pathOf('person{n}', domain), connections: CONNECTIONS, seconds })
      const ways = (seconds: number) => ({
        catalogue: () => ask(catalogue.port, 'btinternet.com', seconds),
        configured: () => ask(configured.port, 'example.com', seconds),
        bare: () => ask(bare, 'btinternet.com', seconds),
      })
      await inTurn(1, ways(isQuick ? 1 : 3))
      // Short rounds, so that what else the machine does is spread.
      const rates = await inTurn(isQuick ? 5 : 15, ways(1))

      const name = nameOf(key)
      const peer = { title: 'bare Express, the same answer', values: rates.bare }
      const options = { peer, wanted: WANTED }
      return [
        row([name, `${key}, from the catalogue`], 'answers/s', rates.catalogue, options),
        row(
          [`${name}-configured`, `${key}, a configured domain`],
          'answers/s',
          rates.configured,
          options,
        ),
      ]
    } finally {
      await servers.stop()
    }
  })
}

/** Starts bare Express that sends what the server sends. */
async function startBare(servers: ChildServers, port: number, chain: TestChain): Promise<number> {
  const path = pathOf('person1000000', 'btinternet.com')
  const answer = await fetchProfile(port, path, chain)
  const input = JSON.stringify({ ...answer, key: chain.key })
  const bare = await servers.start('bare', scriptArgv('profile-peer'), { path, input })
  const { profile, headers } = await fetchProfile(bare.port, path, chain)
  // An ECDSA signature may be some bytes shorter.
  if (
    Math.abs(profile.length - answer.profile.length) > 8 ||
    JSON.stringify(headers) !== JSON.stringify(answer.headers)
  ) {
    throw new Error('Bare Express sends something else.')
  }
  return bare.port
}

async function fetchProfile(port: number, path: string, { root }: TestChain): Promise<PeerAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  const body = Buffer.from(await response.arrayBuffer())
  if (verifyCms(body, root) === undefined) throw new Error(`No signed profile: ${path}`)
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => !OF_NODE.includes(name)),
  )
  return { key: '', profile: body.toString('base64'), headers }
}
