import { spawn } from 'node:child_process'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { rootCertificates } from 'node:tls'
import forge from 'node-forge'
import type { IsolatedNetwork } from './isolated-network.js'

/** Delta Chat without its windows: the program that its desktop apps are built on. */
export interface DeltaChat {
  /** A call of its JSON-RPC interface; rejects with what it says against it. */
  call(method: string, ...params: readonly unknown[]): Promise<unknown>
  stop(): Promise<void>
}

/** How setting up an account ended, with what the core noted meanwhile. */
export interface Attempt {
  readonly succeeded: boolean
  readonly notes: readonly string[]
}

interface Event {
  readonly contextId: number
  readonly event: Readonly<Record<string, unknown>> & { readonly kind: string }
}

// Not among the dependencies of development: its makers list platforms that they have not published, which
// npm ci takes for a broken lock file.
const PACKAGE = `@deltachat/stdio-rpc-server-${process.platform}-${process.arch}`

/** Where the core is, or undefined where its makers build none for this kind of machine. */
export function findDeltaChat(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE)
  } catch {
    return undefined
  }
}

/** Whether tests with it have to be skipped; with REQUIRE_ALL=1 that is an error. */
export function noDeltaChat(): boolean {
  if (findDeltaChat() !== undefined) return false
  if (process.env['REQUIRE_ALL'] === '1') {
    throw new Error(`REQUIRE_ALL=1, but ${PACKAGE} is missing: npm install --no-save ${PACKAGE}.`)
  }
  process.stderr.write(
    `Tests that need Delta Chat are skipped: npm install --no-save ${PACKAGE} brings it.\n`,
  )
  return true
}

// An RSA key of 2048 bits, as the authorities of the tests have.
const REPLACED = new X509Certificate(
  rootCertificates.find((pem) =>
    new X509Certificate(pem).subject.endsWith('CN=DigiCert Global Root G2'),
  ) ?? '',
)

/** What an authority of the tests has to be called, that a core is to trust. */
export const TRUSTED_NAME: readonly forge.pki.CertificateField[] = forge.pki.certificateFromPem(
  REPLACED.toString(),
).subject.attributes

/**
 * Delta Chat trusts the roots that are built into it and no others. This writes a copy of it in which
 * the key of one of them is that of an authority of the tests, and nothing else differs.
 *
 * @param ca in PEM, with `TRUSTED_NAME` as its name
 */
export function deltaChatThatTrusts(ca: string, folder: string): string {
  const bytes = readFileSync(findDeltaChat() ?? '')
  const key = modulus(REPLACED.toString())
  const position = bytes.indexOf(key)
  if (position < 0 || bytes.indexOf(key, position + 1) >= 0) {
    throw new Error('Delta Chat has this root not once: the tests have to take another.')
  }
  modulus(ca).copy(bytes, position)
  const path = join(folder, 'deltachat-rpc-server')
  writeFileSync(path, bytes)
  chmodSync(path, 0o755)
  return path
}

function modulus(pem: string): Buffer {
  const { n = '' } = createPublicKey(pem).export({ format: 'jwk' })
  return Buffer.from(n, 'base64url')
}

/** @param folder for its data */
export function startDeltaChat(path: string, folder: string, network: IsolatedNetwork): DeltaChat {
  const child = spawn(...network.command(path, []), {
    env: { PATH: process.env['PATH'], HOME: folder, DC_ACCOUNTS_PATH: join(folder, 'accounts') },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const waiting = new Map<number, (answer: Answer) => void>()
  createInterface(child.stdout).on('line', (line) => {
    const answer = JSON.parse(line) as Answer
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  child.on('exit', () => {
    for (const [id, give] of waiting) give({ id, error: { message: 'It ended.' } })
  })
  let last = 0
  return {
    async call(method, ...params) {
      const id = ++last
      const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve))
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
      const { result, error } = await answer
      if (error !== undefined) throw new Error(error.message)
      return result
    },
    // Not in good order, for which it waits for its connections: its files go away anyway.
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Waits for an event of an account and returns it; the others until then go to `seen`. */
export async function nextEvent(
  core: DeltaChat,
  account: unknown,
  isWanted: (event: Event['event']) => boolean,
  seen: (event: Event['event']) => void = () => undefined,
): Promise<Event['event']> {
  for (;;) {
    const { contextId, event } = (await core.call('get_next_event')) as Event
    if (contextId !== account) continue
    if (isWanted(event)) return event
    seen(event)
  }
}

/** What somebody does who scans or opens a link for an account. */
export async function addAccount(
  core: DeltaChat,
  account: unknown,
  link: string,
): Promise<Attempt> {
  const notes: string[] = []
  const call = core.call('add_transport_from_qr', account, link).then(
    () => true,
    (error: unknown) => {
      notes.push(String(error))
      return false
    },
  )
  const end = nextEvent(
    core,
    account,
    ({ kind, progress }) => kind === 'ConfigureProgress' && (progress === 0 || progress === 1000),
    ({ msg }) => typeof msg === 'string' && notes.push(msg),
  )
  const [succeeded] = await Promise.all([call, end])
  return { succeeded, notes }
}

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}
