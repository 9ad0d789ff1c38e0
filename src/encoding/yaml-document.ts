import { isMap, isScalar, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { MailProfileError } from '../errors.js'

type Path = readonly PropertyKey[]

/** A YAML file whose mistakes are reported with file, line, column and a caret. */
export class YamlDocument {
  readonly #document: Document.Parsed
  readonly #text: string
  readonly #file: string

  /**
   * @param file its name, for errors
   * @throws MailProfileError `invalid_configuration` when it is not YAML 1.2, or has a key twice
   */
  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
    this.#document = parseDocument(text, { prettyErrors: false })
    const [error] = [...this.#document.errors, ...this.#document.warnings]
    if (error !== undefined) throw this.#error(error.message, error.pos[0])
  }

  /**
   * The document's value in the shape of a schema.
   *
   * @throws MailProfileError `invalid_configuration` for the first mistake, at its place
   */
  parse<T>(schema: z.ZodType<T>): T {
    let value: unknown
    try {
      // Aliases may multiply themselves; a configuration needs hardly any.
      value = this.#document.toJS({ maxAliasCount: 50 })
    } catch {
      throw this.#error('too many aliases', 0)
    }
    const result = schema.safeParse(value)
    if (result.success) return result.data
    const issue = firstIssue(result.error.issues)
    if (issue?.code === 'unrecognized_keys') {
      const [key = ''] = issue.keys
      const path = [...issue.path, key]
      throw this.errorAt(path, `${dotted(path)} is not a known key`, { atKey: true })
    }
    throw this.errorAt(issue?.path ?? [], `${dotted(issue?.path ?? [])}${issue?.message ?? ''}`)
  }

  /** An error at the place of a value (or of its key). */
  errorAt(
    path: Path,
    message: string,
    options: { readonly atKey?: boolean; readonly hint?: string } = {},
  ): MailProfileError {
    return this.#error(message, this.#offset(path, options.atKey ?? false), options.hint)
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
      const range = (node as { range?: readonly [number, number, number] | null } | undefined)
        ?.range
      if (range) return range[0]
    }
    return 0
  }

  #node(path: Path): unknown {
    return path.length === 0 ? this.#document.contents : this.#document.getIn(path, true)
  }

  #error(message: string, offset: number, hint?: string): MailProfileError {
    const before = this.#text.slice(0, offset).split('\n')
    const line = before.length
    const col = (before.at(-1) ?? '').length + 1
    const source = this.#text.split('\n')[line - 1] ?? ''
    const caret = `${' '.repeat(col - 1)}^`
    return new MailProfileError(
      'invalid_configuration',
      `${this.#file}:${line}:${col}: ${message}\n\n  ${source}\n  ${caret}`,
      { hint },
    )
  }
}

type Issue = z.core.$ZodIssue

// A union's issues lie inside it; the branch that got furthest tells most.
function firstIssue(issues: readonly Issue[]): Issue | undefined {
  // A misspelt key is missed as well: the misspelling tells more.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue?.code !== 'invalid_union') return issue
  const branches = issue.errors.map((branch) => firstIssue(branch))
  const deepest = branches.reduce(
    (best, branch) => ((branch?.path.length ?? 0) > (best?.path.length ?? 0) ? branch : best),
    branches[0],
  )
  return deepest === undefined || deepest.path.length === 0
    ? { ...issue, message: issue.message }
    : { ...deepest, path: [...issue.path, ...deepest.path] }
}

function dotted(path: Path): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `.replace(/: $/, ' ')
}
