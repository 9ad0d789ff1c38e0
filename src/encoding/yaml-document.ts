import { isMap, isNode, isScalar, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { MailProfileError } from '../errors.js'
import { MAX_FILE_BYTES, tooLarge } from './file-size.js'
import { describeIssue, firstIssue } from './first-issue.js'
import { didYouMean, nearMisses, type Synonyms } from './near-miss.js'
import { schemaKeys } from './schema-keys.js'
import { sourceExcerpt, type Range } from './source-excerpt.js'
import { findYamlSecrets } from './yaml-secrets.js'

type Path = readonly PropertyKey[]

// Aliases may multiply themselves; a configuration needs hardly any.
const MAX_ALIASES = 50
const MAX_DEPTH = 100
const NESTED_IN_A_LINE = /(?:[-?:][ \t]+){100}/

export interface YamlOptions {
  /** Keys whose values no error shows. */
  readonly secretKeys?: readonly string[]
  /** Words that are written for others in keys. */
  readonly synonyms?: Synonyms
}

/** A YAML file whose mistakes are reported with file, line, column and a caret. */
export class YamlDocument {
  readonly #document: Document.Parsed
  readonly #text: string
  readonly #file: string
  readonly #options: YamlOptions
  #hidden: readonly Range[] | undefined

  /**
   * @param file its name, for errors
   * @throws MailProfileError `invalid_configuration` when it is not YAML 1.2, has a key twice, or is
   *   larger than 1 MB
   */
  constructor(text: string, file: string, options: YamlOptions = {}) {
    this.#text = text
    this.#file = file
    this.#options = options
    if (text.length > MAX_FILE_BYTES) throw tooLarge(file)
    this.#document = parseOrRefuse(text, file)
    const [error] = [...this.#document.errors, ...this.#document.warnings]
    if (error !== undefined) throw this.#syntaxError(error.message, error.pos[0])
  }

  /** Whether the document has a key, whatever its value. */
  has(key: string): boolean {
    return isMap(this.#document.contents) && this.#document.has(key)
  }

  /**
   * The document's value in the shape of a schema.
   *
   * @throws MailProfileError `invalid_configuration` for the first mistake, at its place
   */
  parse<T>(schema: z.ZodType<T>): T {
    let value: unknown
    try {
      value = this.#document.toJS({ maxAliasCount: MAX_ALIASES })
    } catch {
      throw this.#error('too many aliases', 0)
    }
    const result = schema.safeParse(value)
    if (result.success) return result.data
    const issue = firstIssue(result.error.issues)
    if (issue?.code === 'unrecognized_keys') throw this.#unknownKey(issue, schema)
    const path = issue?.path ?? []
    throw this.errorAt(path, `${dotted(path)}${describeIssue(issue)}`)
  }

  /** An error at the place of a value (or of its key). */
  errorAt(
    path: Path,
    message: string,
    options: { readonly atKey?: boolean; readonly hint?: string } = {},
  ): MailProfileError {
    return this.#error(message, this.#offset(path, options.atKey ?? false), options.hint)
  }

  #unknownKey(
    { keys: [key = ''], path: parent }: z.core.$ZodIssueUnrecognizedKeys,
    schema: z.ZodType,
  ): MailProfileError {
    const path = [...parent, key]
    const names = path.filter((part) => typeof part === 'string')
    const known = schemaKeys(schema)
    const suggestions = nearMisses(names.join('.'), known, this.#options.synonyms)
    const siblings = childrenOf(names.slice(0, -1).join('.'), known)
    const offset = this.#offset(path, true)
    // Its value may be a secret whose name is misspelt.
    const end = this.#text.startsWith(key, offset) ? offset + key.length : offset
    return this.#error(
      `${dotted(path)}is not a known key${didYouMean(suggestions)}`,
      offset,
      suggestions.length > 0 || siblings.length === 0
        ? undefined
        : `What may stand there: ${siblings.join(', ')}.`,
      [[end, this.#text.length]],
    )
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

  #syntaxError(message: string, offset: number): MailProfileError {
    const line: Range = [this.#text.lastIndexOf('\n', offset - 1) + 1, offset + 1]
    // The parser's sentences quote what they are about.
    const isSecret = this.#secrets().some(([from, to]) => from < line[1] && to > line[0])
    return this.#error(
      isSecret ? 'this is not YAML: write the value in single quotes' : message,
      offset,
    )
  }

  #error(
    message: string,
    offset: number,
    hint?: string,
    hidden: readonly Range[] = [],
  ): MailProfileError {
    const { line, column, picture } = sourceExcerpt(this.#text, offset, [
      ...this.#secrets(),
      ...hidden,
    ])
    return new MailProfileError(
      'invalid_configuration',
      `${this.#file}:${line}:${column}: ${message}\n\n${picture}`,
      { hint },
    )
  }

  #secrets(): readonly Range[] {
    return (this.#hidden ??= findYamlSecrets(
      this.#document,
      this.#text,
      this.#options.secretKeys ?? [],
    ))
  }
}

function parseOrRefuse(text: string, file: string): Document.Parsed {
  try {
    if (isDeep(text)) throw new RangeError()
    const document = parseDocument(text, { prettyErrors: false })
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

// The parser takes seconds for such files. Brackets within texts count too: few texts have so many.
function isDeep(text: string): boolean {
  if (NESTED_IN_A_LINE.test(text)) return true
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
  return path.length === 0 ? '' : `${path.map(shown).join('.')} `
}

// A key may be anything when somebody forgot a quote.
function shown(part: PropertyKey): string {
  const text = String(part)
  return text.includes('://') || text.length > 60 ? '(a key)' : text
}
