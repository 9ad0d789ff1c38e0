import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserDriver } from './driven-browser.js'
import { withFreePorts } from './free-ports.js'
import { program } from './programs.js'

type Environment = Readonly<Record<string, string | undefined>>
type Request = <T>(method: string, path: string, body?: unknown) => Promise<T>

// The bars of WebKitGTK's MiniBrowser are wider than a phone.
const NO_WIDTH = '* { min-width: 0; padding: 0; font-size: 1px; }'
// Of one answer: a browser that did not start would be waited for without end.
const PATIENCE = 60_000
const ATTEMPTS = 3

/** Debian's WebKitGTK in its own small browser, on a screen that nobody sees, driven by WebDriver. */
export async function startWebKit(): Promise<BrowserDriver> {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-webkit-'))
  const downloads = join(folder, 'downloads')
  mkdirSync(downloads)
  mkdirSync(join(folder, 'gtk-3.0'))
  writeFileSync(join(folder, 'gtk-3.0/gtk.css'), NO_WIDTH)
  writeFileSync(join(folder, 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`)
  const { screen, display } = await startScreen()
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    DISPLAY: display,
    LANG: 'C.UTF-8',
  }
  const leave = async () => {
    await end(screen)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  let session = await startSession(env, undefined).catch(async (error: unknown) => {
    await leave()
    throw error
  })
  const evaluate = <T>(expression: string) =>
    session.command<T>('POST', '/execute/sync', { script: `return (${expression})`, args: [] })
  return {
    downloads,
    evaluate,
    async askAs(userAgent) {
      await session.end()
      session = await startSession(env, userAgent)
    },
    async navigate(url) {
      await session.command('POST', '/url', { url })
    },
    async resize(width, height) {
      const bars = await evaluate<number>('outerHeight - innerHeight')
      const rect = { x: 0, y: 0, width, height: height + bars }
      await session.command('POST', '/window/rect', rect)
    },
    async perform(actions) {
      await session.command('POST', '/actions', { actions })
    },
    async screenshot() {
      return Buffer.from(await session.command<string>('GET', '/screenshot'), 'base64')
    },
    async close() {
      await session.end()
      await leave()
    },
  }
}

async function startScreen(): Promise<{
  readonly screen: ChildProcess
  readonly display: string
}> {
  // It takes a number that is free, and writes it to its fourth stream.
  const argv = ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp']
  const screen = spawn(program('Xvfb'), argv, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const [number] = (await once(screen.stdio[3] as Readable, 'data')) as [Buffer]
  return { screen, display: `:${number.toString().trim()}` }
}

interface Session {
  readonly command: Request
  end(): Promise<void>
}

/** A browser with a driver of its own: the header is an argument of the browser. */
async function startSession(env: Environment, userAgent: string | undefined): Promise<Session> {
  const args = ['--automation', ...(userAgent === undefined ? [] : [`--user-agent=${userAgent}`])]
  const body = { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { args } } } }
  for (let attempt = 1; ; attempt++) {
    const { driver, request } = await startDriver(env)
    try {
      const { sessionId } = await request<{ sessionId: string }>('POST', '/session', body)
      const command: Request = (method, path, given) =>
        request(method, `/session/${sessionId}${path}`, given)
      return {
        command,
        async end() {
          // A driver that is killed leaves its browser behind, until the screen goes.
          await command('DELETE', '').catch(() => undefined)
          await end(driver)
        },
      }
    } catch (error) {
      await end(driver)
      if (attempt === ATTEMPTS) throw error
    }
  }
}

function startDriver(
  env: Environment,
): Promise<{ readonly driver: ChildProcess; readonly request: Request }> {
  return withFreePorts(['driver'], async ({ driver: port }) => {
    const argv = [`--port=${port}`]
    const driver = spawn(program('WebKitWebDriver'), argv, { env, stdio: 'ignore' })
    const request: Request = async <T>(method: string, path: string, body?: unknown) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        signal: AbortSignal.timeout(PATIENCE),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const { value } = (await answer.json()) as { readonly value: T }
      if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`)
      return value
    }
    while (!(await request('GET', '/status').then(Boolean, () => false))) {
      if (driver.exitCode !== null) throw new Error('It ended; is the port in use?')
      await sleep(20)
    }
    return { driver, request }
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
