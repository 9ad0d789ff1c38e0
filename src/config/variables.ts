import type { DescribedKey } from './description.js'
import { ALL_KEYS } from './keys.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** An environment variable and the key that it sets. */
export interface Variable extends DescribedKey {
  readonly name: string
  /** No `…_FILE` stands for it. */
  readonly neverInFile: boolean
}

const PREFIX = 'MAILPROFILE_'
// The order in which mistakes are told, and names that are as near are suggested: how people reach the
// server first, looks last.
const FIRST = ['baseUrl', 'listen', 'trustProxy', 'signing', 'tls', 'hsts']
const LAST = ['branding', 'androidIntent', 'apps']

/** All of them; where two set the same key, the later one wins. */
export const VARIABLES: readonly Variable[] = [
  ...ALL_KEYS.flatMap(({ path, key }) =>
    key.commonVariable === undefined
      ? []
      : [{ name: key.commonVariable, path, key, neverInFile: true }],
  ),
  ...ALL_KEYS.map(({ path, key }) => ({
    name: key.variable === undefined ? variableOf(path) : `${PREFIX}${key.variable}`,
    path,
    key,
    neverInFile: key.neverInFile === true,
  })).sort((a, b) => rankOf(a) - rankOf(b)),
]

/** Those of earlier versions, and what they are called now. */
export const RENAMED_VARIABLES: ReadonlyMap<string, string> = new Map(
  VARIABLES.flatMap(({ name, key: { formerly = [] } }) =>
    formerly.map((before) => [variableOf(before.split('.')), name] as const),
  ),
)

const KNOWN = new Set(VARIABLES.flatMap(namesOf))

/**
 * What a variable of the environment is to the configuration: one of its own, one that looks so but is
 * not, or undefined for other programs' affairs.
 */
export function findVariable(name: string, value: string): 'known' | 'unknown' | undefined {
  if (KNOWN.has(name)) return isOfKubernetes(name, value) ? undefined : 'known'
  if (!name.startsWith(PREFIX) || name === `${PREFIX}CONFIG`) return undefined
  return isOfKubernetes(name, value) ? undefined : 'unknown'
}

/** Whether the environment sets anything of the configuration. */
export function isSet(env: Environment): boolean {
  return Object.entries(env).some(
    ([name, value]) => value !== undefined && findVariable(name, value) !== undefined,
  )
}

/** The variable that sets a key of the configuration, if one does: the last of those that are set. */
export function variableThatSets(key: string, env: Environment): string | undefined {
  return VARIABLES.filter(({ path }) => path.join('.') === key)
    .flatMap(namesOf)
    .findLast((name) => {
      const value = env[name] ?? ''
      return value !== '' && !isOfKubernetes(name, value)
    })
}

/**
 * Kubernetes tells every container about every service: for one that is called mailprofile-metrics there
 * are MAILPROFILE_METRICS_PORT=tcp://10.0.0.1:9090, MAILPROFILE_METRICS_SERVICE_HOST and so on.
 */
export function isOfKubernetes(name: string, value: string): boolean {
  return (
    /_SERVICE_(?:HOST|PORT)(?:_|$)/.test(name) ||
    /_PORT_\d+_(?:TCP|UDP|SCTP)(?:_|$)/.test(name) ||
    (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value))
  )
}

function rankOf({ path: [section] }: Pick<DescribedKey, 'path'>): number {
  if (FIRST.includes(section)) return FIRST.indexOf(section) - FIRST.length
  return LAST.includes(section) ? 1 : 0
}

function variableOf(path: readonly (string | undefined)[]): string {
  return `${PREFIX}${upperCase(path.join('_'))}`
}

function upperCase(name: string): string {
  return name.replace(/(?=[A-Z])/g, '_').toUpperCase()
}

/** The variable itself, and the one that names a file with its value. */
function namesOf({ name, neverInFile }: Variable): string[] {
  return neverInFile ? [name] : [name, `${name}_FILE`]
}
