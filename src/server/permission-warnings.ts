import { realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Config } from '../config/config.js'
import { keyFor, type AnsweringConfig } from '../config/tenants.js'
import { secretVariables } from '../config/secret-variables.js'
import type { ConfigurationWarning } from './configuration-warnings.js'
import type { Surroundings } from './surroundings.js'

const OTHERS_READ = 0o004
const OTHERS_WRITE = 0o002
const OTHERS_ENTER = 0o001

/** A file that only its owner, and perhaps a group, should read, and the key that names it. */
interface PrivateFile {
  readonly subject: string
  readonly path: string
}

/**
 * Keys and files with secrets that every user of the machine can read or change, in sentences with the
 * path: for `config check` and for the log of a start. A group may read them, as Debian's ssl-cert does and
 * Kubernetes' `fsGroup`; of links the target counts, and folders on the way that are closed to others.
 */
export async function permissionWarnings(
  config: Config,
  { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>,
): Promise<ConfigurationWarning[]> {
  // Windows has no such modes.
  if (process.getuid === undefined) return []
  const warnings = await Promise.all(
    [...allKeysOf(config), ...secretsOf(config, env, cwd)].map(async ({ subject, path }) => {
      const message = await publicity(path)
      return message === undefined ? [] : [{ subject, message }]
    }),
  )
  return warnings.flat()
}

/** What others can do with a file, in a sentence that says what to do; undefined where it is private. */
export async function publicity(path: string): Promise<string | undefined> {
  try {
    const target = await realpath(path)
    const found = await stat(target)
    // It is named by mistake: chmod would only close it to those who have to go through.
    if (found.isDirectory()) return undefined
    const { mode } = found
    if ((mode & (OTHERS_READ | OTHERS_WRITE)) === 0 || !(await isReachable(target)))
      return undefined
    const what = (mode & OTHERS_READ) === 0 ? 'change' : 'read'
    const octal = (mode & 0o777).toString(8).padStart(4, '0')
    return `Every user of this machine can ${what} ${path} (mode ${octal}): chmod o-rwx ${quoted(target)}`
  } catch {
    // Whoever needs the file says that it cannot be read.
    return undefined
  }
}

// What tenants have from the top level is told of once.
function allKeysOf(top: Config): PrivateFile[] {
  const own = top.tenants.map((tenant) => ({
    ...tenant,
    signing: tenant.signing === top.signing ? undefined : tenant.signing,
    tls: tenant.tls === top.tls ? undefined : tenant.tls,
  }))
  return [top, ...own].flatMap(keysOf)
}

function keysOf(config: AnsweringConfig): PrivateFile[] {
  const { signing, tls } = config
  return [
    ...(signing === undefined
      ? []
      : [
          {
            subject: keyFor(config, 'signing'),
            path: 'pkcs12' in signing ? signing.pkcs12 : signing.key,
          },
        ]),
    ...(tls === undefined ? [] : [{ subject: keyFor(config, 'tls'), path: tls.key }]),
  ]
}

// A secret stands in the configuration file, or in a variable, or in the file that one names.
function secretsOf(config: Config, env: Surroundings['env'], cwd: string): PrivateFile[] {
  const secrets = secretVariables(config)
  const named = secrets.flatMap(({ section, name }) => {
    const path = env[`${name}_FILE`] ?? ''
    return path === '' ? [] : [{ subject: section, path: resolve(cwd, path) }]
  })
  const isInFile = ({ name }: { readonly name: string }) =>
    (env[name] ?? '') === '' && (env[`${name}_FILE`] ?? '') === ''
  return config.file !== undefined && secrets.some(isInFile)
    ? [...named, { subject: 'file', path: config.file }]
    : named
}

async function isReachable(file: string): Promise<boolean> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & OTHERS_ENTER) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
