import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isNotWritable, stateFolder } from '../../src/server/state-folder.js'
import { developmentKey, loadDevelopmentIdentity } from '../../src/signing/development.js'
import { runFolder } from './shared.js'

/**
 * Puts a development certificate where a server without another one would make it for itself, which
 * takes about as long as everything else that it does when it starts.
 */
export async function bringDevelopmentCertificate(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const configuration = join(cwd, 'mailprofile.yaml')
  const file = existsSync(configuration) ? configuration : undefined
  if (file !== undefined && /^signing:/m.test(readFileSync(file, 'utf8'))) return
  const folder = await stateFolder('certs', { file }, { cwd, env })
  if (folder === undefined) return
  try {
    await putDevelopmentCertificate(folder)
  } catch (error) {
    // Then the server tells it.
    if (!isNotWritable(error)) throw error
  }
}

/** What `loadDevelopmentIdentity` makes in a folder, if it is not there: that of the whole run. */
export async function putDevelopmentCertificate(folder: string): Promise<void> {
  const home = dirname(developmentKey(folder))
  await loadDevelopmentIdentity(runFolder())
  if (existsSync(home)) return
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  cpSync(dirname(developmentKey(runFolder())), home, { recursive: true })
}
