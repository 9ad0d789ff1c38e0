import { dirname, resolve } from 'node:path'
import { decodeText } from '../encoding/decode-text.js'
import { whyUnreadable } from '../encoding/unreadable.js'
import { MailProfileError } from '../errors.js'
import type { Config } from './config.js'
import { createConfig } from './create-config.js'
import { readSmallFile } from './read-small-file.js'
import type { RawConfig } from './schema.js'
import { isSet } from './variables.js'

const DEFAULT_FILE = 'mailprofile.yaml'
const GIVEN = 'standard input'

export interface ConfigSource {
  /** A file that was named; it has to be there. */
  readonly file?: string | undefined
  /** The configuration itself instead of a file, such as standard input; its paths begin at `cwd`. */
  readonly content?: Uint8Array | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** The working folder. */
  readonly cwd: string
}

/**
 * The configuration from the file (`--config`, `MAILPROFILE_CONFIG`, or `mailprofile.yaml` in the
 * working folder if it is there) and the environment, which wins.
 *
 * @throws MailProfileError `invalid_configuration`, with file, line and column for the file
 */
export async function loadConfig({ file, content, env, cwd }: ConfigSource): Promise<Config> {
  const named = file ?? env['MAILPROFILE_CONFIG']
  const location = content === undefined ? resolve(cwd, named ?? DEFAULT_FILE) : GIVEN
  const text =
    content === undefined
      ? await readIfThere(location, named !== undefined)
      : decodeText(content, `The configuration on ${GIVEN}`)
  // The schema takes longer to load than most commands take, and what reads by it is not needed either.
  if (text === undefined && !isSet(env)) return withoutFile({}, location)
  const [{ readEnvironment }, { withAbsolutePaths }] = await Promise.all([
    import('./environment.js'),
    import('./absolute-paths.js'),
  ])
  const fromFile = text === undefined ? {} : await parseFile(text, location)
  const fromEnv = await readEnvironment(env, cwd)
  const folder = content === undefined ? dirname(location) : cwd
  const merged = merge(withAbsolutePaths(fromFile, folder), withAbsolutePaths(fromEnv, cwd))
  if (text === undefined) return withoutFile(merged, location)
  try {
    return Object.freeze(createConfig(merged, content === undefined ? location : undefined))
  } catch (error) {
    throw await withPlace(error, fromFile, { text, location })
  }
}

function withoutFile(raw: RawConfig, missingFile: string): Config {
  return Object.freeze({ ...createConfig(raw, undefined), missingFile })
}

// Keys that do not go together are noticed when the file and the environment are one.
async function withPlace(
  error: unknown,
  fromFile: RawConfig,
  { text, location }: { readonly text: string; readonly location: string },
): Promise<unknown> {
  if (!(error instanceof MailProfileError)) return error
  const { code, message, hint, field = '' } = error
  const [name = '', ...inner] = pathIn(field)
  if (!Object.hasOwn(fromFile, name)) return error
  const { yamlPlace } = await import('../encoding/yaml-place.js')
  const place = `${location}:${yamlPlace(text, [name, ...inner])}`
  return new MailProfileError(code, `${place}: ${message}`, { hint, field, cause: error })
}

// `tenants[1].baseUrl`
function pathIn(field: string): (string | number)[] {
  return field
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

async function parseFile(text: string, location: string): Promise<RawConfig> {
  const [{ configSchema }, { parseYaml }, { CONFIG_SYNONYMS: synonyms, RENAMED_KEYS: renamed }] =
    await Promise.all([
      import('./schema.js'),
      import('../encoding/parse-yaml.js'),
      import('./synonyms.js'),
    ])
  return (
    parseYaml(text, location, configSchema.nullable(), { synonyms, renamed, apart: 'tenants' }) ??
    {}
  )
}

/** Key by key; a list is replaced as a whole. */
function merge(base: RawConfig, over: RawConfig): RawConfig {
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isSection(value) && isSection(below) ? { ...below, ...value } : value
  }
  return merged
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readIfThere(location: string, required: boolean): Promise<string | undefined> {
  try {
    return decodeText(await readSmallFile(location), `The configuration file ${location}`)
  } catch (cause) {
    if (cause instanceof MailProfileError) throw cause
    if (!required && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new MailProfileError(
      'invalid_configuration',
      `The configuration file ${location} cannot be read${whyUnreadable(cause)}.`,
      { hint: 'Check the path and who may read it.', cause },
    )
  }
}
