import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const MANIFEST = 'package.json'

/** The folder of this package. */
const HOME = findHome(import.meta.url)

/**
 * A file or folder that comes with this program, wherever its code stands: in `src`, or in one of the files
 * that the build makes of many.
 *
 * @param path from the folder of the package: `templates/locales`
 */
export function ownFile(path: string): string {
  return join(HOME, path)
}

/**
 * A script that threads and other processes run. It comes from the build also where the sources run as they
 * are, because a thread takes JavaScript alone.
 *
 * @param path one of the entries of `scripts/bundle.mjs`: `store/sqlite/worker`
 */
export function ownScript(path: string): URL {
  return pathToFileURL(ownFile(`dist/${path}.js`))
}

// Of what a bundler puts into a file of somebody else's, the address is that file's, the one where this was built,
// or none. Then there would be neither providers nor pages, and nobody would know why.
function findHome(url: string | undefined): string {
  const home = url?.startsWith('file:') ? scopeOf(dirname(fileURLToPath(url))) : undefined
  if (home !== undefined && isOurs(home)) return home
  throw new Error(
    'mailprofile has files of its own, which a bundler leaves behind. ' +
      'Have yours leave the package in node_modules (“external”): docs/library.md says how.',
  )
}

// As Node finds the scope of a module. No folder of ours has a manifest of its own but the outermost.
function scopeOf(folder: string): string | undefined {
  if (existsSync(join(folder, MANIFEST))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : scopeOf(above)
}

function isOurs(folder: string): boolean {
  const { name } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as { name?: unknown }
  return name === 'mailprofile'
}
