import type { Io } from './io.js'
import { write } from './output.js'

/** Asks a person on the terminal. Anything but yes is no, and so is the end of input or of the program. */
export async function askWhether(
  question: string,
  { stdin, stderr, signal }: Io,
): Promise<boolean> {
  await write(stderr, `${question} [y/N] `)
  const line = await new Promise<string>((resolve) => {
    let text = ''
    const finish = () => {
      stdin.off('data', take).off('end', finish)
      signal.removeEventListener('abort', finish)
      stdin.pause()
      resolve(text)
    }
    const take = (chunk: Uint8Array) => {
      text += Buffer.from(chunk).toString('latin1')
      if (/[\r\n]/.test(text)) finish()
    }
    stdin.on('data', take).once('end', finish)
    signal.addEventListener('abort', finish)
    if (signal.aborted) finish()
  })
  return /^\s*y(?:es)?\s*$/i.test(line) && !signal.aborted
}
