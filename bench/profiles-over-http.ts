import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeChain, readChain, type TestChain } from '../test/support/make-chain.js'
import { verifyCms } from '../test/support/openssl.js'
import { ChildServers } from './child-servers.js'
import { median } from './median.js'
import type { PeerAnswer } from './profile-http-peer.js'
import { createWrk } from './wrk.js'

/** What was measured of one way to get a profile, round by round. */
export interface ProfileRow {
  readonly key: 'RSA-2048' | 'P-256'
  readonly way: 'catalogue' | 'configured' | 'bare'
  /** Answers a second. */
  readonly rates: readonly number[]
  /** The median of what share of bare Express' rate each round's was. */
  readonly ofBare: number
}

export interface ProfilesOptions {
  readonly rounds: number
  /** Of one way in one round. */
  readonly seconds: number
  readonly connections: number
}

const BIN = fileURLToPath(new URL('../dist/bin/mailprofile.js', import.meta.url))
const PEER = fileURLToPath(new URL('profile-http-peer.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')
const ROUTE = '/formats/apple-profile'
const WARM_UP_SECONDS = 3
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

const CONFIGURATIONS = {
  catalogue: '',
  configured: 'providers: ./providers\nserve: { domains: [example.com] }\n',
} as const
const DOMAINS = { catalogue: 'btinternet.com', configured: 'example.com' } as const

const addressOf = (user: string, way: keyof typeof DOMAINS) =>
  `${ROUTE}?address=${user}%40${DOMAINS[way]}`

async function fetchProfile(port: number, path: string, { root }: TestChain): Promise<PeerAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  const body = Buffer.from(await response.arrayBuffer())
  if (verifyCms(body, root) === undefined) throw new Error(`No signed profile: ${path}`)
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => !OF_NODE.includes(name)),
  )
  return { key: '', profile: body.toString('base64'), headers }
}

/**
 * `GET /formats/apple-profile` of unique addresses under load by wrk, beside bare Express that signs and sends
 * as many bytes: see `profile-http-peer.ts`. The ways take turns, round by round, so that what else the machine
 * does is spread over all of them.
 */
export async function measureProfiles(
  key: ProfileRow['key'],
  { rounds, seconds, connections }: ProfilesOptions,
): Promise<readonly ProfileRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))
  const servers = new ChildServers(folder)
  try {
    const home = join(folder, 'certificates')
    mkdirSync(home)
    makeChain(home, key)
    const chain = readChain(home)
    mkdirSync(join(folder, 'providers'))
    writeFileSync(join(folder, 'providers', 'example.yaml'), PROVIDER)

    const ways: { way: ProfileRow['way']; port: number; path: string; rates: number[] }[] = []
    for (const way of ['catalogue', 'configured'] as const) {
      const file = join(folder, `${way}.yaml`)
      writeFileSync(
        file,
        `baseUrl: https://setup.example.com\nlimits: { enabled: false }\n` +
          `signing: { certificate: certificates/fullchain.pem, key: certificates/leaf.key }\n` +
          CONFIGURATIONS[way],
      )
      const argv = [BIN, 'serve', '--config', file, '--port']
      const port = await servers.start(way, argv, '/healthz')
      ways.push({ way, port, path: addressOf('person{n}', way), rates: [] })
    }
    const example = addressOf('person1000000', 'catalogue')
    const answer = await fetchProfile(ways[0]?.port ?? 0, example, chain)
    const input = JSON.stringify({ ...answer, key: chain.key })
    const port = await servers.start('bare', ['--import', TSX, PEER], example, { input })
    const { profile, headers } = await fetchProfile(port, example, chain)
    // An ECDSA signature may be some bytes shorter.
    if (
      Math.abs(profile.length - answer.profile.length) > 8 ||
      JSON.stringify(headers) !== JSON.stringify(answer.headers)
    ) {
      throw new Error('Bare Express sends something else.')
    }
    ways.push({ way: 'bare', port, path: addressOf('person{n}', 'catalogue'), rates: [] })

    const wrk = createWrk(folder)
    for (const one of ways) await wrk({ ...one, connections, seconds: WARM_UP_SECONDS })
    for (let round = 0; round < rounds; round++) {
      for (const one of ways) one.rates.push(await wrk({ ...one, connections, seconds }))
    }
    const bare = ways.at(-1)?.rates ?? []
    return ways.map(({ way, rates }) => ({
      key,
      way,
      rates,
      ofBare: median(rates.map((rate, round) => rate / (bare[round] ?? NaN))),
    }))
  } finally {
    await servers.stop()
    rmSync(folder, { recursive: true })
  }
}
