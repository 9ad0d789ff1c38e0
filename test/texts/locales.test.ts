import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { outlineOf } from '../../src/messages/outline.js'
import { SHIPPED_LOCALES, shippedMessages } from '../../src/messages/shipped.js'
import { languageOf } from '../../src/texts/languages.js'
import { readLocaleFile } from '../../src/texts/locale-file.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const NAMES_OF_DEVICES = [
  'de',
  'fr',
  'es',
  'it',
  'pt-BR',
  'nl',
  'pl',
  'sv',
  'tr',
  'uk',
  'ar',
  'hi',
  'ja',
]
const EVERYWHERE = [...NAMES_OF_DEVICES, 'zh-Hans']

// What is spelt in a language as it is in English, key by key.
const SAME: Readonly<Record<string, readonly string[]>> = {
  // Names of products. In China, Android is 安卓.
  'setup.devices.iphone': EVERYWHERE,
  'setup.devices.ipad': EVERYWHERE,
  'setup.devices.mac': EVERYWHERE,
  'setup.devices.android': NAMES_OF_DEVICES,
  'computer.thunderbird': EVERYWHERE,
  // No words, and the marks between which a language quotes.
  'errors.both': ['de', 'fr', 'es', 'it', 'pt-BR', 'nl', 'pl', 'sv', 'tr', 'uk', 'ar', 'hi'],
  'errors.field': ['it', 'pt-BR', 'tr', 'hi', 'zh-Hans'],
  // Words that the language has, too.
  'setup.devices.other': ['de', 'it', 'nl'],
  'settings.server': ['de', 'it', 'nl', 'sv'],
  'settings.port': ['de', 'fr', 'pl', 'sv'],
  'settings.password': ['it'],
  'settings.no': ['es', 'it'],
  'settings.contacts': ['fr'],
  'confirm.contacts': ['fr'],
  'profile.contacts': ['fr'],
  'davx5.contacts': ['fr'],
  'home.options': ['fr'],
  'invitation.passcode': ['de', 'fr', 'nl'],
  'steps.mac.mail': ['nl'],
  'deltachat.open': ['nl'],
  // What the screens themselves show.
  'drawn.wifi': ['fr', 'es', 'it', 'pt-BR', 'pl', 'sv', 'tr', 'uk', 'ar', 'ja'],
  'drawn.general': ['es'],
  'drawn.ok': ['de', 'fr', 'it', 'pt-BR', 'nl', 'pl', 'sv', 'uk', 'ja'],
  'drawn.save': ['hi'],
  'drawn.password': ['it'],
  'drawn.account': ['it', 'nl'],
}

// Keys whose end is computed, such as `setup.button.${device}`: their beginning, and each end there is.
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  'android.': ['gmail.add', 'samsung.add', 'outlook.add'],
  'computer.': ['newOutlook', 'classicOutlook', 'thunderbird', 'otherProgram'].flatMap(
    (program) => [program, `${program}Steps`],
  ),
  'confirm.': ['incoming', 'outgoing', 'calendar', 'contacts'],
  // The words on drawings, which name them.
  'drawn.': drawnWords(),
  'ended.': ['spent', 'expired', 'revoked'].flatMap((state) => [`${state}.title`, `${state}.text`]),
  'layout.': ['imprint', 'privacy'],
  'signIn.': ['gmail', 'samsung', 'newOutlook', 'classicOutlook', 'thunderbird'],
  'settings.': [
    ...['you', 'incoming', 'outgoing', 'calendar', 'contacts'],
    ...['name', 'address', 'url', 'server', 'port', 'security', 'username', 'authentication'],
    ...['password', 'signIn'],
    ...['copy', 'copied', 'selected'],
  ],
  'setup.button.': ['iphone', 'ipad', 'mac'],
  'setup.dav.button.': ['iphone', 'ipad', 'mac'],
  'setup.byHand.': ['iphone', 'mac'],
  'setup.devices.': ['iphone', 'ipad', 'mac', 'android', 'other'],
  'setup.installs.': ['mail', 'calendar', 'contacts', 'root'],
  'setup.other.': ['imap', 'pop3', 'imapText', 'pop3Text'],
  'setup.trust.': ['iphone', 'ipad', 'mac', 'app'],
}
function drawnWords(): string[] {
  const folder = join(ROOT, 'templates/public')
  const said = readdirSync(folder)
    .filter((name) => name.endsWith('.svg'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/ data-say="(\w+)"/g)])
  return [...new Set(said.map(([, word = '']) => word))]
}

const computedKeys = Object.entries(COMPUTED).flatMap(([prefix, ends]) =>
  ends.map((end) => `${prefix}${end}`),
)

const english = shippedMessages('en')
const tags = readdirSync(SHIPPED_LOCALES)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace(/\.json$/, ''))
const others = tags.filter((tag) => tag !== 'en')

/** What a message needs, in a form that two languages can be compared in. */
function needs(message: string): object {
  const { placeholders, tags: markup } = outlineOf(message)
  return { placeholders: Object.fromEntries(placeholders), tags: [...markup].sort() }
}

function isSame(key: string, tag: string): boolean {
  return Object.hasOwn(SAME, key) && SAME[key]?.includes(tag) === true
}

describe.each(tags)('the messages in %s', (tag) => {
  const messages = shippedMessages(tag)

  it('are those of a known language, in a file that operators could have written', () => {
    expect(languageOf(tag)).toBeDefined()
    expect(readLocaleFile(join(SHIPPED_LOCALES, `${tag}.json`))).toEqual(messages)
  })

  it('are all there, in the order of the English ones, and no others', () => {
    expect([...messages.keys()]).toEqual([...english.keys()])
  })

  it('have the placeholders and the markup of the English ones', () => {
    const all = (of: ReadonlyMap<string, string>) =>
      Object.fromEntries([...of].map(([key, message]) => [key, needs(message)]))
    expect(all(messages)).toEqual(all(english))
  })

  it('tell apart in plurals what the language does', () => {
    const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions()
    const lacking = [...messages].flatMap(([key, message]) =>
      outlineOf(message).plurals.flatMap((cases) => {
        const missing = pluralCategories.filter((category) => !cases.includes(category))
        const needless = cases.filter(
          (one) => !one.startsWith('=') && !isOneOf(one, pluralCategories),
        )
        return missing.length + needless.length === 0 ? [] : [{ key, missing, needless }]
      }),
    )
    expect(lacking).toEqual([])
  })

  it('are written with the marks of print, and no spaces at their ends', () => {
    const wrong = [...messages].filter(
      ([, message]) =>
        message === '' || message !== message.trim() || /['"]|\.\.\.| {2}/.test(message),
    )
    expect(wrong).toEqual([])
  })
})

function isOneOf(one: string, categories: readonly string[]): boolean {
  return categories.includes(one)
}

it.each(others)('nothing is left in English in %s', (tag) => {
  const messages = shippedMessages(tag)
  const left = [...english.keys()].filter((key) => messages.get(key) === english.get(key))
  expect(left.filter((key) => !isSame(key, tag))).toEqual([])
})

describe('the keys', () => {
  const files = (folder: string, pattern: RegExp) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => pattern.test(name) && name !== 'messages/keys.ts')
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
  const sources = files('src', /\.ts$/)
  const templates = files('templates', /\.eta$/)

  it('are used, every one', () => {
    const literals = new Set(
      [...sources, ...templates].flatMap(
        (text) => text.match(/(?<=(['"`]))[A-Za-z][\w.]*(?=\1)/g) ?? [],
      ),
    )
    const unused = [...english.keys()].filter(
      (key) => !literals.has(key) && !computedKeys.includes(key),
    )
    expect(unused).toEqual([])
  })

  it('are there, every one that templates use', () => {
    // The compiler looks after the sources.
    const used = templates.flatMap((text) =>
      [...text.matchAll(/(?<![\w.])(?:it\.)?[th]\(\s*(['"])([^'"]*)\1\s*[,)]/g)].map(
        ([, , key = '']) => key,
      ),
    )
    expect(used.filter((key) => !english.has(key))).toEqual([])
  })

  it('are not computed but where that is declared', () => {
    const begin = [...new Set([...english.keys()].map((key) => key.split('.', 1)[0]))].join('|')
    const computed = [...sources, ...templates].flatMap((text) =>
      [...text.matchAll(new RegExp(`\`((?:${begin})\\.[\\w.]*)\\$\\{`, 'g'))].map(
        ([, prefix = '']) => prefix,
      ),
    )
    expect([...new Set(computed)].sort()).toEqual(Object.keys(COMPUTED).sort())
    expect(computedKeys.filter((key) => !english.has(key))).toEqual([])
  })

  it('that may be the same in a language are there', () => {
    expect(Object.keys(SAME).filter((key) => !english.has(key))).toEqual([])
    const idle = Object.entries(SAME).flatMap(([key, same]) =>
      same
        .filter((tag) => others.includes(tag))
        .filter((tag) => shippedMessages(tag).get(key) !== english.get(key))
        .map((tag) => `${key} in ${tag}`),
    )
    expect(idle).toEqual([])
  })
})
