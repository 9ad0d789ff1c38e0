import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** The mistake that says most about a value that a schema refused. */
export function firstIssue(issues: readonly Issue[]): Issue | undefined {
  // A misspelt key is missed as well: the misspelling tells more.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue?.code !== 'invalid_union') return issue
  // A union's issues lie inside it; the branch that got furthest tells most.
  const branches = issue.errors.flatMap((branch) => firstIssue(branch) ?? [])
  const deepest = branches.reduce<Issue | undefined>(
    (best, branch) => (branch.path.length > (best?.path.length ?? 0) ? branch : best),
    undefined,
  )
  // Only a branch that is for such a value looks at its keys.
  const furthest = deepest ?? branches.find(({ code }) => code === 'unrecognized_keys')
  if (furthest !== undefined) return { ...furthest, path: [...issue.path, ...furthest.path] }
  const ours = branches.find(({ code }) => code === 'custom')
  return { ...issue, message: ours?.message ?? issue.message }
}

/**
 * What is wrong, to be read after the name of the value. It never quotes the value.
 *
 * @param root what the schema was given: whether the value is there at all is said as well
 */
export function describeIssue(issue: Issue | undefined, root: unknown): string {
  if (issue === undefined) return 'is wrong'
  const { message, path } = issue
  const value = valueAt(root, path)
  if (value !== undefined && value !== null) return message
  const wanted = message.startsWith('must ') ? `it ${message}` : message
  return `is ${value === null ? 'empty' : 'missing'}: ${wanted}`
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    root,
  )
}

/** The way to a value, as it is told: `tenants[1].branding.color`. */
export function keyPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}
