import { MailProfileError } from '../errors.js'
import type { Io } from './io.js'
import { write } from './output.js'

const ENTER = new Set([0x0a, 0x0d])
const ERASE = new Set([0x08, 0x7f])
const KILL = 0x15
const INTERRUPT = 0x03
const END = 0x04

/**
 * The bytes that a person types on the terminal, up to the Enter key. They are not shown: the terminal
 * stands in raw mode meanwhile, so the keys that its line editor knows are ours to know.
 *
 * @throws MailProfileError `invalid_account` when they give up (Ctrl-C), or the process is told to stop
 */
export async function askPassword(
  { stdin, stderr, signal }: Io,
  what: 'Password' | 'Link' = 'Password',
): Promise<Buffer> {
  // Before anybody is asked: whoever types at once would see it.
  stdin.setRawMode?.(true)
  try {
    await write(stderr, `${what}: `)
    return await typed(stdin, signal, what)
  } finally {
    stdin.setRawMode?.(false)
    stdin.pause()
    await write(stderr, '\n')
  }
}

function typed(stdin: Io['stdin'], signal: AbortSignal, what: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes: number[] = []
    const finish = (end: () => void) => {
      stdin.off('data', take).off('end', done)
      signal.removeEventListener('abort', giveUp)
      end()
    }
    const done = () => {
      finish(() => resolve(Buffer.from(bytes)))
    }
    const giveUp = () => {
      const message = `No ${what.toLowerCase()} was typed.`
      finish(() => reject(new MailProfileError('invalid_account', message)))
    }
    const take = (chunk: Uint8Array) => {
      for (const byte of chunk) {
        if (byte === INTERRUPT || byte === END || ENTER.has(byte)) {
          if (byte === INTERRUPT) giveUp()
          else done()
          return
        }
        if (byte === KILL) bytes = []
        else if (ERASE.has(byte)) bytes = withoutLast(bytes)
        else bytes.push(byte)
      }
    }
    stdin.on('data', take).once('end', done)
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) giveUp()
  })
}

// One character, which in UTF-8 is a byte and those that continue it.
function withoutLast(bytes: readonly number[]): number[] {
  const start = bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80)
  return bytes.slice(0, Math.max(start, 0))
}
