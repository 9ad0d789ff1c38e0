import { SERVE_LAN } from '../own-commands.js'
import type { Io } from './io.js'
import { write } from './output.js'

/**
 * On a terminal: where the server is, with its QR code where a phone can open it. The server goes on if
 * nobody can be told.
 */
export async function announce(url: string, lan: boolean, io: Io): Promise<void> {
  if (io.stdout.isTTY === true) await tell(url, lan, io).catch(() => undefined)
}

async function tell(url: string, lan: boolean, io: Io): Promise<void> {
  const loopback = /^http:\/\/(?:127\.|localhost|\[::1\])/.test(url)
  await write(io.stderr, `\nmailprofile is ready: ${url}\n`)
  if (loopback) {
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
