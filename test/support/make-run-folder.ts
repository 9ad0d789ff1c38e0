import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RUN_FOLDER } from './shared.js'

/** Makes the folder in which workers share what takes long to make; it goes away with the run. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-run-'))
  process.env[RUN_FOLDER] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
