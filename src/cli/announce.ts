import { isLoopback } from '../account/loopback.js'
import { SERVE_LAN } from '../own-commands.js'
import type { Io } from './io.js'
import { write } from './output.js'

/**
 * On a terminal: where the server is, with its QR code where a phone can open it, or where each of several
 * organisations is. The server goes on if nobody can be told.
 */
export async function announce(urls: readonly string[], lan: boolean, io: Io): Promise<void> {
  if (io.stdout.isTTY !== true) return
  const [url = '', ...others] = urls
  const told =
    others.length === 0
      ? tell(url, lan, io)
      : write(io.stderr, `\nmailprofile is ready:\n${urls.map((one) => `  ${one}\n`).join('')}\n`)
  await told.catch(() => undefined)
}

async function tell(url: string, lan: boolean, io: Io): Promise<void> {
  await write(io.stderr, `\nmailprofile is ready: ${url}\n`)
  if (isLoopback(new URL(url).hostname)) {
    await write(
      io.stderr,
      `It answers only this machine. For phones in the same network: ${SERVE_LAN}\n\n`,
    )
    return
  }
  const { writeQrCode } = await import('./write-qr-code.js')
  await write(io.stderr, '\n')
  await writeQrCode(io.stderr, url, io)
  await write(io.stderr, '\n')
  if (lan) {
    await write(
      io.stderr,
      'For phones in the same network, without https: for trying it out, not for passwords.\n\n',
    )
  }
}
