import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Network } from '../../src/discovery/network.js'
import { createApiKey, hashApiKey } from '../../src/http/api/key.js'
import { createTestChain } from './certificates.js'
import { runCli } from './cli.js'
import type { TestChain } from './make-chain.js'
import { temporaryFolder } from './temporary-folder.js'

/** `mailprofile serve` with a network and a clock of the test's own. */
export interface DiscoveringServer {
  readonly url: string
  readonly folder: string
  /** Has every scope. */
  readonly apiKey: string
  /** What it wrote to standard output so far. */
  readonly log: () => string
  readonly advance: (milliseconds: number) => void
}

export interface DiscoveringServerOptions {
  /** Lines of YAML. */
  readonly more?: string
  /** Provider files by name. */
  readonly providers?: Readonly<Record<string, string>>
  /** To stand for another copy of the same server. */
  readonly folder?: string
  readonly apiKey?: string
}

// To make a key takes longer than all the rest of a start.
let chain: TestChain | undefined

function createChain(): TestChain {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-chain-'))
  try {
    return createTestChain(folder, 'P-256')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Starts the whole server on loopback for one test; clients are told apart by X-Forwarded-For. */
export async function startDiscoveringServer(
  network: Network,
  options: DiscoveringServerOptions = {},
): Promise<DiscoveringServer> {
  const { more = 'discovery: { enabled: true, ispdb: false }', providers = {} } = options
  const folder = options.folder ?? temporaryFolder()
  const apiKey = options.apiKey ?? createApiKey(randomBytes)
  mkdirSync(join(folder, 'providers'), { recursive: true })
  for (const [name, yaml] of Object.entries(providers)) {
    writeFileSync(join(folder, 'providers', name), yaml)
  }
  chain ??= createChain()
  writeFileSync(join(folder, 'fullchain.pem'), chain.fullChain)
  writeFileSync(join(folder, 'privkey.pem'), chain.key)
  writeFileSync(
    join(folder, 'mailprofile.yaml'),
    `signing: { certificate: fullchain.pem, key: privkey.pem }
providers: providers
trustProxy: [127.0.0.1]
store: 'memory:'
branding: { name: Operator Mail }
api: { keys: [{ name: k, hash: '${hashApiKey(apiKey)}' }] }
${more}
`,
  )
  let offset = 0
  let log = ''
  const stop = new AbortController()
  const url = await new Promise<string>((resolve, reject) => {
    const ended = runCli(['serve', '--port', '0'], {
      cwd: folder,
      env: { HOME: folder },
      network,
      now: () => new Date(Date.now() + offset),
      signal: stop.signal,
      onStdout(text) {
        log += text
        const line = log.split('\n').find((entry) => entry.includes('"listening"'))
        if (line !== undefined) resolve((JSON.parse(line) as { url: string }).url)
      },
    })
    onTestFinished(async () => {
      stop.abort()
      await ended
    })
    ended.then(({ stderr }) => reject(new Error(`The server ended: ${stderr}`)), reject)
  })
  return { url, folder, apiKey, log: () => log, advance: (by) => (offset += by) }
}
