import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { LANGUAGES, type Tag } from '../../src/texts/languages.js'
import makeRunFolder from './make-run-folder.js'
import { findProgram, PROGRAMS } from './programs.js'

// `npm run screenshots`: pictures of all that people see.

const HELP = `npm run screenshots -- [OPTION…]

Draws every page on every device in every language, light and dark, with the operator “Example Mail” made up. Each
option narrows that; those with a value may be given more than once.

  --page NAME        such as home, setup or invitation; the pages whose name begins so, if none is called so
  --device NAME      iphone-se, iphone-15, ipad, mac, pixel or windows; the beginning is enough
  --language TAG     such as de or pt-BR
  --light, --dark    one of both
  --screen           what is seen before scrolling, instead of the whole page
  --plain            an operator who has set a name and nothing else
  --out FOLDER       where they go: screenshots/ by default
  --docs             those of README.md and docs, into docs/images
  --help             this

They are FOLDER/LANGUAGE/DEVICE/PAGE.png, with -dark behind the name of the page for dark ones. A browser is needed
(Debian's package ${PROGRAMS.chromium}), and no network.
`

interface Wanted {
  readonly page: string
  readonly device: string
  readonly language: Tag
  readonly dark?: boolean
  readonly plain?: boolean
  /** Of the page, in CSS pixels; what is seen before scrolling by default. */
  readonly height?: number | 'whole'
  readonly file: string
}

// Small: those who read the documentation load them all, and a test holds them to it.
const OF_DOCS: readonly Wanted[] = [
  { page: 'setup', device: 'iphone-15', language: 'en', file: 'iphone' },
  { page: 'setup', device: 'pixel', language: 'de', dark: true, file: 'android-german-dark' },
  { page: 'invitation', device: 'iphone-15', language: 'ar', file: 'invitation-arabic' },
  { page: 'home', device: 'pixel', language: 'ja', dark: true, file: 'home-japanese-dark' },
  { page: 'setup', device: 'windows', language: 'en', file: 'computer' },
  { page: 'setup', device: 'iphone-15', language: 'en', plain: true, file: 'without-branding' },
]

const OF_README = 'from-code-to-mail'

const ARGUMENTS = {
  page: { type: 'string', multiple: true, default: [] as string[] },
  device: { type: 'string', multiple: true, default: [] as string[] },
  language: { type: 'string', multiple: true, default: [] as string[] },
  light: { type: 'boolean', default: false },
  dark: { type: 'boolean', default: false },
  screen: { type: 'boolean', default: false },
  plain: { type: 'boolean', default: false },
  docs: { type: 'boolean', default: false },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

class Refused extends Error {}

async function main(): Promise<void> {
  const { values } = readArguments()
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  if (findProgram('chromium') === undefined) {
    throw new Refused(
      `There is no chromium on the PATH to draw with: install the package ${PROGRAMS.chromium}.`,
    )
  }
  const removeRunFolder = makeRunFolder()
  try {
    // What they load makes keys in that folder.
    const [{ PAGES_ANYWHERE }, { SCREENS }] = await Promise.all([
      import('./every-page.js'),
      import('./screens.js'),
    ])
    const pages = new Map(PAGES_ANYWHERE.map((page) => [slug(page.name), page]))
    const screens = new Map(SCREENS.map((screen) => [slug(screen.name), screen]))
    const wanted = values.docs ? OF_DOCS : matrix(values, [...pages.keys()], [...screens.keys()])
    const folder = resolve(values.out ?? (values.docs ? 'docs/images' : 'screenshots'))
    process.stderr.write(`${wanted.length} pictures go to ${folder}.\n`)
    await draw(wanted, folder, { pages, screens })
    if (values.docs) {
      await drawPictureOfReadme(folder)
      for (const file of [...wanted.map(({ file }) => file), OF_README]) {
        lighten(join(folder, `${file}.png`))
      }
    }
  } finally {
    removeRunFolder()
  }
}

function readArguments() {
  try {
    return parseArgs({ options: ARGUMENTS })
  } catch (error) {
    throw new Refused(
      `${(error as Error).message}\nnpm run screenshots -- --help says which there are.`,
    )
  }
}

function matrix(
  values: ReturnType<typeof readArguments>['values'],
  pages: readonly string[],
  devices: readonly string[],
): Wanted[] {
  const schemes = values.light === values.dark ? [false, true] : [values.dark]
  const languages = LANGUAGES.map(({ tag }) => tag)
  const height = values.screen ? undefined : 'whole'
  return narrowed('language', languages, values.language).flatMap((language) =>
    narrowed('device', devices, values.device).flatMap((device) =>
      schemes.flatMap((dark) =>
        narrowed('page', pages, values.page).map((page): Wanted => ({
          page,
          device,
          language,
          dark,
          plain: values.plain,
          ...(height === undefined ? {} : { height }),
          file: `${language}/${device}/${page}${dark ? '-dark' : ''}`,
        })),
      ),
    ),
  )
}

/** Those that are called so, or else whose names begin so; all where nothing is said. */
function narrowed<T extends string>(
  what: string,
  all: readonly T[],
  asked: readonly string[],
): readonly T[] {
  if (asked.length === 0) return all
  const found = asked.flatMap((name) => {
    const exact = all.filter((one) => one.toLowerCase() === name.toLowerCase())
    const fitting = exact.length > 0 ? exact : all.filter((one) => one.startsWith(name))
    if (fitting.length > 0) return fitting
    throw new Refused(`There is no ${what} ${name}. There are: ${all.join(', ')}.`)
  })
  return all.filter((one) => found.includes(one))
}

async function draw(
  wanted: readonly Wanted[],
  folder: string,
  { pages, screens }: Known,
): Promise<void> {
  const [{ startPicturedServers }, { launchChromium }] = await Promise.all([
    import('./pictured-server.js'),
    import('./chromium.js'),
  ])
  const servers = await startPicturedServers()
  const browser = await launchChromium(servers.place)
  try {
    let drawn = 0
    for (const group of grouped(wanted)) {
      const [{ device, plain = false }] = group
      const screen = screens.get(device)
      const server = await servers.next(plain ? 'plain' : 'branded')
      for (const one of group) {
        const seen = pages.get(one.page)
        if (seen === undefined || screen === undefined) throw new Error(`There is no ${one.file}.`)
        const path = join(folder, `${one.file}.png`)
        mkdirSync(dirname(path), { recursive: true })
        await drawOne(browser, one, { seen, screen, server, path })
      }
      drawn += group.length
      process.stderr.write(`${drawn} of ${wanted.length}: ${group.at(-1)?.file ?? ''}\n`)
    }
  } finally {
    await browser.close()
    servers.stop()
  }
}

/** Of pictures that have been drawn. */
async function drawPictureOfReadme(folder: string): Promise<void> {
  const [{ launchChromium }, { drawTogether }] = await Promise.all([
    import('./chromium.js'),
    import('./picture-together.js'),
  ])
  const picture = (name: string) => join(folder, `${name}.png`)
  const browser = await launchChromium()
  try {
    const phones = { iphone: picture('iphone'), android: picture('android-german-dark') }
    await drawTogether(browser, phones, picture(OF_README))
  } finally {
    await browser.close()
  }
}

interface Known {
  readonly pages: ReadonlyMap<string, SeenPage>
  readonly screens: ReadonlyMap<string, Screen>
}

type SeenPage = (typeof import('./every-page.js'))['PAGES_ANYWHERE'][number]
type Screen = (typeof import('./screens.js'))['SCREENS'][number]

/** Those of one device, language and scheme, which are drawn from one server: time goes by on its clock. */
function grouped(wanted: readonly Wanted[]): [Wanted, ...Wanted[]][] {
  const groups = new Map<string, [Wanted, ...Wanted[]]>()
  for (const one of wanted) {
    const kind = [one.device, one.language, one.dark, one.plain].join(' ')
    const group = groups.get(kind)
    if (group === undefined) groups.set(kind, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

/** Makes a picture a third as heavy by a palette, where ImageMagick is at hand. */
function lighten(path: string): void {
  spawnSync('convert', [path, '-strip', '+dither', '-colors', '48', `PNG8:${path}`])
}

async function drawOne(
  browser: Browser,
  { language, dark, height }: Wanted,
  {
    seen,
    screen,
    server,
    path,
  }: {
    readonly seen: SeenPage
    readonly screen: Screen
    readonly server: Parameters<SeenPage['path']>[0]
    readonly path: string
  },
): Promise<void> {
  const context = await browser.newContext({
    ...screen.options,
    colorScheme: dark === true ? 'dark' : 'light',
    extraHTTPHeaders: { 'Accept-Language': language },
    // Of an authority that was made for this.
    ignoreHTTPSErrors: true,
  })
  try {
    const page = await context.newPage()
    await page.goto(`${server.url}${await seen.path(server)}`)
    await seen.then?.(page)
    await page.locator(seen.is).first().waitFor({ state: 'attached', timeout: 10_000 })
    // What is loaded when it is scrolled to.
    await page.evaluate(`for (const image of document.images) image.loading = 'eager'`)
    await page.waitForLoadState('networkidle')
    // Not by `fullPage`: while Chromium draws that, an iPad is no longer touched, and gets the words for a Mac.
    const wanted =
      height === 'whole'
        ? await page.evaluate<number>('document.documentElement.scrollHeight')
        : height
    if (wanted !== undefined) {
      const { width = 0 } = page.viewportSize() ?? {}
      await page.setViewportSize({ width, height: wanted })
    }
    await page.screenshot({ path, caret: 'hide' })
  } finally {
    await context.close()
  }
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Refused)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
