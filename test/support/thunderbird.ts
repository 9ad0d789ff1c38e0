import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IsolatedNetwork } from './isolated-network.js'
import { program } from './programs.js'

/** Thunderbird, running without a window, with all that its own code can do. */
export interface Thunderbird {
  /**
   * Runs the body of an asynchronous function in its main process, and returns what that returns.
   *
   * @param args what the body finds in `arguments`
   */
  run(body: string, ...args: readonly unknown[]): Promise<unknown>
  stop(): Promise<void>
}

const START_LIMIT = 120_000
const POLL = 100

const PREFERENCES: Readonly<Record<string, unknown>> = {
  'mail.provider.suppress_dialog_on_startup': true,
  'mail.shell.checkDefaultClient': false,
  'mailnews.start_page.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
}

/**
 * @param folder gets its profile
 * @param ca a root that it is to trust, PEM
 */
export async function startThunderbird(
  network: IsolatedNetwork,
  folder: string,
  ca: string,
): Promise<Thunderbird> {
  const profile = join(folder, 'profile')
  mkdirSync(profile)
  writeFileSync(
    join(profile, 'user.js'),
    Object.entries(PREFERENCES)
      .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
      .join(''),
  )
  const argv = ['--headless', '--no-remote', '--profile', profile, '--marionette']
  // Its own modules, not only pages, may be asked.
  const access = '--remote-allow-system-access'
  const child = spawn(...network.command(program('thunderbird'), [...argv, access]), {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8' },
  })
  const ended = once(child, 'exit')
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // The whole group has ended.
    }
  }
  process.once('exit', kill)
  const stop = async () => {
    kill()
    await ended
    process.removeListener('exit', kill)
  }
  try {
    const marionette = new Marionette(network.connect(await portOf(profile)))
    await marionette.call('WebDriver:NewSession', {})
    await marionette.call('Marionette:SetContext', { value: 'chrome' })
    await marionette.call('WebDriver:SetTimeouts', { script: START_LIMIT })
    const run: Thunderbird['run'] = async (body, ...args) => {
      const script = `return (async function () {${body}}).apply(undefined, arguments)`
      const { value } = (await marionette.call('WebDriver:ExecuteScript', {
        script,
        args,
        sandbox: 'system',
      })) as { readonly value: unknown }
      return value
    }
    await run(TRUST, ca.replace(/-----[^-]+-----|\s/g, ''))
    return { run, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A server as Thunderbird has it. */
export interface ThunderbirdServer {
  readonly type: string
  readonly hostname: string
  readonly port: number
  readonly socketType: number
  readonly auth: number
  readonly username: string | null
}

/** The settings of an account as Thunderbird has them: its `AccountConfig`. */
export interface ThunderbirdConfig {
  readonly incoming: ThunderbirdServer
  readonly incomingAlternatives: readonly ThunderbirdServer[]
  readonly outgoing: ThunderbirdServer
  readonly outgoingAlternatives: readonly ThunderbirdServer[]
  readonly subSource: string
  readonly displayName: string | null
  readonly domains: readonly string[]
}

const TRUST = `Cc['@mozilla.org/security/x509certdb;1']
  .getService(Ci.nsIX509CertDB)
  .addCertFromBase64(arguments[0], 'CT,CT,CT')`

// It writes the port down once it listens.
async function portOf(profile: string): Promise<number> {
  const file = join(profile, 'MarionetteActivePort')
  for (let waited = 0; waited < START_LIMIT; waited += POLL) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (text !== '') return Number(text)
    await sleep(POLL)
  }
  throw new Error('Thunderbird did not start.')
}

type Answer = readonly [type: number, id: number, error: { message: string } | null, value: unknown]

/** The protocol by which Mozilla's programs are driven: JSON behind its length in bytes. */
class Marionette {
  readonly #connection: Duplex
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #received = Buffer.alloc(0)
  #last = 0

  constructor(connection: Duplex) {
    this.#connection = connection
    connection.on('data', (chunk: Buffer) => this.#receive(chunk))
  }

  async call(name: string, parameters: object): Promise<unknown> {
    const id = ++this.#last
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve))
    const message = JSON.stringify([0, id, name, parameters])
    this.#connection.write(`${Buffer.byteLength(message)}:${message}`)
    const [, , error, value] = await answer
    if (error !== null) throw new Error(error.message)
    return value
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const colon = this.#received.indexOf(':')
      if (colon < 0) return
      const end = colon + 1 + Number(this.#received.subarray(0, colon).toString())
      if (this.#received.length < end) return
      const message = JSON.parse(this.#received.subarray(colon + 1, end).toString()) as unknown
      this.#received = this.#received.subarray(end)
      // The first one greets.
      if (!Array.isArray(message)) continue
      const answer = message as unknown as Answer
      this.#waiting.get(answer[1])?.(answer)
      this.#waiting.delete(answer[1])
    }
  }
}
