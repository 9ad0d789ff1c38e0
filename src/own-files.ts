import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The folder of this package. */
const HOME = homeOf(fileURLToPath(import.meta.url))

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

// As Node finds the scope of a module. No folder of ours has a manifest of its own but the outermost.
function homeOf(file: string): string {
  const folder = dirname(file)
  return existsSync(join(folder, 'package.json')) ? folder : homeOf(folder)
}
