import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createTestChain } from '../support/certificates.js'
import { EXAMPLES, example } from '../support/examples.js'
import { exportsOfLibrary } from '../support/library-exports.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><path d="M0 0h40v40z"/></svg>'

/** A program of somebody else's, and what it prints by its own words: what stands behind `console.log`. */
interface Program {
  readonly name: string
  readonly text: string
}

const EXPORTS = exportsOfLibrary()
const OF_DOCSTRINGS: readonly Program[] = EXPORTS.flatMap(({ name, examples }) =>
  examples.map((text) => ({ name, text })),
)
/** The pages' own, one after the other as they are read. */
const OF_PAGES: readonly Program[] = ['README.md', 'docs/library.md'].map((page) => ({
  name: page.replace(/\W/g, '-'),
  text: [
    'declare const password: string',
    ...EXAMPLES.filter((one) => one.page === page && one.language === 'js').map(({ text }) => text),
  ].join('\n'),
}))

it('is documented in pages without a warning, with nothing in them that they do not have', () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typedoc/bin/typedoc'), '--out', join(temporaryFolder(), 'pages')],
    { cwd: ROOT, encoding: 'utf8' },
  )
  expect([status, stdout + stderr]).toEqual([0, expect.not.stringContaining('warning')])
})

describe('the examples of the library', () => {
  const project = suite((folder) => {
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
    symlinkSync(ROOT, join(folder, 'node_modules/mailprofile'))
    for (const name of ['express', '@types/express', '@types/node']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
    }
    mkdirSync(join(folder, 'providers'))
    writeFileSync(
      join(folder, 'providers/example.yaml'),
      example('docs/get-started.md: id: example'),
    )
    const { fullChain, key } = createTestChain(folder, 'P-256')
    writeFileSync(join(folder, 'fullchain.pem'), fullChain)
    writeFileSync(join(folder, 'privkey.pem'), key)
    writeFileSync(join(folder, 'logo.svg'), LOGO)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      types: ['node'],
      outDir: 'out',
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['*.ts'] }),
    )
    for (const { name, text } of [...OF_DOCSTRINGS, ...OF_PAGES]) {
      // Whoever copies an example has another port that is free.
      writeFileSync(join(folder, `${name}.ts`), text.replace('.listen(8080', '.listen(0'))
    }
    return folder
  })

  it('are there for every function and class', () => {
    const without = EXPORTS.filter(
      ({ isType, isCalled, examples }) => !isType && isCalled && examples.length === 0,
    ).map(({ name }) => name)
    expect(without).toEqual([])
  })

  it('are compiled, those of the pages too', () => {
    const { stdout, status } = spawnSync(process.execPath, [TSC, '-p', '.'], {
      cwd: project(),
      encoding: 'utf8',
    })
    expect([stdout, status]).toEqual(['', 0])
  })

  it.each(OF_DOCSTRINGS)('of $name prints what it says', ({ name, text }) => {
    const promised = [...text.matchAll(/^ *console\.log\(.*\) \/\/ (.*)$/gm)].map(
      ([, said]) => said,
    )
    const printed = execFileSync(process.execPath, [join('out', `${name}.js`)], {
      cwd: project(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect(printed.split('\n').filter((line) => line !== '')).toEqual(promised)
  })
})
