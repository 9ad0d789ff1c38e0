import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLocale, LocaleMistake } from '../../src/texts/locale-json.js'
import { createTexts } from '../../src/texts/texts.js'
import { refusal } from '../support/errors.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** What is said of an operator's file, with `FILE` for its path. */
async function mistakeIn(content: string | Uint8Array, name = 'de.json'): Promise<string> {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'locales'))
  const path = join(folder, 'locales', name)
  writeFileSync(path, content)
  const error = await refusal(() => createTexts({ folders: [folder] }))
  expect(error.code).toBe('invalid_configuration')
  return error.message.replaceAll(path, 'FILE')
}

/** A file with one message, which begins at line 4, column 18. */
function fileWith(message: string, key = 'unknown'): string {
  return `{\n  "errors": {\n    "domain": {\n      "${key}": ${JSON.stringify(message)}\n    }\n  }\n}\n`
}

describe('an operator’s file of messages', () => {
  it.each<[content: string, expected: string]>([
    ['', 'FILE:1:1: a { is missing: a file of messages is an object.'],
    ['[]', 'FILE:1:1: a { is missing: a file of messages is an object.'],
    ['{', 'FILE:1:2: a key in quotation marks is missing here.'],
    ['{\n  "errors": {},\n}', 'FILE:3:1: a key in quotation marks is missing here.'],
    ["{ 'errors': {} }", 'FILE:1:3: a key in quotation marks is missing here.'],
    ['{ "errors" {} }', 'FILE:1:12: a colon is missing after the key errors.'],
    ['{ "errors": {}\n  "home": {} }', 'FILE:2:3: a comma or } is missing here.'],
    ['{ "errors": {} } x', 'FILE:1:18: there is something after the end of the messages.'],
    ['{ "errors": 5 }', 'FILE:1:13: errors has to be a text or an object.'],
    ['{ "errors": ["x"] }', 'FILE:1:13: errors has to be a text or an object.'],
    ['{ "errors": null }', 'FILE:1:13: errors has to be a text or an object.'],
    ['{ "errors": {},\n "errors": {} }', 'FILE:2:2: the key errors is there twice.'],
    ['{ "errors.both": "x" }', 'FILE:1:3: a key has other characters than letters and digits.'],
    ['{ "errors": "x', 'FILE:1:13: the text that begins here has no end, or a damaged character.'],
    [
      '{ "errors": "x\ty" }',
      'FILE:1:13: the text that begins here has no end, or a damaged character.',
    ],
    ['{"a":'.repeat(20), 'FILE:1:42: the keys are nested too deeply.'],
    ['{ "errors": "x" }', 'FILE:1:13: errors: there is no such message.'],
  ])('%j', async (content, expected) => {
    expect(await mistakeIn(content)).toBe(expected)
  })

  it.each<[message: string, expected: string]>([
    [
      '{domain',
      'a { is not closed (character 1 of the message)'.replace(' (character 1 of the message)', ''),
    ],
    ['An {domain', 'a { is not closed (character 4 of the message)'],
    ['An {host}', 'there is no {host} in it: it has {domain}'],
    ['An {domain, number}', '{domain} is a word there, not a number'],
    ['<i>{domain}</i>', 'it has the tag <i>: there are only <b>…</b> and <a>…</a>'],
    ['<a>{domain}</a>', '<a> is not for this message'],
    ['x\u0007', 'it has a control character (character 2 of the message)'],
  ])('the message %j', async (message, expected) => {
    expect(await mistakeIn(fileWith(message))).toBe(
      `FILE:4:18: errors.domain.unknown: ${expected}.`,
    )
  })

  it('suggests the key that was probably meant', async () => {
    expect(await mistakeIn(fileWith('x', 'unknwon'))).toBe(
      'FILE:4:18: errors.domain.unknwon: there is no such message: did you mean errors.domain.unknown?',
    )
  })

  it('is named for a language, is a file of text and not too large', async () => {
    expect(await mistakeIn('{}', 'xx.json')).toBe('FILE is named for no language of these pages.')
    expect(await mistakeIn('{}', 'de-CH.json')).toBe(
      'FILE is named for no language of these pages.',
    )
    expect(await mistakeIn(Buffer.from('{}', 'utf16le'))).toMatch(/FILE:1:2: |FILE is/)
    expect(await mistakeIn(Uint8Array.of(0x7b, 0xff, 0x7d))).toBe('The file FILE is not UTF-8.')
    expect(await mistakeIn(' '.repeat(1024 * 1024 + 1))).toBe('The file FILE is larger than 1 MB.')
  })

  it('may hold as little as it likes, and what is no message beside it', () => {
    const folder = temporaryFolder()
    expect(
      createTexts({ folders: [folder] })
        .in('en')
        .text('errors.address.space'),
    ).not.toBe('')
    mkdirSync(join(folder, 'locales'))
    writeFileSync(join(folder, 'locales/de.json'), '\uFEFF{}\r\n')
    writeFileSync(join(folder, 'locales/._de.json'), 'left by a Mac')
    writeFileSync(join(folder, 'locales/README.md'), 'ours')
    expect(createTexts({ folders: [folder] }).languages.map(({ tag }) => tag)).toContain('de')
  })
})

describe('the reader of such files', () => {
  const name = fc.stringMatching(/^[A-Za-z]\w{0,5}$/)
  const { tree } = fc.letrec<{ tree: object; node: unknown }>((tie) => ({
    tree: fc.dictionary(name, tie('node'), { maxKeys: 4, noNullPrototype: true }),
    node: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.string({ unit: 'grapheme' }),
      tie('tree'),
    ),
  }))

  it('reads what JSON.parse reads', () => {
    const flat = (value: unknown, path: string): [string, string][] =>
      typeof value === 'string'
        ? [[path, value]]
        : Object.entries(value as object).flatMap(([key, inner]) =>
            flat(inner, path === '' ? key : `${path}.${key}`),
          )
    fc.assert(
      fc.property(tree, fc.constantFrom('', '\t', 2), (json, space) => {
        const text = JSON.stringify(json, undefined, space)
        const read = [...parseLocale(text)].map(([key, { message }]) => [key, message])
        expect(read).toEqual(flat(json, ''))
      }),
    )
  })

  it('says where it stops, and takes nothing that is not JSON', () => {
    fc.assert(
      fc.property(
        tree,
        fc.nat(),
        fc.constantFrom('', '"', '{', '}', ',', ':', '\\', '1'),
        (json, at, put) => {
          const text = JSON.stringify(json)
          const offset = at % (text.length + 1)
          const damaged = text.slice(0, offset) + put + text.slice(offset + 1)
          try {
            parseLocale(damaged)
          } catch (error) {
            expect(error).toBeInstanceOf(LocaleMistake)
            expect((error as LocaleMistake).offset).toBeLessThanOrEqual(damaged.length)
            return
          }
          JSON.parse(damaged)
        },
      ),
    )
  })
})
