import { connectTo } from './connection.js'
import { Dialogue } from './dialogue.js'
import { Failure, withLimit } from './failure.js'
import { PROTOCOLS } from './protocols.js'
import { handshake } from './tls.js'

/** Where a server answered, and how long to wait for it. */
export interface AnsweringServer {
  readonly host: string
  readonly address: string
  readonly port: number
  /** In milliseconds. */
  readonly timeout: number
  readonly stop: AbortSignal
}

/** Says `starts_in_clear` where TLS failed because a mail server greets without it. */
export async function explainTls(failure: Failure, place: AnsweringServer): Promise<Failure> {
  if (failure.code !== 'not_tls') return failure
  return (await greetsInClear(place)) ? new Failure('starts_in_clear') : failure
}

/** Says `expects_tls` where there was no greeting because the server waits for TLS. */
export async function explainGreeting(failure: Failure, place: AnsweringServer): Promise<Failure> {
  if (failure.code === 'stopped' || failure.code === 'greeting_refused') return failure
  if (failure.code === 'wrong_protocol') return failure
  return (await speaksTls(place)) ? new Failure('expects_tls') : failure
}

function greetsInClear({ address, port, timeout, stop }: AnsweringServer): Promise<boolean> {
  return attempt(timeout, stop, async (signal) => {
    const socket = await connectTo(address, port, signal)
    try {
      const line = await new Dialogue(socket, signal).readLine()
      return Object.values(PROTOCOLS).some(({ greets }) => greets.test(line))
    } finally {
      socket.destroy()
    }
  })
}

function speaksTls({ host, address, port, timeout, stop }: AnsweringServer): Promise<boolean> {
  return attempt(timeout, stop, async (signal) => {
    const socket = await handshake(await connectTo(address, port, signal), host, [], signal)
    socket.destroy()
    return true
  })
}

async function attempt(
  timeout: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await withLimit(timeout, 'no_reply', stop, work)
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}
