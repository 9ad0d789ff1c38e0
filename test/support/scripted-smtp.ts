import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** What a scripted server does at a step: a reply, nothing (`silent`), or an end of the connection (`close`). */
export type Step = string

/** The steps of one mail at which something can be said. */
export type StepName = 'greeting' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'end'

export interface ScriptedSmtp {
  readonly port: number
  /** Mails whose last dot arrived, whatever was answered. */
  readonly arrived: readonly string[]
  /** All commands, in order. */
  readonly commands: readonly string[]
  readonly connections: number
  stop(): void
}

const USUAL: Readonly<Record<StepName, string>> = {
  greeting: '220 test ESMTP',
  ehlo: '250-test\r\n250-8BITMIME\r\n250 DSN',
  auth: '235 2.7.0 in',
  mail: '250 2.1.0 Ok',
  rcpt: '250 2.1.5 Ok',
  data: '354 go on',
  end: '250 2.0.0 Ok: queued as ABC',
}

/**
 * A mail server that says what it is told to.
 *
 * @param script for each step what is done the first time, the second, and so on; the last for ever after, the
 *   usual where there is nothing
 * @param port a free one by default
 */
export async function startScriptedSmtp(
  script: Partial<Readonly<Record<StepName, readonly Step[]>>> = {},
  port = 0,
): Promise<ScriptedSmtp> {
  const arrived: string[] = []
  const commands: string[] = []
  const done = new Map<StepName, number>()
  const sockets = new Set<Socket>()
  let connections = 0
  const next = (name: StepName): Step => {
    const times = done.get(name) ?? 0
    done.set(name, times + 1)
    const steps = script[name] ?? []
    return steps[Math.min(times, steps.length - 1)] ?? USUAL[name]
  }
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    const take = (name: StepName): boolean => {
      const step = next(name)
      if (step === 'close') socket.destroy()
      else if (step !== 'silent') socket.write(`${step}\r\n`)
      return step.startsWith('354')
    }
    let rest = ''
    let isData = false
    take('greeting')
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1')
      for (;;) {
        const end = isData ? rest.indexOf('\r\n.\r\n') : rest.indexOf('\r\n')
        if (end < 0) return
        const text = rest.slice(0, end)
        rest = rest.slice(end + (isData ? 5 : 2))
        if (isData) {
          arrived.push(text)
          isData = false
          take('end')
          continue
        }
        commands.push(text)
        const [verb = ''] = text.toUpperCase().split(/[ :]/)
        if (verb === 'DATA') isData = take('data')
        else if (verb === 'EHLO' || verb === 'HELO') take('ehlo')
        else if (verb === 'AUTH') take('auth')
        else if (verb === 'MAIL') take('mail')
        else if (verb === 'RCPT') take('rcpt')
        else if (verb === 'QUIT') socket.end('221 bye\r\n')
        else socket.write('250 Ok\r\n')
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    arrived,
    commands,
    get connections() {
      return connections
    },
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
