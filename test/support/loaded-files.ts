import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface RecordedLoads {
  /** For the environment of the process. */
  readonly env: Readonly<Record<string, string>>
  /** The files that it has loaded, from the checkout's folder, once it has ended by itself. */
  files(): readonly string[]
}

/** Records what code a process loads, by `import` and by `require`; its threads' is not among it. */
export function recordLoads(folder: string): RecordedLoads {
  const log = join(folder, 'loaded')
  const hooks = join(folder, 'hooks.mjs')
  const preload = join(folder, 'preload.mjs')
  writeFileSync(log, '')
  writeFileSync(
    hooks,
    `import { appendFileSync } from 'node:fs'
     export function load(url, context, next) {
       appendFileSync(${JSON.stringify(log)}, url + '\\n')
       return next(url, context)
     }`,
  )
  writeFileSync(
    preload,
    `import { appendFileSync } from 'node:fs'
     import { createRequire, register } from 'node:module'
     import { pathToFileURL } from 'node:url'
     import { isMainThread } from 'node:worker_threads'
     const { cache } = createRequire(import.meta.url)
     if (isMainThread) {
       process.on('exit', () => {
         for (const path of Object.keys(cache)) appendFileSync(${JSON.stringify(log)}, pathToFileURL(path) + '\\n')
       })
       register(${JSON.stringify(pathToFileURL(hooks).href)})
     }`,
  )
  return {
    env: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` },
    files() {
      const urls = readFileSync(log, 'utf8').split('\n')
      const paths = urls
        .filter((url) => url.startsWith('file:'))
        .map((url) => relative(ROOT, fileURLToPath(url)))
      return [...new Set(paths)].sort()
    },
  }
}

/** How many bytes files of the checkout have. */
export function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(join(ROOT, file)).size, 0)
}
