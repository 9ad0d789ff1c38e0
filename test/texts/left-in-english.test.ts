import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import request from 'supertest'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { readable, testApp } from '../support/app.js'
import { DEVICES } from '../support/every-page.js'
import { invitedApp } from '../support/invited-app.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function read(folder: string, ending: string): (readonly [name: string, text: string])[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => [name, readFileSync(join(ROOT, folder, name), 'utf8')] as const)
}

/** The texts of a source, with a letter in the place of what is computed. */
function textsOf(source: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text)
    if (ts.isTemplateExpression(node)) {
      found.push(
        [node.head, ...node.templateSpans.map(({ literal }) => literal)]
          .map(({ text }) => text)
          .join('x'),
      )
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('x.js', source, ts.ScriptTarget.ESNext))
  return found
}

// Words, or a word that begins as a sentence and a name do.
const isSaid = (text: string) => /[A-Za-z]{2,},? [a-z]{2,}|^[A-Z][a-z]+/.test(text)

describe('templates', () => {
  const templates = read('templates/pages', '.eta')
  const CODE = /<%[^]*?%>/g

  it.each(templates)('say nothing themselves: %s', (_name, template) => {
    const html = template.replace(CODE, '…')
    const shown = [
      ...[...html.matchAll(/>([^<>]*)(?=<|$)/g)],
      ...[...html.matchAll(/ (?:alt|title|aria-label|placeholder|label)="([^"]*)"/g)],
    ].map(([, text = '']) => text)
    // An address is an address everywhere.
    const words = shown.filter((text) => /\p{L}/u.test(text) && text !== 'you@…')
    expect(words).toEqual([])
  })

  it('hold names in their code, and no sentences', () => {
    const NAMES = ['Gmail', 'Samsung Email', 'Outlook', 'Thunderbird', 'FairEmail', 'Delta Chat']
    const said = templates.flatMap(([name, template]) =>
      [...template.matchAll(/<%[-=~_]?([^]*?)-?%>/g)]
        .flatMap(([, code = '']) => textsOf(code))
        .filter((text) => isSaid(text) && !text.startsWith('<') && !NAMES.includes(text))
        .map((text) => [name, text]),
    )
    expect(said).toEqual([])
  })

  it('have scripts that say nothing themselves', () => {
    const said = read('templates/public', '.js').flatMap(([name, script]) =>
      textsOf(script)
        .filter(isSaid)
        .map((text) => [name, text]),
    )
    expect(said).toEqual([
      // Thrown, and caught there.
      ['invitation.js', 'This opens no app.'],
      // A key.
      ['setup.js', 'Enter'],
    ])
  })
})

it('is said by no source of pages', () => {
  // Names: of headers, and of what browsers say that they are.
  const NAMES = /^[A-Z][\w-]*\/?$|^Firefox Focus$/
  const said = ['pages', 'setup', 'invitations', 'formats', 'request'].flatMap((folder) =>
    read(`src/http/${folder}`, '.ts').flatMap(([name, source]) =>
      textsOf(source)
        .filter((text) => isSaid(text) && !NAMES.test(text))
        .map((text) => `${folder}/${name}: ${text}`),
    ),
  )
  expect(said.sort()).toEqual([
    // For programs alone; a page says it in its own language.
    'invitations/end.ts: Ask x',
    'invitations/end.ts: Call x (x)',
    'invitations/end.ts: It was first used on x. If that was somebody else, ',
    'invitations/end.ts: It was never used. x for a new one.',
    'invitations/end.ts: tell x at oncex.',
    // For operators, before the server starts.
    'pages/picture.ts: Export it again.',
    'pages/picture.ts: Export it as a plain SVG.',
    'pages/picture.ts: Export it as one of them.',
    'pages/picture.ts: Give its <svg> a viewBox.',
    'pages/picture.ts: The x x x',
    'pages/picture.ts: a style sheet',
    'pages/picture.ts: does not say how large it is.',
    'pages/picture.ts: holds x, and has to be a picture alone.',
    'pages/picture.ts: is a PNG without any size.',
    'pages/picture.ts: is neither an SVG nor a PNG.',
    // What browsers and search engines read.
    'pages/public-file-routes.ts: User-agent: *\nAllow: x/$\nDisallow: x/\n',
    'pages/public-file-routes.ts: public, max-age=31536000, immutable',
    'pages/public-file-routes.ts: public, max-age=3600',
    'pages/template-folders.ts: is no folder',
    'pages/template-folders.ts: is not there',
    'pages/template-folders.ts: templates has to name a folder of your own messages, pages and files.',
    'pages/templates.ts: Compare it with the template of the same name that ships with mailprofile.',
    'pages/templates.ts: No page asks for a template of this name.',
    // For whoever starts a server, or reads its log.
    'request/client-address.ts: “x” is neither an address nor a network such as 10.0.0.0/8.',
    'request/confirmations.ts: mailprofile confirmations 1',
    'request/gone.ts: The client has gone away.',
    // What is wrong with a certificate, by which its message is found.
    // What lists of providers have in every language.
    'setup/sign-in-view.ts: Microsoft Exchange',
    'setup/sign-in-view.ts: Microsoft Exchange',
    'setup/sign-in-view.ts: Microsoft Exchange',
    'setup/sign-in-view.ts: Office 365',
    'setup/sign-in-view.ts: Office 365',
    'setup/sign-in-view.ts: Outlook.com',
    'setup/signer-view.ts: key usage',
    'setup/signer-view.ts: missing intermediate',
    'setup/signer-view.ts: not yet valid',
    'setup/signer-view.ts: unknown root',
    'setup/signer-view.ts: unknown root',
    'setup/signer-view.ts: unknown root',
  ])
})

/** Names that are written alike in every language: of products, protocols, units. */
const NAMES = new Set(
  `mailprofile iPhone iPad iOS iPadOS macOS Mac Android Windows Apple Safari Gmail Samsung Galaxy Email Outlook
   Thunderbird K Mail FairEmail Delta Chat DAVx Google Play F Droid Wi Fi VPN QR SVG ID Web UTC IMAP POP3 SMTP
   SSL TLS STARTTLS SPA OAuth CalDAV CardDAV Microsoft Exchange Office Yahoo AOL baseUrl JavaScript npm start lan
   BT Fastmail Example Ann`.split(/\s+/),
)

// Words that a language, or a program in it, has from English.
const OF_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  // FairEmail, Thunderbird and DAVx⁵ have these in English where they are in Hindi; “pm” is CLDR's.
  hi: ['Backup', 'Save', 'New', 'Account', 'Manual', 'configuration', 'Login', 'am', 'pm'],
  'zh-Hans': ['App'],
}

describe.each(['ja', 'uk', 'ar', 'hi', 'zh-Hans'])(
  'no page has a word in English in %s',
  (language) => {
    const { app, invite } = invitedApp({ offeredBy: 'Example Mail' })
    let coded = ''
    beforeAll(async () => {
      coded = (await invite({ code: true })).token
    })

    /** Words in Latin letters that are neither names nor part of an address, a host or a file. */
    async function latinWords(path: string, userAgent: string): Promise<string[]> {
      const { text } = await request(app)
        .get(`${path}${path.includes('?') ? '&' : '?'}language=${language}`)
        .set({ Accept: 'text/html', 'User-Agent': userAgent })
      expect(text).toContain(`<html lang="${language}"`)
      const own = text
        // The names of languages are in their own.
        .replace(/<footer[^]*<\/footer>/, '')
        // Whatever somebody wrote in English is marked so.
        .replace(/<bdi lang="en">[^]*?<\/bdi>/g, '')
        .replace(/<code[^>]*>[^]*?<\/code>/g, '')
      const labels = [...own.matchAll(/ (?:alt|aria-label|placeholder|title)="([^"]*)"/g)]
      return [readable(own), ...labels.map(([, label = '']) => label)]
        .join(' ')
        .split(/[\s，。、「」“”：；（）「」『』]+/)
        .filter((word) => !/[@/]|\w\.\w/.test(word))
        .flatMap((word) => word.match(/[A-Za-z]+3?/g) ?? [])
        .filter((word) => !NAMES.has(word) && OF_LANGUAGE[language]?.includes(word) !== true)
    }

    it.each(Object.entries(DEVICES))('as %s', async (_device, userAgent) => {
      const { token } = await invite({ downloads: 20 })
      const paths = [
        '/',
        '/?provider=nothing-of-the-kind',
        '/setup?address=ann@btinternet.com&name=Ann',
        '/setup?address=ann@fastmail.com&protocol=imap',
        '/setup?address=ann@office365.com',
        '/setup?address=ann@gmail.com',
        '/setup?address=ann',
        `/i/${token}`,
        `/i/${token}?show`,
        `/i/${coded}`,
      ]
      const found: string[] = []
      for (const path of paths) found.push(...(await latinWords(path, userAgent)))
      expect([...new Set(found)].sort()).toEqual([])
    })

    it('where the server has no name', async () => {
      for (const baseUrl of ['http://127.0.0.1:8080', 'http://192.168.1.2:8080']) {
        const { text } = await request(testApp({ baseUrl })).get(`/?language=${language}`)
        expect(text).not.toMatch(/on this (?:computer|network)/)
      }
    })
  },
)
