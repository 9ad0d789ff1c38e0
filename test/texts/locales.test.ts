import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { outlineOf } from '../../src/messages/outline.js'
import { SHIPPED_LOCALES, shippedMessages } from '../../src/messages/shipped.js'
import { languageOf } from '../../src/texts/languages.js'
import { readLocaleFile } from '../../src/texts/locale-file.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

// What is spelt in a language as it is in English, key by key.
const SAME: Readonly<Record<string, readonly string[]>> = {
  'errors.both': ['de', 'fr', 'es', 'it', 'pt-BR', 'nl', 'pl', 'sv', 'tr', 'uk', 'ar', 'hi'],
}

// Beginnings of keys whose end is computed: `setup.step.${device}`.
const COMPUTED: readonly string[] = []

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
      (key) => !literals.has(key) && !COMPUTED.some((prefix) => key.startsWith(prefix)),
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
    const computed = [...sources, ...templates].flatMap((text) =>
      [...text.matchAll(/(?<![\w.])(?:say|(?:it\.)?[th])\(\s*`([^`$]*)\$\{/g)].map(
        ([, prefix = '']) => prefix,
      ),
    )
    expect(computed.filter((prefix) => !COMPUTED.includes(prefix))).toEqual([])
    expect(
      COMPUTED.filter((prefix) => ![...english.keys()].some((key) => key.startsWith(prefix))),
    ).toEqual([])
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
