import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PIXEL } from '../support/chromium.js'
import { startServer, type RunningServer } from '../support/server.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MADE_UP = new URL('../support/made-up-format.ts', import.meta.url)
const ADDRESS = 'ann@btinternet.com'
const COMPUTER = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'
const TEXT = `made-up ${ADDRESS}`

/** A build with more formats: their file, and a line for each in the list with the import of it. */
function buildWith(names: readonly string[], folder: string): string {
  for (const part of ['src', 'scripts', 'package.json', 'tsconfig.json', 'LICENSE']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  }
  for (const part of ['node_modules', 'providers', 'templates']) {
    symlinkSync(join(ROOT, part), join(folder, part))
  }
  const formats = join(folder, 'src/formats')
  mkdirSync(join(formats, 'made-up'))
  writeFileSync(
    join(formats, 'made-up/made-up.ts'),
    readFileSync(MADE_UP, 'utf8').replace('../../src/formats/', '../'),
  )
  const list = readFileSync(join(formats, 'index.ts'), 'utf8')
  writeFileSync(
    join(formats, 'index.ts'),
    `import { ${names.join(', ')} } from './made-up/made-up.js'\n${list.replace(
      /^ *settingsSheet,$/m,
      `$&\n ${names.join(',\n ')},`,
    )}`,
  )
  mkdirSync(join(folder, 'dist'))
  for (const part of ['dist/catalogue.json', 'dist/.declarations']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  }
  execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: folder, stdio: 'inherit' })
  return folder
}

const build = suite((folder) =>
  // The last one is the last of all.
  buildWith(['madeUpCode', 'madeUpLink', 'madeUpFormat'], folder),
)
const home = suite((folder) => folder)
let server: RunningServer
beforeAll(async () => {
  server = await startServer([], { cwd: home(), bin: join(build(), 'dist/bin/mailprofile.js') })
})
afterAll(async () => {
  await server.stop()
})

async function setupPage(userAgent: string = PIXEL.userAgent): Promise<string> {
  const page = await fetch(`${server.url}/setup?address=${ADDRESS}`, {
    headers: { Accept: 'text/html', 'User-Agent': userAgent },
  })
  const html = await page.text()
  expect(page.status, html).toBe(200)
  return html
}

it('one file and one line make a format that library, command line, HTTP and pages have', async () => {
  const bin = join(build(), 'dist/bin/mailprofile.js')
  const cwd = temporaryFolder()
  const env = { PATH: process.env['PATH'], HOME: cwd }
  const node = (argv: readonly string[], input = '') =>
    execFileSync(process.execPath, argv, { cwd, env, input, encoding: 'utf8' })

  const index = pathToFileURL(join(build(), 'dist/index.js')).href
  const script = `import { formats, getFormat } from '${index}'; console.log(formats.at(-1).id, getFormat('made-up').title)`
  expect(node(['--input-type=module', '-e', script])).toBe('made-up File for Made-Up Mail\n')

  const listed = JSON.parse(node([bin, 'formats', '--json'])) as unknown[]
  expect(listed.at(-1)).toMatchObject({ id: 'made-up', title: 'File for Made-Up Mail' })
  expect(node([bin, 'export', 'made-up', ADDRESS, '-o', '-'])).toBe(TEXT)
  expect(node([bin, 'inspect', '-'], TEXT)).toMatch(/^File for Made-Up Mail\n[^]*Address +ann@bt/)

  const answer = await fetch(`${server.url}/formats/made-up?address=${ADDRESS}`)
  expect(await answer.text()).toBe(TEXT)
  expect(answer.headers.get('content-type')).toBe('application/x-made-up')
  const [part] =
    /<details class="app" name="app" id="app-made-up"[^]*?<\/details>/.exec(await setupPage()) ?? []
  expect(part).toContain('Made-Up Mail')
  expect(part).toMatch(/href="\/formats\/made-up\?address=ann%40btinternet\.com/)
})

it.each([
  [
    'QR code',
    COMPUTER,
    [
      '<h3>Code for Made-Up Mail</h3>',
      'It holds the settings, but no password.',
      '<img src="/formats/made-up-code?address=ann%40btinternet.com&amp;protocol=imap&amp;language=en&amp;as=png"',
    ],
  ],
  [
    'link that needs a password',
    PIXEL.userAgent,
    [
      'Made-Up Link',
      'data-before="madeup:ann@btinternet.com?" data-after="#end"',
      '<input id="made-up-link-password" type="password"',
    ],
  ],
])('a %s without a template of its own is on the page', async (_kind, userAgent, shown) => {
  const html = await setupPage(userAgent)
  for (const text of shown) expect(html).toContain(text)
})
