import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { scriptArgv } from './places.js'

/** How it is called where it is a peer. */
export const BARE_FILES = 'bare crypto.sign and an equal file each, a process for each core'

/**
 * How many files a second are signed and written, on all cores, with nothing else to do: the limit where the file
 * system is slower than the signature.
 *
 * @param key the file that holds it
 */
export async function bareFilesRate(
  folder: string,
  key: string,
  { files, bytes }: { readonly files: number; readonly bytes: number },
): Promise<number> {
  const cores = availableParallelism()
  const own = Math.ceil(files / cores)
  const out = join(folder, 'bare')
  const seconds = await Promise.all(
    Array.from({ length: cores }, async (_, core) => {
      const argv = [join(out, String(core)), key, String(own), String(bytes)]
      const child = spawn(process.execPath, [...scriptArgv('bare-files-process'), ...argv], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
      const [code] = (await once(child, 'close')) as [number | null]
      if (code !== 0) throw new Error('The bare files could not be written.')
      return Number(said)
    }),
  )
  rmSync(out, { recursive: true })
  return (own * cores) / Math.max(...seconds)
}
