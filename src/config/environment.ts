import { resolve } from 'node:path'
import { decodeText, withoutMark } from '../encoding/decode-text.js'
import { describeIssue, firstIssue, keyPath } from '../encoding/first-issue.js'
import { DuplicateKey, readJson } from '../encoding/read-json.js'
import { MailProfileError } from '../errors.js'
import { setAt } from './key-path.js'
import { readSmallFile } from './read-small-file.js'
import type { RawConfig } from './schema.js'
import {
  findVariable,
  isOfKubernetes,
  RENAMED_VARIABLES,
  VARIABLES,
  type Environment,
  type Variable,
} from './variables.js'

/**
 * The part of the configuration that the environment sets: `MAILPROFILE_SIGNING_KEY` and so on, or
 * `…_FILE` with the path of a file that holds the value; `HOST` and `PORT` as everywhere.
 *
 * @param cwd where relative paths of such files begin
 * @throws MailProfileError `invalid_configuration` that names the variable
 */
export async function readEnvironment(env: Environment, cwd: string): Promise<RawConfig> {
  await refuseUnknown(env)
  const raw: Record<string, unknown> = {}
  const names = new Map<string, string>()
  for (const variable of VARIABLES) {
    const value = await readVariable(env, variable, cwd)
    if (value === undefined || value === '') continue
    const path = variable.path.join('.')
    names.set(path, variable.name)
    setAt(raw, variable.path, isJson(variable, value) ? parseJson(value, variable) : value)
  }
  const [{ configSchema }, { schemaMessage }] = await Promise.all([
    import('./schema.js'),
    import('../encoding/schema-messages.js'),
  ])
  const result = configSchema.safeParse(raw, { error: schemaMessage })
  if (result.success) return result.data
  const issue = firstIssue(result.error.issues)
  const path = issue?.path ?? []
  const name = names.get(path.slice(0, 2).join('.')) ?? names.get(String(path[0]))
  const known = names.has(path.slice(0, 2).join('.')) ? 2 : 1
  const inside = keyPath(path.slice(known))
  const what = issue?.code === 'unrecognized_keys' ? 'has a key that is not known' : undefined
  throw wrong(
    name ?? '',
    `${inside === '' ? '' : `${inside} `}${what ?? describeIssue(issue, raw)}`,
  )
}

async function refuseUnknown(env: Environment): Promise<void> {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || findVariable(name, value) !== 'unknown') continue
    // Needed for this error only.
    const [{ didYouMean, nearMisses, RENAMED_HINT }, { CONFIG_SYNONYMS }] = await Promise.all([
      import('../encoding/near-miss.js'),
      import('./synonyms.js'),
    ])
    const [, before = name, file = ''] = /^(.*?)(_FILE)?$/.exec(name) ?? []
    const now = RENAMED_VARIABLES.get(before)
    if (now !== undefined) {
      throw new MailProfileError('invalid_configuration', `${name} is called ${now}${file} now.`, {
        hint: RENAMED_HINT,
      })
    }
    const known = VARIABLES.map((variable) => variable.name)
    const prefix = 'MAILPROFILE_'
    const suggestions = nearMisses(
      before.slice(prefix.length),
      known.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length)),
      CONFIG_SYNONYMS,
    ).map((one) => `${prefix}${one}`)
    const ending = suggestions.length === 0 ? '.' : ''
    throw new MailProfileError(
      'invalid_configuration',
      `${shown(name)} is not a known variable${didYouMean(suggestions)}${ending}`,
      { hint: 'Every variable that begins with MAILPROFILE_ has to be one of the configuration.' },
    )
  }
}

// A secret that stands where the name of a variable belongs has other characters.
function shown(name: string): string {
  return /^\w+/.exec(name)?.[0] ?? ''
}

async function readVariable(
  env: Environment,
  { name, neverInFile }: Variable,
  cwd: string,
): Promise<string | undefined> {
  const given = env[name]
  const value = given === undefined || isOfKubernetes(name, given) ? undefined : withoutMark(given)
  // What Node makes of bytes that are not UTF-8.
  if (value?.includes('\uFFFD') === true) throw wrong(name, 'is not UTF-8')
  const file = neverInFile ? undefined : env[`${name}_FILE`]
  if (file === undefined || file === '') return value
  if (value !== undefined && value !== '') {
    throw wrong(name, `is set, and ${name}_FILE too: set one of them`)
  }
  try {
    const bytes = await readSmallFile(resolve(cwd, file))
    const what = `The file that ${name}_FILE names`
    return decodeText(bytes, what, { field: name }).replace(/\r?\n$/, '')
  } catch (cause) {
    if (cause instanceof MailProfileError) throw cause
    // Somebody may have set it to the secret itself.
    throw wrong(`${name}_FILE`, 'has to name a file that can be read')
  }
}

function isJson({ key: { json } }: Variable, value: string): boolean {
  return (
    json === 'always' ||
    (json === 'lists' && value.startsWith('[')) ||
    (json === 'maps' && value.startsWith('{')) ||
    (json === 'false' && value === json)
  )
}

function parseJson(value: string, { name, key: { example } }: Variable): unknown {
  try {
    return readJson(value)
  } catch (error) {
    if (error instanceof DuplicateKey) throw wrong(name, 'has a key twice')
    throw wrong(name, `has to be JSON, such as ${example ?? 'true'}`)
  }
}

function wrong(name: string, message: string): MailProfileError {
  return new MailProfileError('invalid_configuration', `${name}: ${message}.`, { field: name })
}
