import { isMap, isNode, isScalar, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { MailProfileError } from '../errors.js'
import { MAX_FILE_BYTES, tooLarge } from './file-size.js'
import { describeIssue, firstIssue, keyPath } from './first-issue.js'
import { didYouMean, nearMisses, RENAMED_HINT, type Synonyms } from './near-miss.js'
import { schemaKeys } from './schema-keys.js'
import { schemaMessage } from './schema-messages.js'
import { sourceExcerpt } from './source-excerpt.js'
import { COMMENT, yamlMistake } from './yaml-mistakes.js'

type Path = readonly PropertyKey[]

// Aliases may multiply themselves; a configuration needs hardly any.
const MAX_ALIASES = 50
const MAX_DEPTH = 100
const NESTED_IN_A_LINE = /(?:[-?:][ \t]+){100}/
// With what it begins, of which each has its own place: `- - a`.
const LINE = /^( *)((?:[-?:][ \t]+)*)(?=[^\s#])/gm

export interface YamlOptions {
  /** Words that are written for others in keys. */
  readonly synonyms?: Synonyms
  /** Names that keys had in earlier versions, and what they are called now. */
  readonly renamed?: ReadonlyMap<string, string>
  /** A list whose sections have keys that stand outside it as well: each is suggested on its own side. */
  readonly apart?: string
}

/**
 * The value of a YAML file in the shape of a schema. Mistakes are told with file, line and column and the
 * keys of the line; whatever else stands in the file is in no error, because it may be a secret.
 *
 * @param file its name, for errors
 * @throws MailProfileError `invalid_configuration` when it is not YAML 1.2, has a key twice, is
 *   larger than 1 MB, or for the first mistake that the schema finds
 */
export function parseYaml<T>(
  text: string,
  file: string,
  schema: z.ZodType<T>,
  options: YamlOptions = {},
): T {
  if (text.length > MAX_FILE_BYTES) throw tooLarge(file)
  return new YamlDocument(text, file, schema, options).parse()
}

class YamlDocument<T> {
  readonly #document: Document.Parsed
  readonly #text: string
  readonly #file: string
  readonly #schema: z.ZodType<T>
  readonly #known: readonly string[]
  readonly #synonyms: Synonyms | undefined
  readonly #renamed: ReadonlyMap<string, string> | undefined
  readonly #apart: string | undefined

  constructor(text: string, file: string, schema: z.ZodType<T>, options: YamlOptions) {
    this.#text = text
    this.#file = file
    this.#schema = schema
    this.#known = schemaKeys(schema)
    this.#synonyms = options.synonyms
    this.#renamed = options.renamed
    this.#apart = options.apart
    this.#document = parseOrRefuse(text, file)
  }

  parse(): T {
    const { errors, warnings } = this.#document
    const mistake = yamlMistake(this.#text, [...errors, ...warnings])
    if (mistake !== undefined) throw this.#error(mistake.sentence, mistake.offset)
    let value: unknown
    try {
      value = this.#document.toJS({ maxAliasCount: MAX_ALIASES })
    } catch {
      throw this.#error('too many aliases', 0)
    }
    const result = this.#schema.safeParse(value, { error: schemaMessage })
    if (result.success) return result.data
    const issue = firstIssue(result.error.issues)
    if (issue?.code === 'unrecognized_keys') throw this.#unknownKey(issue)
    const path = issue?.path ?? []
    const what = path.length === 0 ? 'the file ' : dotted(path)
    const offset = this.#offset(path, false)
    if (
      this.#document.getIn(path) === null &&
      /^:? *#\S/.test(this.#text.slice(offset, offset + 20))
    ) {
      throw this.#error(`${what}is empty: ${COMMENT}`, offset)
    }
    throw this.#error(`${what}${describeIssue(issue, value)}`, offset)
  }

  #unknownKey({
    keys: [key = ''],
    path: parent,
  }: z.core.$ZodIssueUnrecognizedKeys): MailProfileError {
    const path = [...parent, key]
    const elsewhere = this.#belonging(key, parent)
    if (elsewhere !== undefined) {
      return this.#error(`${dotted(path)}is not a known key${elsewhere}`, this.#offset(path, true))
    }
    const names = path.filter((part) => typeof part === 'string')
    const now = this.#renamed?.get(names.join('.'))
    if (now !== undefined) {
      return this.#error(
        `${dotted(path)}is called ${now} now`,
        this.#offset(path, true),
        RENAMED_HINT,
      )
    }
    const suggestions = nearMisses(names.join('.'), this.#candidates(parent), this.#synonyms)
    const siblings = childrenOf(names.slice(0, -1).join('.'), this.#known)
    // It may be a secret whose own key is missing, unless it is nearly one that is known.
    const isShown = suggestions.length > 0 && /^[A-Za-z][A-Za-z_-]{0,30}$/.test(key)
    const inside = parent.length === 0 ? 'this ' : `${dotted(parent)}has something that `
    return this.#error(
      `${isShown ? dotted(path) : inside}is not a known key${didYouMean(suggestions)}`,
      this.#offset(path, true),
      suggestions.length > 0 || siblings.length === 0
        ? undefined
        : `What may stand there: ${siblings.join(', ')}.`,
    )
  }

  /** What is said of a key that stands outside the list whose sections are apart, and not in them. */
  #belonging(key: string, [outermost]: Path): string | undefined {
    const apart = this.#apart
    if (apart === undefined || outermost !== apart || !this.#known.includes(key)) return undefined
    // What is a section there may lie open here.
    const here = childrenOf(key, this.#known)
      .map((child) => `${apart}.${child}`)
      .filter((name) => this.#known.includes(name))
    return here.length > 0
      ? didYouMean(here)
      : `: ${key} belongs at the top level, for all ${apart}`
  }

  #candidates([outermost]: Path): readonly string[] {
    const apart = `${this.#apart ?? ''}.`
    const isApart = outermost !== undefined && outermost === this.#apart
    return this.#known.filter((name) => name.startsWith(apart) === isApart)
  }

  #offset(path: Path, atKey: boolean): number {
    for (let depth = path.length; depth >= 0; depth--) {
      const parent: unknown = depth === 0 ? undefined : this.#node(path.slice(0, depth - 1))
      const key = path[depth - 1]
      if (atKey && depth === path.length && isMap(parent)) {
        const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key)
        if (pair !== undefined && isScalar(pair.key) && pair.key.range) return pair.key.range[0]
      }
      const node = this.#node(path.slice(0, depth))
      if (isNode(node) && node.range) return node.range[0]
    }
    return 0
  }

  #node(path: Path): unknown {
    return path.length === 0 ? this.#document.contents : this.#document.getIn(path, true)
  }

  #error(message: string, offset: number, hint?: string): MailProfileError {
    const known = new Set(this.#known.flatMap((name) => name.split('.')))
    const { line, column, picture } = sourceExcerpt(this.#text, offset, known)
    return new MailProfileError(
      'invalid_configuration',
      `${this.#file}:${line}:${column}: ${message}${picture === undefined ? '' : `\n\n${picture}`}`,
      { hint },
    )
  }
}

function parseOrRefuse(text: string, file: string): Document.Parsed {
  try {
    if (isDeep(text)) throw new RangeError()
    // What it warns of on standard error quotes the text.
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' })
    // The parser reports an overflow of its own stack as a mistake in the text.
    if (document.errors.some(({ message }) => message.includes('call stack')))
      throw new RangeError()
    return document
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new MailProfileError('invalid_configuration', `The file ${file} is nested too deeply.`, {
      hint: 'No configuration is: check the path.',
    })
  }
}

// The parser takes seconds for such files, and where its stack ends depends on who called it and for how
// long it has run. Brackets and indentation within texts count too: few texts have so much of them.
function isDeep(text: string): boolean {
  return NESTED_IN_A_LINE.test(text) || isDeeplyIndented(text) || hasDeepBrackets(text)
}

function isDeeplyIndented(text: string): boolean {
  const open: number[] = []
  for (const [, indentation = '', indicators = ''] of text.matchAll(LINE)) {
    const first = indentation.length
    while ((open.at(-1) ?? -1) >= first) open.pop()
    open.push(first)
    for (const { 0: indicator, index } of indicators.matchAll(/\S\s+/g)) {
      open.push(first + index + indicator.length)
    }
    if (open.length > MAX_DEPTH) return true
  }
  return false
}

function hasDeepBrackets(text: string): boolean {
  let depth = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    if (depth > MAX_DEPTH) return true
  }
  return false
}

function childrenOf(parent: string, known: readonly string[]): string[] {
  const prefix = parent === '' ? '' : `${parent}.`
  return known
    .filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('.'))
    .map((name) => name.slice(prefix.length))
}

function dotted(path: Path): string {
  return path.length === 0 ? '' : `${keyPath(path)} `
}
