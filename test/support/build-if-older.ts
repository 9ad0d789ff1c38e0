import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('../../scripts/build-if-older.mjs', import.meta.url))

/**
 * Builds what has changed since the last build. Servers and commands that tests start run from the
 * build, and so does the thread that SQLite has in the tests' own process: with an old one they would
 * test what was.
 *
 * @throws Error when it cannot be built
 */
export default function setup(): void {
  const { status } = spawnSync(process.execPath, [SCRIPT], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The build failed, and tests would run an old one.')
}
