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
  ['SERVE_CATALOGUE', ['serve', 'catalogue']],
  ['BRANDING_NAME', ['branding', 'name']],
  ['ANDROID_INTENT_ACTION', ['androidIntent', 'action']],
  ['ANDROID_INTENT_SCHEME', ['androidIntent', 'scheme']],
  ['ANDROID_INTENT_PACKAGE', ['androidIntent', 'package']],
]
const JSON_VARIABLES = new Set(['SERVE_DOMAINS', 'SERVE_CATALOGUE'])

type Environment = Readonly<Record<string, string | undefined>>

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
    const value = await readVariable(env, name)
    if (value === undefined || value === '') continue
    names.set(path.join('.'), name)
    const isList = short === 'PROVIDERS' && value.startsWith('[')
    set(raw, path, isList || JSON_VARIABLES.has(short) ? parseJson(value, name) : value)
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

async function readVariable(env: Environment, name: string): Promise<string | undefined> {
  const file = env[`${name}_FILE`]
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
