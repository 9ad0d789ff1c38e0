import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { PIXEL } from '../support/chromium.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MADE_UP = new URL('../support/made-up-format.ts', import.meta.url)
const ADDRESS = 'ann@btinternet.com'
const TEXT = `made-up ${ADDRESS}`

/** The build with one more format: its file, and its line in the list with the import of it. */
function buildWithMadeUp(): string {
  const folder = temporaryFolder()
  for (const name of ['dist', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  for (const name of ['node_modules', 'providers', 'templates']) {
    symlinkSync(join(ROOT, name), join(folder, name))
  }
  const source = readFileSync(MADE_UP, 'utf8').replace('../../src/formats/', '../')
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  })
  const formats = join(folder, 'dist/formats')
  mkdirSync(join(formats, 'made-up'))
  writeFileSync(join(formats, 'made-up/made-up.js'), outputText)
  const list = readFileSync(join(formats, 'index.js'), 'utf8')
  writeFileSync(
    join(formats, 'index.js'),
    `import { madeUpFormat } from './made-up/made-up.js'\n${list.replace(
      /^ *settingsSheet,$/m,
      '$&\n madeUpFormat,',
    )}`,
  )
  return folder
}

it('one file and one line make a format that library, command line, HTTP and pages have', async () => {
  const folder = buildWithMadeUp()
  const bin = join(folder, 'dist/bin/mailprofile.js')
  const cwd = temporaryFolder()
  const env = { PATH: process.env['PATH'], HOME: cwd }
  const node = (argv: readonly string[], input = '') =>
    execFileSync(process.execPath, argv, { cwd, env, input, encoding: 'utf8' })

  const index = pathToFileURL(join(folder, 'dist/index.js')).href
  const script = `import { formats, getFormat } from '${index}'; console.log(formats.at(-1).id, getFormat('made-up').title)`
  expect(node(['--input-type=module', '-e', script])).toBe('made-up File for Made-Up Mail\n')

  const listed = JSON.parse(node([bin, 'formats', '--json'])) as unknown[]
  expect(listed.at(-1)).toMatchObject({ id: 'made-up', title: 'File for Made-Up Mail' })
  expect(node([bin, 'export', 'made-up', ADDRESS, '-o', '-'])).toBe(TEXT)
  expect(node([bin, 'inspect', '-'], TEXT)).toMatch(/^File for Made-Up Mail\n[^]*Address +ann@bt/)

  const server = await startServer([], { cwd, bin })
  try {
    const answer = await fetch(`${server.url}/formats/made-up?address=${ADDRESS}`)
    expect(await answer.text()).toBe(TEXT)
    expect(answer.headers.get('content-type')).toBe('application/x-made-up')
    const page = await fetch(`${server.url}/setup?address=${ADDRESS}`, {
      headers: { Accept: 'text/html', 'User-Agent': PIXEL.userAgent },
    })
    const [part] =
      /<details class="app" id="app-made-up"[^]*?<\/details>/.exec(await page.text()) ?? []
    expect(part).toContain('I use Made-Up Mail')
    expect(part).toMatch(/href="\/formats\/made-up\?address=ann%40btinternet\.com/)
  } finally {
    await server.stop()
  }
})
