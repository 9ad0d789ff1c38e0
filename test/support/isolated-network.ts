import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { afterAll, beforeAll } from 'vitest'
import { isMissing, isRoot } from './programs.js'

/**
 * A network of its own that ends at loopback: whatever runs in it reaches nothing outside, every port
 * is free, and names are what its list says.
 */
export interface IsolatedNetwork {
  /** A command, as it is started to run in there. */
  command(program: string, argv: readonly string[]): readonly [string, readonly string[]]
  /** A connection to a port of its loopback. */
  connect(port: number): Duplex
  stop(): Promise<void>
}

// Runs in there, between its loopback and what it is given.
const BRIDGE = `const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1')
process.stdin.pipe(socket).pipe(process.stdout)`

const NAMESPACES = ['--net', '--mount', ...(isRoot() ? [] : ['--map-root-user'])]

/** Whether tests that need such a network have to be skipped; says why. */
export function noIsolatedNetwork(): boolean {
  if (['unshare', 'ip'].map((name) => isMissing(name as 'unshare' | 'ip')).includes(true)) {
    return true
  }
  const { status } = spawnSync('unshare', [...NAMESPACES, 'ip', 'link', 'set', 'lo', 'up'])
  if (status === 0) return false
  process.stderr.write(
    'Tests in a network of their own are skipped: this machine lets nobody make one.\n',
  )
  return true
}

/** The network of a `describe` block; a test reads it by calling the result. */
export function isolatedNetwork(names: readonly string[]): () => IsolatedNetwork {
  let network: IsolatedNetwork | undefined
  beforeAll(async () => {
    network = await startIsolatedNetwork(names)
  })
  afterAll(() => network?.stop())
  return () => {
    if (network === undefined) throw new Error('Only tests and hooks may ask for it.')
    return network
  }
}

/** @param names that lead to loopback; all others lead nowhere */
export async function startIsolatedNetwork(names: readonly string[]): Promise<IsolatedNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-network-'))
  const hosts = ['localhost', ...names].map((name) => `127.0.0.1 ${name}\n`)
  writeFileSync(join(folder, 'hosts'), hosts.join(''))
  // Refused at once, instead of a name server that nobody reaches.
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n')
  const script = `set -e
ip link set lo up
mount --bind ${folder}/hosts /etc/hosts
mount --bind ${folder}/resolv.conf /etc/resolv.conf
echo ready
exec cat`
  // It ends with this process, whose end of the pipe then closes.
  const holder = spawn('unshare', [...NAMESPACES, 'sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(holder, 'exit')
  await Promise.race([
    once(holder.stdout, 'data'),
    ended.then(([code]) => Promise.reject(new Error(`unshare ended with ${code}.`))),
  ])
  const enter = [
    // The working folder would become that of the holder.
    ...['--target', String(holder.pid), '--net', '--mount', '--wd=.'],
    ...(isRoot() ? [] : ['--user', '--preserve-credentials']),
  ]
  const command: IsolatedNetwork['command'] = (program, argv) => [
    'nsenter',
    [...enter, '--', program, ...argv],
  ]
  return {
    command,
    connect(port) {
      const bridge = spawn(...command(process.execPath, ['--eval', BRIDGE, String(port)]), {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const connection = Duplex.from({ writable: bridge.stdin, readable: bridge.stdout })
      // Whoever ends on the other side says nothing first.
      connection.on('error', () => undefined)
      return connection
    },
    async stop() {
      holder.stdin.end()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}
