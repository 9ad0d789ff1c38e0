import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** What every build writes last. */
const BUILT = join(ROOT, 'dist/catalogue.json')
/** What a build is made of. */
const SOURCES = [
  'src',
  'providers',
  'scripts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
]

/**
 * Builds what has changed since the last build. Servers and commands that tests start run from the
 * build, and so does the thread that SQLite has in the tests' own process: with an old one they would
 * test what was.
 *
 * @throws Error when it cannot be built
 */
export default function setup(): void {
  const built = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (!SOURCES.some((name) => newestIn(join(ROOT, name)) > built)) return
  process.stderr.write('The build is older than the sources, and is made anew.\n')
  const { status } = spawnSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) throw new Error('The build failed, and tests would run an old one.')
}

function newestIn(path: string): number {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  // A folder's own time tells of files that are gone.
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}
