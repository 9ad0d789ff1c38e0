import { rmSync, writeFileSync } from 'node:fs'

/**
 * Writes a file in place of the one that was there. Ext4 has the bytes of a file that was emptied on the disk
 * before it is closed (`auto_da_alloc`), which takes ten times as long as a new file.
 */
export function writeAnew(path: string, content: string | Uint8Array): void {
  rmSync(path, { force: true })
  writeFileSync(path, content)
}
