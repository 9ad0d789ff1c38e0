import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startBuilt } from '../support/built-server.js'
import { isMissing, program } from '../support/programs.js'
import { startServer } from '../support/server.js'
import { inLongSuite } from '../support/runs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const PATIENCE = { timeout: 60_000, interval: 20 }

/** Waits until a process takes SIGHUP, which is the first signal. */
async function untilItTakesHangUps(pid: number): Promise<void> {
  for (let attempt = 1; attempt <= 500; attempt++) {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    if ((Number.parseInt((caught?.[1] ?? '').slice(-1), 16) & 1) === 1) return
    await sleep(5)
  }
  throw new Error('It never takes SIGHUP.')
}

describe.skipIf(!existsSync('/proc/self/status'))('SIGHUP', () => {
  it('does not end one that starts', async () => {
    const silent = createServer()
    onTestFinished(() => void silent.close())
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as AddressInfo
    const child = spawn(process.execPath, [BIN, 'serve', '--port', '0'], {
      cwd: temporaryFolder(),
      env: { PATH: process.env['PATH'], MAILPROFILE_STORE: `redis://127.0.0.1:${port}` },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const said = text(child.stderr)
    const ended = once(child, 'exit')
    silent.on('connection', (socket) => {
      child.kill('SIGHUP')
      socket.destroy()
    })
    expect(await ended).toEqual([1, null])
    expect(await said).toContain('closed the connection.')
  })

  inLongSuite('does not end a server without a configuration file', async () => {
    const server = await startServer([], { cwd: temporaryFolder() })
    for (let i = 0; i < 5; i++) {
      server.process.kill('SIGHUP')
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    }
    expect(await server.stop()).toBe(0)
  })

  it('has one that starts look at its files again', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'domains.txt'), 'btinternet.com\n')
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      'serve: { domainsFile: domains.txt }\nstore: "memory:"\n',
    )
    let log = ''
    const server = await startBuilt({
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
      onStart: async (child) => {
        child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()))
        await untilItTakesHangUps(child.pid ?? 0)
        child.kill('SIGHUP')
      },
    })
    await vi.waitFor(() => {
      expect(log).toContain('The provider files have been read again and are in use.')
    }, PATIENCE)
    server.process.kill('SIGTERM')
    expect(await server.ended).toEqual([0, null])
  })
})

describe.skipIf(isMissing('script'))('a server on a terminal', () => {
  /** Runs it on a terminal of its own; what ends `script` closes the terminal. */
  async function onTerminal(cwd: string) {
    let shown = ''
    const server = await startBuilt({
      cwd,
      stdio: ['pipe', 'pipe', 'ignore'],
      onStart: ({ stdout }) => {
        stdout?.on('data', (chunk: Buffer) => (shown += chunk.toString()))
      },
      wrap: (command) => {
        const own = command.map((part) => `'${part}'`).join(' ')
        // The terminal's first process ends with it, as a shell does, and so the others are told.
        writeFileSync(
          join(cwd, 'run'),
          `trap '' HUP\nsh -c 'echo $$ > pid; exec "$@"' sh ${own}\necho $? > code\n`,
        )
        return [program('script'), '--quiet', '--command', 'sh run; true', '/dev/null']
      },
    })
    await vi.waitFor(() => {
      expect(shown).toContain('"listening"')
    }, PATIENCE)
    return { ...server, pid: Number(readFileSync(join(cwd, 'pid'), 'utf8')) }
  }

  async function codeOf(cwd: string): Promise<number> {
    return vi.waitFor(() => {
      const code = readFileSync(join(cwd, 'code'), 'utf8')
      expect(code).toMatch(/\n$/)
      return Number(code)
    }, PATIENCE)
  }

  it('goes on after SIGHUP, while the terminal is there', async () => {
    const cwd = temporaryFolder()
    const { url, pid } = await onTerminal(cwd)
    process.kill(pid, 'SIGHUP')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    process.kill(pid, 'SIGTERM')
    expect(await codeOf(cwd)).toBe(0)
  })

  inLongSuite('answers while the terminal is held with Ctrl-S', async () => {
    const cwd = temporaryFolder()
    const { url, pid, process: terminal } = await onTerminal(cwd)
    terminal.stdin?.write('\x13')
    for (let i = 0; i < 50; i++) expect((await fetch(`${url}/healthz`)).status).toBe(200)
    process.kill(pid, 'SIGTERM')
    expect(await codeOf(cwd)).toBe(0)
  })

  it('ends with the terminal, by the signal', async () => {
    const cwd = temporaryFolder()
    const { process: terminal } = await onTerminal(cwd)
    terminal.kill('SIGKILL')
    expect(await codeOf(cwd)).toBe(128 + 1)
  })
})
