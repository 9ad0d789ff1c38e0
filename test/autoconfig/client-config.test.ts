import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseClientConfig } from '../../src/autoconfig/client-config.js'
import { refusal } from '../support/errors.js'
import { SIMPLE } from '../support/client-configs.js'

const FOLDER = new URL('../vectors/autoconfig/', import.meta.url)

/** What a document means; its file has the same name. */
interface Vector {
  readonly trap: string
  readonly config: Readonly<Record<string, unknown>>
  readonly skipped: readonly string[]
  /** How many. */
  readonly warnings: number
}

const vectors = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => {
    const read = (file: string) => readFileSync(new URL(file, FOLDER), 'utf8')
    const vector = JSON.parse(read(name)) as Vector
    return [vector.trap, vector, read(name.replace('.json', '.xml'))] as const
  })

describe('parseClientConfig', () => {
  it.each(vectors)('reads %s', (_trap, { config, skipped, warnings }, document) => {
    const read = parseClientConfig(document)
    expect(read).toMatchObject(config)
    expect(read.skipped.map(({ what }) => what)).toEqual(skipped)
    for (const { reason } of read.skipped) expect(reason).toMatch(/^[A-Z].*\.$/)
    expect(read.warnings).toHaveLength(warnings)
  })

  it.each([
    ['a byte-order mark', (document: string) => `\uFEFF${document}`],
    ['CRLF', (document: string) => document.replace(/\n/g, '\r\n')],
    ['no declaration', (document: string) => document.replace(/^<\?xml.*\?>\n/, '')],
    [
      'a default namespace',
      (document: string) => document.replace('<clientConfig', '<clientConfig xmlns="u:x"'),
    ],
    [
      'a comment before the root',
      (document: string) => document.replace('<clientConfig', '<!-- a & b --><clientConfig'),
    ],
    ['another version', (document: string) => document.replace('"1.1"', '"7"')],
  ])('reads the same with %s', (_name, change) => {
    for (const [, , document] of vectors) {
      if (document.includes('xmlns')) continue
      expect(parseClientConfig(change(document))).toEqual(parseClientConfig(document))
    }
  })

  it.each([
    ['nothing', ''],
    ['text', 'Not found'],
    ['a page of HTML', '<!DOCTYPE html><html><head><meta charset=utf-8></head></html>'],
    ['XHTML', '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'],
    ['a document type', SIMPLE.replace('<clientConfig', '<!DOCTYPE clientConfig><clientConfig')],
    [
      'entities that multiply',
      SIMPLE.replace(
        '<clientConfig',
        '<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;">]><clientConfig',
      ).replace('Simple', '&c;'),
    ],
    ['an entity of its own', SIMPLE.replace('Simple', '&nbsp;')],
    ['an ampersand alone', SIMPLE.replace('Simple', 'A & B')],
    ['text that broke off', SIMPLE.slice(0, -20)],
    ['an element closed wrongly', SIMPLE.replace('</port>', '</Port>')],
    ['an attribute twice', SIMPLE.replace(' version=', ' version="1" version=')],
    ['a prefix that nothing declares', SIMPLE.replace('<domain>', '<x:y/><domain>')],
    ['more than 64 KB', SIMPLE.replace('Simple', 'é'.repeat(40_000))],
    ['32 levels', SIMPLE.replace('Simple', `${'<a>'.repeat(29)}${'</a>'.repeat(29)}`)],
    ['text after the end', `${SIMPLE}more`],
    ['another root', '<autodiscover><emailProvider/></autodiscover>'],
    ['another letter case', SIMPLE.replaceAll('clientConfig', 'ClientConfig')],
    ['no emailProvider', '<clientConfig version="1.1"/>'],
    ['one in another namespace', '<clientConfig><e:emailProvider xmlns:e="u:e"/></clientConfig>'],
  ])('refuses %s', async (_name, document) => {
    const error = await refusal(() => parseClientConfig(document))
    expect(error.code).toBe('invalid_autoconfig')
  })

  it('takes 30 levels and nearly 64 KB', () => {
    const deep = SIMPLE.replace('Simple', `Simple${'<a>'.repeat(27)}${'</a>'.repeat(27)}`)
    expect(parseClientConfig(deep).displayName).toBe('Simple')
    expect(
      parseClientConfig(`${SIMPLE}${' '.repeat(65_536 - SIMPLE.length)}`).domains,
    ).toHaveLength(1)
  })

  it('says where a document is broken', async () => {
    const error = await refusal(() => parseClientConfig(SIMPLE.replace('</port>', '</Port>')))
    expect(error.message).toContain('(line 8, column ')
  })

  it('shows no address, and nothing that moves a cursor', () => {
    const document = SIMPLE.replace(
      '<domain>',
      '<domain>ann@simple.example</domain><domain>a&#x202E;b</domain><domain>',
    ).replace('type="imap"', 'type="&#x9b;2J"')
    const said = JSON.stringify(parseClientConfig(document))
    expect(said).not.toMatch(/ann@|\u202e|\u009b/)
  })
})
