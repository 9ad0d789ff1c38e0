import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { MAX_NAME_LENGTH, isPrintable } from '../account/text.js'
import { parseDomain } from '../account/address.js'
import { isScheme } from '../encoding/uri.js'
import { YamlDocument } from '../encoding/yaml-document.js'
import { MailProfileError } from '../errors.js'
import { readEnvironment } from './environment.js'

const DEFAULT_FILE = 'mailprofile.yaml'

/** Where a signing identity comes from: paths, absolute. */
export type SigningConfig =
  | { readonly certificate: string; readonly key: string; readonly passphrase?: string | undefined }
  | { readonly pkcs12: string; readonly passphrase?: string | undefined }

/** What an operator can set; everything is optional, and all paths are absolute. */
export interface Config {
  /** The configuration file, if there is one. */
  readonly file?: string | undefined
  /** Where people reach the server, without a trailing slash; it may have a path. */
  readonly baseUrl?: string | undefined
  readonly listen: { readonly host?: string | undefined; readonly port?: number | undefined }
  readonly signing?: SigningConfig | undefined
  /** Folders with more provider files. */
  readonly providers: readonly string[]
  readonly serve: {
    /** The only domains that are served, when there are any. */
    readonly domains?: readonly string[] | undefined
    /** Whether the shipped catalogue is served: true unless domains are named. */
    readonly catalogue: boolean
  }
  readonly branding: { readonly name?: string | undefined }
  /** The operator's own Android app: see docs/android-intent.md. */
  readonly androidIntent?:
    | {
        readonly action?: string | undefined
        readonly scheme?: string | undefined
        readonly package?: string | undefined
      }
    | undefined
}

const path = z.string().min(1, 'must be a path')
const port = z.coerce
  .number()
  .int('must be a whole number')
  .min(0, 'must be from 0 to 65535')
  .max(65535, 'must be from 0 to 65535')
const baseUrl = z
  .string()
  .refine(isBaseUrl, 'must be an http or https address without query')
  .transform((value) => value.replace(/\/+$/, ''))
const domain = z.string().transform((value, context) => {
  try {
    return parseDomain(value)
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a domain such as example.com' })
    return z.NEVER
  }
})

// Schemes that mean something already, to browsers or to everybody.
const TAKEN_SCHEMES = new Set(
  'about android-app blob chrome content data davx5 dclogin file ftp http https intent javascript mailto market sms tel view-source ws wss'.split(
    ' ',
  ),
)
const androidIntent = z.strictObject({
  action: z
    .string()
    .regex(/^[A-Za-z]\w*(?:\.\w+)*$/, 'must be a name such as com.example.SETUP_MAIL')
    .optional(),
  scheme: z
    .string()
    .refine(isScheme, 'must be a scheme in lower case, such as examplemail')
    .refine((scheme) => !TAKEN_SCHEMES.has(scheme), 'is taken: choose a scheme of your own')
    .optional(),
  package: z
    .string()
    .regex(/^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/, 'must be an application id such as com.example.mail')
    .optional(),
})

/** The shape of the configuration file; `environment.ts` derives the variables from it. */
export const configShape = {
  baseUrl: baseUrl.optional(),
  listen: z.strictObject({ host: z.string().min(1).optional(), port: port.optional() }).optional(),
  signing: z
    .strictObject({
      certificate: path.optional(),
      key: path.optional(),
      pkcs12: path.optional(),
      passphrase: z.string().optional(),
    })
    .optional(),
  providers: z.union([path.transform((one) => [one]), z.array(path)]).optional(),
  serve: z
    .strictObject({ domains: z.array(domain).optional(), catalogue: z.boolean().optional() })
    .optional(),
  branding: z
    .strictObject({
      name: z
        .string()
        .min(1)
        .max(MAX_NAME_LENGTH)
        .refine(isPrintable, 'must not hold control characters')
        .optional(),
    })
    .optional(),
  androidIntent: androidIntent.optional(),
}

const configSchema = z.strictObject(configShape)
type RawConfig = z.output<typeof configSchema>

export interface ConfigSource {
  /** A file that was named; it has to be there. */
  readonly file?: string | undefined
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
export async function loadConfig({ file, env, cwd }: ConfigSource): Promise<Config> {
  const named = file ?? env['MAILPROFILE_CONFIG']
  const location = resolve(cwd, named ?? DEFAULT_FILE)
  const text = await readIfThere(location, named !== undefined)
  const fromFile =
    text === undefined
      ? {}
      : (new YamlDocument(text, location).parse(configSchema.nullable()) ?? {})
  const fromEnv = await readEnvironment(env, configSchema)
  const folder = dirname(location)
  return Object.freeze(
    finish(
      merge(withAbsolutePaths(fromFile, folder), withAbsolutePaths(fromEnv, cwd)),
      text === undefined ? undefined : location,
    ),
  )
}

function finish(raw: RawConfig, file: string | undefined): Config {
  const { signing, serve = {} } = raw
  return {
    file,
    baseUrl: raw.baseUrl,
    listen: raw.listen ?? {},
    signing: signing === undefined ? undefined : finishSigning(signing),
    providers: raw.providers ?? [],
    serve: { domains: serve.domains, catalogue: serve.catalogue ?? serve.domains === undefined },
    branding: raw.branding ?? {},
    androidIntent: raw.androidIntent,
  }
}

function finishSigning(signing: NonNullable<RawConfig['signing']>): SigningConfig {
  const { certificate, key, pkcs12, passphrase } = signing
  if (pkcs12 !== undefined && certificate === undefined && key === undefined) {
    return { pkcs12, passphrase }
  }
  if (pkcs12 === undefined && certificate !== undefined && key !== undefined) {
    return { certificate, key, passphrase }
  }
  throw new MailProfileError(
    'invalid_configuration',
    'signing needs either certificate and key, or pkcs12.',
    { field: 'signing' },
  )
}

function merge(base: RawConfig, over: RawConfig): RawConfig {
  return {
    ...base,
    ...over,
    ...both('listen', base, over),
    ...both('signing', base, over),
    ...both('serve', base, over),
    ...both('branding', base, over),
    ...both('androidIntent', base, over),
  }
}

function both(
  key: 'listen' | 'signing' | 'serve' | 'branding' | 'androidIntent',
  base: RawConfig,
  over: RawConfig,
): Partial<RawConfig> {
  return base[key] === undefined && over[key] === undefined
    ? {}
    : { [key]: { ...base[key], ...over[key] } }
}

function withAbsolutePaths(raw: RawConfig, folder: string): RawConfig {
  const { signing, providers } = raw
  const absolute = (key: 'certificate' | 'key' | 'pkcs12') => {
    const value = signing?.[key]
    return value === undefined ? {} : { [key]: resolve(folder, value) }
  }
  return {
    ...raw,
    ...(signing === undefined
      ? {}
      : {
          signing: {
            ...signing,
            ...absolute('certificate'),
            ...absolute('key'),
            ...absolute('pkcs12'),
          },
        }),
    ...(providers === undefined ? {} : { providers: providers.map((one) => resolve(folder, one)) }),
  }
}

async function readIfThere(location: string, required: boolean): Promise<string | undefined> {
  try {
    return await readFile(location, 'utf8')
  } catch (cause) {
    if (!required && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new MailProfileError(
      'invalid_configuration',
      `The configuration file ${location} cannot be read.`,
      { hint: 'Check the path and who may read it.', cause },
    )
  }
}

function isBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return (
    /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === ''
  )
}
