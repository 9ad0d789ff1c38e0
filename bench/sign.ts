import { execFile } from 'node:child_process'
import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { exportFormat, loadSigningIdentity, parseAccount, type SigningIdentity } from 'mailprofile'
import { makeChain, readChain, type TestChain } from '../test/support/make-chain.js'
import { program } from '../test/support/programs.js'
import { median } from './median.js'

// A signed profile, the whole way from JSON to DER, beside a bare asynchronous crypto.sign of the
// profile's bytes, which is the limit; and beside other ways to get one. Keys are made here.

const ROUNDS = 15
const DELAY_SECONDS = 2
// contentType, signingTime and messageDigest with SHA-256, as a SET.
const ATTRIBUTES_LENGTH = 107

const ACCOUNT = {
  identity: { address: 'ann@btinternet.com', name: 'Ann Example' },
  accountName: 'BT Mail',
  incoming: {
    protocol: 'imap',
    host: 'mail.btinternet.com',
    port: 993,
    security: 'tls',
    authentication: 'password-cleartext',
    username: 'ann@btinternet.com',
  },
  outgoing: {
    protocol: 'smtp',
    host: 'mail.btinternet.com',
    port: 465,
    security: 'tls',
    authentication: 'password-cleartext',
    username: 'ann@btinternet.com',
  },
} as const

interface MobileConfig {
  getSignedEmailConfig(
    options: Readonly<Record<string, unknown>>,
    callback: (error: Error | null, data: Buffer) => void,
  ): void
}

/** One thing to measure. */
interface Way {
  readonly title: string
  readonly run: () => Promise<unknown>
  /** How often a round runs it: about a tenth of a second for each way. */
  readonly runs: number
}

const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))

/** Runs a second, `width` at a time. */
async function rate({ run, runs }: Way, width: number): Promise<number> {
  let left = runs
  const begin = performance.now()
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (left-- > 0) await run()
    }),
  )
  return runs / ((performance.now() - begin) / 1000)
}

function row(...cells: readonly string[]): void {
  const [first = '', ...rest] = cells
  console.log(first.padEnd(44) + rest.map((cell) => cell.padStart(13)).join(''))
}

/**
 * The ways of a group in turn, round by round, so that what else the machine does is spread over
 * all of them; the slow ones after the fast, whose caches they would empty.
 */
async function compare(groups: readonly (readonly Way[])[], width: number): Promise<void> {
  let bare: readonly number[] = []
  for (const group of groups) {
    const ways = group.map((way) => ({ ...way, runs: width === 1 ? way.runs / 2 : way.runs }))
    const rates = ways.map((): number[] => [])
    for (const way of ways) await rate(way, width)
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, way] of ways.entries()) rates[i]?.push(await rate(way, width))
    }
    if (bare.length === 0) bare = rates[1] ?? []
    for (const [i, { title }] of ways.entries()) {
      const own = rates[i] ?? []
      const share = median(own.map((value, round) => value / (bare[round] ?? NaN)))
      row(`  ${title}`, median(own).toFixed(0), share.toFixed(share < 0.1 ? 3 : 2))
    }
  }
}

function signBare(bytes: Buffer, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, key, (error, signature) => {
      if (error) reject(error)
      else resolve(signature)
    })
  })
}

async function exportSigned(signingIdentity: SigningIdentity): Promise<Uint8Array> {
  const { body } = await exportFormat('apple-profile', parseAccount(ACCOUNT), { signingIdentity })
  return body
}

function signWithOpenssl(chain: TestChain, content: string): Promise<unknown> {
  const file = (name: string) => join(chain.folder, name)
  const args = [
    ...['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER', '-md', 'sha256', '-nosmimecap'],
    ...['-signer', file('leaf.pem'), '-inkey', file('leaf.key')],
    ...['-certfile', file('intermediate.pem'), '-in', content],
  ]
  return new Promise((resolve, reject) => {
    execFile(program('openssl'), args, { encoding: 'buffer' }, (error, stdout) => {
      if (error) reject(new Error('openssl failed.', { cause: error }))
      else resolve(stdout)
    })
  })
}

function signWithMobileconfig(mobileconfig: MobileConfig, chain: TestChain): Promise<Buffer> {
  const { identity, incoming, outgoing } = ACCOUNT
  const server = ({ host, port, username }: typeof incoming | typeof outgoing) => ({
    hostname: host,
    port,
    secure: true,
    username,
  })
  const options = {
    emailAddress: identity.address,
    emailAccountName: identity.name,
    organization: 'Example',
    identifier: 'com.example.ann',
    displayName: 'BT Mail',
    accountName: 'BT Mail',
    imap: server(incoming),
    smtp: server(outgoing),
    keys: { key: chain.key, cert: chain.leaf, ca: [chain.intermediate], signingTime: true },
  }
  return new Promise((resolve, reject) => {
    mobileconfig.getSignedEmailConfig(options, (error, data) => {
      if (error) reject(error)
      else resolve(data)
    })
  })
}

async function measure(kind: 'RSA-2048' | 'P-256', mobileconfig: MobileConfig): Promise<void> {
  const home = mkdtempSync(join(folder, `${kind}-`))
  makeChain(home, kind)
  const chain = readChain(home)
  const signingIdentity = await loadSigningIdentity({
    certificate: chain.fullChain,
    key: chain.key,
  })
  const { body } = await exportFormat('apple-profile', parseAccount(ACCOUNT), { unsigned: true })
  const xml = Buffer.from(body)
  const content = join(folder, 'profile.xml')
  writeFileSync(content, xml)
  const key = createPrivateKey(chain.key)
  const attributes = Buffer.alloc(ATTRIBUTES_LENGTH, 1)
  const isRsa = kind === 'RSA-2048'
  const runs = isRsa ? 200 : 2000

  const fast: Way[] = [
    { title: 'mailprofile, JSON to signed DER', run: () => exportSigned(signingIdentity), runs },
    { title: 'bare crypto.sign, the profile', run: () => signBare(xml, key), runs },
    {
      title: 'bare crypto.sign, its signed attributes',
      run: () => signBare(attributes, key),
      runs,
    },
  ]
  const slow: Way[] = [
    {
      title: 'openssl cms -sign, a process each',
      run: () => signWithOpenssl(chain, content),
      runs: 16,
    },
  ]
  if (isRsa) {
    const run = () => signWithMobileconfig(mobileconfig, chain)
    slow.unshift({ title: 'mobileconfig', run, runs: 4 })
  }
  for (const width of [1, 16]) {
    console.log('')
    row(`${kind}, ${width === 1 ? 'one at a time' : `${width} at once`}`, 'profiles/s', 'of bare')
    await compare([fast, slow], width)
  }
  console.log('')
  row(`${kind}, 16 at once: event loop delay in ms`, 'p50', 'p99', 'max')
  for (const way of fast.slice(0, 2)) await measureDelay(way)
}

async function measureDelay({ title, run }: Way): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const end = performance.now() + DELAY_SECONDS * 1000
  delay.enable()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() < end) await run()
    }),
  )
  delay.disable()
  const values = [delay.percentile(50), delay.percentile(99), delay.max]
  row(`  ${title}`, ...values.map((nanoseconds) => (nanoseconds / 1e6).toFixed(1)))
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ` +
    `${availableParallelism()} cores, ${process.env['UV_THREADPOOL_SIZE'] ?? 4} threads for crypto`,
)
console.log(
  `Medians of ${ROUNDS} rounds in turn. Event loop delay: of a timer of 1 ms, nothing subtracted.`,
)
try {
  // CommonJS, and without types.
  const mobileconfig = createRequire(import.meta.url)('mobileconfig') as MobileConfig
  await measure('RSA-2048', mobileconfig)
  await measure('P-256', mobileconfig)
} finally {
  rmSync(folder, { recursive: true })
}
