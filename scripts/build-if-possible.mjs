// `prepare` and `prestart`: an installation without development dependencies has no compiler, and needs none
// where the build is there already, as in a packed release or a container's second stage.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import process from 'node:process'
import { fileURLToPath, URL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function hasCompiler() {
  try {
    const { resolve } = createRequire(import.meta.url)
    for (const name of ['typescript', 'rolldown']) resolve(`${name}/package.json`)
    return existsSync(`${root}/tsconfig.build.json`)
  } catch {
    return false
  }
}

if (hasCompiler()) {
  // npm is a script that Windows finds only by way of its shell.
  const { status } = spawnSync('npm run build', { cwd: root, stdio: 'inherit', shell: true })
  process.exitCode = status ?? 1
} else if (existsSync(`${root}/dist/bin/mailprofile.js`)) {
  process.stdout.write('mailprofile: not built again, because TypeScript is not installed.\n')
} else {
  process.stderr.write(
    'mailprofile: not built, because TypeScript is not installed. Run “npm ci” without --omit=dev, then\n' +
      '“npm prune --omit=dev”, or copy the folder dist of a build here.\n',
  )
  // To install is no mistake; to start is.
  if (process.env.npm_lifecycle_event === 'prestart') process.exitCode = 1
}
