import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import type { BrowserDriver } from './driven-browser.js'
import { program } from './programs.js'

/** Debian's Firefox without a window, driven by WebDriver BiDi. */
export async function startFirefox(): Promise<BrowserDriver> {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-firefox-'))
  const downloads = join(folder, 'downloads')
  mkdirSync(downloads)
  writeFileSync(join(folder, 'user.js'), preferences(downloads))
  const child = spawn(
    program('firefox-esr'),
    ['--headless', '--no-remote', '--profile', folder, '--remote-debugging-port', '0'],
    { env: { PATH: process.env['PATH'], HOME: folder }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const socket = new WebSocket(`${await addressOf(child)}/session`)
  await once(socket, 'open')
  const command = createCommand(socket)
  await command('session.new', { capabilities: {} })
  // Firefox 153 never gives the focus to its first window, and without it no button takes Enter.
  const { context } = await command<{ context: string }>('browsingContext.create', {
    type: 'window',
  })
  await command('browsingContext.activate', { context })
  return {
    downloads,
    async askAs(userAgent) {
      const own = userAgent ?? null
      await command('emulation.setUserAgentOverride', { userAgent: own, contexts: [context] })
    },
    async navigate(url) {
      await command('browsingContext.navigate', { context, url, wait: 'complete' })
    },
    async resize(width, height) {
      await command('browsingContext.setViewport', { context, viewport: { width, height } })
    },
    async evaluate<T>(expression: string) {
      // BiDi has a way of its own to write values; JSON is the same everywhere.
      const answer = await command<Evaluated>('script.evaluate', {
        expression: `(async () => JSON.stringify(await (${expression})))()`,
        target: { context },
        awaitPromise: true,
      })
      if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text)
      const { value } = answer.result
      return (value === undefined ? undefined : JSON.parse(value)) as T
    },
    async perform(actions) {
      await command('input.performActions', { context, actions })
    },
    async screenshot() {
      const { data } = await command<{ data: string }>('browsingContext.captureScreenshot', {
        context,
      })
      return Buffer.from(data, 'base64')
    },
    async close() {
      const ended = once(child, 'exit')
      socket.terminate()
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

type Evaluated =
  | { readonly type: 'success'; readonly result: { readonly value?: string } }
  | { readonly type: 'exception'; readonly exceptionDetails: { readonly text: string } }

/** Firefox says on standard error where it listens. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('There is nothing to read.')
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line)
    const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1]
    // The rest is read, too, so that Firefox can go on writing.
    if (address !== undefined) {
      child.stderr.resume()
      return address
    }
  }
  throw new Error(`Firefox does not start: ${lines.join('\n')}`)
}

type Command = <T>(method: string, parameters?: Readonly<Record<string, unknown>>) => Promise<T>

function createCommand(socket: WebSocket): Command {
  const waiting = new Map<number, (answer: Answer) => void>()
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Answer
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  let last = 0
  return async <T>(method: string, parameters = {}) => {
    const id = ++last
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params: parameters }))
    const { error, message = '', result } = await answered
    waiting.delete(id)
    if (error !== undefined) throw new Error(`${method}: ${error}: ${message}`)
    return result as T
  }
}

interface Answer {
  readonly id?: number
  readonly error?: string
  readonly message?: string
  readonly result?: unknown
}

function preferences(downloads: string): string {
  const values = {
    'browser.download.folderList': 2,
    'browser.download.dir': downloads,
    // A panel that says so would take the focus.
    'browser.download.alwaysOpenPanel': false,
    'intl.accept_languages': 'en',
  }
  return Object.entries(values)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('')
}
