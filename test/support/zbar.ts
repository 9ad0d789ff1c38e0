import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './programs.js'

/** The text of the one QR code in a PNG, as zbar reads it. */
export function readQrCode(png: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-zbar-'))
  try {
    const file = join(folder, 'code.png')
    writeFileSync(file, png)
    const argv = ['--nodbus', '--raw', '-q', file]
    // zbarimg ends every code with a line feed.
    return execFileSync(program('zbarimg'), argv, { encoding: 'utf8' }).replace(/\n$/, '')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
