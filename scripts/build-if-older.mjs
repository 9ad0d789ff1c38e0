// `prepare`, `prestart` and the tests: builds what has changed since the last build. An installation without
// development dependencies has no compiler, and needs none where the build is there already, as in a packed
// release or a container's second stage.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, URL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What every build writes last. */
const BUILT = 'dist/catalogue.json'
/** What a build is made of. */
const SOURCES = [
  'src',
  'providers',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
]

function hasCompiler() {
  try {
    const { resolve } = createRequire(import.meta.url)
    for (const name of ['typescript', 'rolldown']) resolve(`${name}/package.json`)
    return existsSync(join(root, 'tsconfig.build.json'))
  } catch {
    return false
  }
}

function newestIn(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  // A folder's own time tells of files that are gone.
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}

function isCurrent() {
  const built = statSync(join(root, BUILT), { throwIfNoEntry: false })?.mtimeMs ?? 0
  return SOURCES.every((name) => newestIn(join(root, name)) < built)
}

if (hasCompiler()) {
  if (!isCurrent()) {
    // npm is a script that Windows finds only by way of its shell.
    const { status } = spawnSync('npm run build', { cwd: root, stdio: 'inherit', shell: true })
    process.exitCode = status ?? 1
  }
} else if (existsSync(join(root, 'dist/bin/mailprofile.js'))) {
  process.stdout.write('mailprofile: not built again, because TypeScript is not installed.\n')
} else {
  process.stderr.write(
    'mailprofile: not built, because TypeScript is not installed. Run “npm ci” without --omit=dev, then\n' +
      '“npm prune --omit=dev”, or copy the folder dist of a build here.\n',
  )
  // To install is no mistake; to start is.
  if (process.env.npm_lifecycle_event === 'prestart') process.exitCode = 1
}
