import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SAYS =
  /mailprofile has files of its own, which a bundler leaves behind\. Have .*docs\/library\.md/

/** A program of somebody else's, with the library inside of its one file: the part that comes first. */
async function bundled(format: 'esm' | 'cjs', define: Readonly<Record<string, string>>) {
  const folder = temporaryFolder()
  const bundle = await rolldown({
    cwd: ROOT,
    input: 'src/own-files.ts',
    platform: 'node',
    transform: { define: { ...define } },
    logLevel: 'silent',
  })
  const file = join(folder, `server.${format === 'esm' ? 'mjs' : 'cjs'}`)
  await bundle.write({ file, format, codeSplitting: false })
  await bundle.close()
  return { folder, file }
}

describe('the library inside of a file that a bundler has made', () => {
  it.each<[string, 'esm' | 'cjs', Readonly<Record<string, string>>, boolean]>([
    ['a module, in a folder of no project', 'esm', {}, false],
    ['a module, in a project of its own', 'esm', {}, true],
    ['CommonJS that knows its place', 'cjs', {}, true],
    // As esbuild makes it.
    ['CommonJS that does not', 'cjs', { 'import.meta.url': 'undefined' }, true],
    // As webpack makes it, whose file is gone by now.
    ['a place where it was made', 'cjs', { 'import.meta.url': '"file:///gone/src/a.js"' }, false],
    ['a place that is no file', 'cjs', { 'import.meta.url': '"https://a.example/b.js"' }, false],
  ])('says what to do: %s', async (_name, format, define, inProject) => {
    const { folder, file } = await bundled(format, define)
    if (inProject) writeFileSync(join(folder, 'package.json'), '{ "name": "portal" }')
    const { stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringMatching(SAYS)])
  })
})
