import { PassThrough, Readable } from 'node:stream'
import { run } from '../../src/cli/run.js'
import { openDelivery } from '../../src/delivery/open-delivery.js'
import type { Io } from '../../src/cli/io.js'
import { openTestDirectory } from './open-test-directory.js'
import { openTestStore } from './open-test-store.js'
import { tryStore } from '../../src/store/try-store.js'
import type { Network } from '../../src/discovery/network.js'

export interface CliResult {
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: string
}

// A test that asks the network without having given one is told so.
const NO_NETWORK: Network = {
  addresses: () => Promise.reject(new Error('This test has no network.')),
  mx: () => Promise.reject(new Error('This test has no network.')),
  srv: () => Promise.reject(new Error('This test has no network.')),
  dial: () => {
    throw new Error('This test has no network.')
  },
}

/** Runs the command line in this process, with everything around it given. */
export async function runCli(
  argv: readonly string[],
  options: Partial<
    Pick<Io, 'env' | 'cwd' | 'now' | 'signal' | 'networkInterfaces' | 'mailServers'>
  > & {
    /** What is there to read, or what is read as it comes, such as a terminal. */
    readonly stdin?: string | Uint8Array | Io['stdin']
    readonly terminal?: boolean
    readonly network?: Network
    /** Called with what is written to standard error, as it comes. */
    readonly onStderr?: (text: string) => void
    /** The same for standard output. */
    readonly onStdout?: (text: string) => void
  } = {},
): Promise<CliResult> {
  const stdout = collector(options.terminal === true)
  const stderr = collector(options.terminal === true)
  const { onStdout, onStderr } = options
  if (onStdout) stdout.stream.on('data', (chunk: Buffer) => onStdout(chunk.toString('utf8')))
  if (onStderr) stderr.stream.on('data', (chunk: Buffer) => onStderr(chunk.toString('utf8')))
  const exitCode = await run(argv, {
    stdin: streamOf(options.stdin),
    stdout: stdout.stream,
    stderr: stderr.stream,
    logOutput: () => (bytes) => {
      stdout.stream.write(bytes)
      return bytes.length
    },
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    now: options.now ?? (() => new Date()),
    networkInterfaces: options.networkInterfaces ?? (() => ({})),
    network: () => Promise.resolve(options.network ?? NO_NETWORK),
    mailServers: options.mailServers,
    openStore: openTestStore,
    tryStore: (location, more) => tryStore(location, { ...more, now: Date.now }),
    openDirectory: openTestDirectory,
    openDelivery: (config) =>
      openDelivery(config, {
        now: options.now ?? (() => new Date()),
        elapsed: () => performance.now(),
      }),
    onReload: () => undefined,
    signal: options.signal ?? new AbortController().signal,
  })
  return { exitCode, stdout: stdout.read(), stderr: stderr.read().toString('utf8') }
}

function streamOf(stdin: string | Uint8Array | Io['stdin'] = ''): Io['stdin'] {
  if (typeof stdin !== 'string' && !(stdin instanceof Uint8Array)) return stdin
  return Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)])
}

/** A stream that keeps what is written to it. */
export function collector(isTTY = false) {
  const chunks: Buffer[] = []
  const stream = Object.assign(new PassThrough(), { isTTY })
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return { stream, read: () => Buffer.concat(chunks) }
}
