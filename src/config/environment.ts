import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { MailProfileError } from '../errors.js'

const PREFIX = 'MAILPROFILE_'

// Every variable and the key that it sets. Lists are JSON.
const VARIABLES: readonly (readonly [name: string, path: readonly [string, string?]])[] = [
  ['BASE_URL', ['baseUrl']],
  ['LISTEN_HOST', ['listen', 'host']],
  ['LISTEN_PORT', ['listen', 'port']],
  ['SIGNING_CERTIFICATE', ['signing', 'certificate']],
  ['SIGNING_KEY', ['signing', 'key']],
  ['SIGNING_PKCS12', ['signing', 'pkcs12']],
  ['SIGNING_PASSPHRASE', ['signing', 'passphrase']],
  ['PROVIDERS', ['providers']],
  ['SERVE_DOMAINS', ['serve', 'domains']],
  ['SERVE_DOMAINS_FILE', ['serve', 'domainsFile']],
  ['SERVE_CATALOGUE', ['serve', 'catalogue']],
  ['DISCOVERY_ENABLED', ['discovery', 'enabled']],
  ['DISCOVERY_ISPDB', ['discovery', 'ispdb']],
  ['DISCOVERY_HTTP', ['discovery', 'http']],
  ['DISCOVERY_SIGN_CONFIRMED', ['discovery', 'signConfirmed']],
  ['PACC_ENABLED', ['pacc', 'enabled']],
  ['PACC_REVISION', ['pacc', 'revision']],
  ['BRANDING_NAME', ['branding', 'name']],
  ['ANDROID_INTENT_ACTION', ['androidIntent', 'action']],
  ['ANDROID_INTENT_SCHEME', ['androidIntent', 'scheme']],
  ['ANDROID_INTENT_PACKAGE', ['androidIntent', 'package']],
]
const JSON_VARIABLES = new Set([
  'SERVE_DOMAINS',
  'SERVE_CATALOGUE',
  'DISCOVERY_ENABLED',
  'DISCOVERY_HTTP',
  'DISCOVERY_SIGN_CONFIRMED',
  'PACC_ENABLED',
])
// Its file is a list of its own: `serve.domainsFile`.
const NEVER_IN_A_FILE = new Set(['SERVE_DOMAINS'])

type Environment = Readonly<Record<string, string | undefined>>

/** Whether the environment sets anything of the configuration. */
export function isSet(env: Environment): boolean {
  return Object.keys(env).some(
    (name) => name.startsWith(PREFIX) || name === 'HOST' || name === 'PORT',
  )
}

/**
 * The part of the configuration that the environment sets: `MAILPROFILE_SIGNING_KEY` and so on, or
 * `…_FILE` with the path of a file that holds the value; `HOST` and `PORT` as everywhere.
 *
 * @throws MailProfileError `invalid_configuration` that names the variable
 */
export async function readEnvironment<T>(env: Environment, schema: z.ZodType<T>): Promise<T> {
  const raw: Record<string, unknown> = {}
  if (env['HOST'] !== undefined) set(raw, ['listen', 'host'], env['HOST'])
  if (env['PORT'] !== undefined) set(raw, ['listen', 'port'], env['PORT'])
  const names = new Map<string, string>()
  for (const [short, path] of VARIABLES) {
    const name = `${PREFIX}${short}`
    const value = await readVariable(env, name, !NEVER_IN_A_FILE.has(short))
    if (value === undefined || value === '') continue
    names.set(path.join('.'), name)
    const isJson =
      JSON_VARIABLES.has(short) ||
      (short === 'PROVIDERS' && value.startsWith('[')) ||
      (short === 'DISCOVERY_ISPDB' && value === 'false')
    set(raw, path, isJson ? parseJson(value, name) : value)
  }
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = (issue?.path ?? []).slice(0, 2).join('.')
  throw wrong(
    names.get(path) ?? names.get(path.split('.')[0] ?? '') ?? 'PORT',
    issue?.message ?? '',
  )
}

async function readVariable(
  env: Environment,
  name: string,
  mayBeInFile: boolean,
): Promise<string | undefined> {
  const file = mayBeInFile ? env[`${name}_FILE`] : undefined
  if (file === undefined) return env[name]
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (cause) {
    throw new MailProfileError('invalid_configuration', `The file ${file} cannot be read.`, {
      hint: `It is named by ${name}_FILE.`,
      cause,
    })
  }
}

function set(
  raw: Record<string, unknown>,
  [first, second]: readonly [string, string?],
  value: unknown,
) {
  raw[first] =
    second === undefined ? value : { ...(raw[first] as object | undefined), [second]: value }
}

function parseJson(value: string, name: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    throw wrong(name, 'has to be JSON, such as ["example.com"] or true')
  }
}

function wrong(name: string, message: string): MailProfileError {
  return new MailProfileError('invalid_configuration', `${name}: ${message}.`, { field: name })
}
