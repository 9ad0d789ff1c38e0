import { z } from 'zod'
import type { Fields } from '../account/fields.js'
import { parseYaml } from '../encoding/parse-yaml.js'
import { MailProfileError } from '../errors.js'
import { fieldsOf } from './fields-of.js'

/** Those that have a value. */
export type Variables = ReadonlyMap<string, string>

/** The variables of one program. */
export interface ProgramVariables {
  /** Of the service in a compose file. */
  readonly name: string
  readonly variables: Variables
}

// Spaces of one line: over many empty ones, a search from each would take minutes.
const YAML =
  /^[ \t]*(?:services|environment)[ \t]*:|^[ \t]*[A-Z_]+_HOST[ \t]*:|^[ \t]*-[ \t]+["']?[A-Z_]+_HOST=/m
const ASSIGNMENT = /^\s*(?:export\s+|Environment=)?(["']?)([A-Za-z_][A-Za-z0-9_]*)=(.*)$/
// As docker and its readers have it, a remark needs white space before it.
const REMARK = /\s#.*$/
const SERVICE_NAME = /^[\w.-]{1,60}$/

/**
 * Environment variables as they stand in an env file, a unit of systemd, a compose file, or the
 * `environment` of one. Nothing is filled in: `${NAME}` stays what it is.
 *
 * @throws MailProfileError `invalid_autoconfig` for YAML with a mistake
 */
export function readEnvironments(text: string): ProgramVariables[] {
  if (!YAML.test(text)) return [{ name: '', variables: variablesOf(text.split(/\r?\n/)) }]
  const value = yamlValue(text)
  const { services, environment } = fieldsOf(value)
  if (services === undefined) {
    return [{ name: '', variables: listed(environment ?? value) }]
  }
  return Object.entries(fieldsOf(services)).map(([name, service]) => ({
    name: SERVICE_NAME.test(name) ? name : '(what cannot be shown)',
    variables: listed(withMerged(service)['environment']),
  }))
}

function yamlValue(text: string): unknown {
  try {
    return parseYaml(text, 'YAML', z.unknown())
  } catch (cause) {
    if (!(cause instanceof MailProfileError)) throw cause
    throw new MailProfileError(
      'invalid_autoconfig',
      `Its variables cannot be read. ${cause.message}`,
      {
        cause,
      },
    )
  }
}

function listed(environment: unknown): Variables {
  if (Array.isArray(environment)) {
    return variablesOf(environment.filter((line) => typeof line === 'string'))
  }
  const variables = new Map<string, string>()
  for (const [name, value] of Object.entries(withMerged(environment))) {
    if (typeof value === 'string' || typeof value === 'number') set(variables, name, String(value))
  }
  return variables
}

// As compose files have it (https://yaml.org/type/merge.html), one level deep. Of several the first wins.
function withMerged(map: unknown): Fields {
  const { '<<': given, ...own } = fieldsOf(map)
  const merged = [given]
    .flat()
    .reduceRight<Fields>((below, one) => ({ ...below, ...fieldsOf(one) }), {})
  return { ...merged, ...own }
}

function variablesOf(lines: readonly string[]): Variables {
  const variables = new Map<string, string>()
  for (const line of lines) {
    const [, quote = '', name = '', rest = ''] = ASSIGNMENT.exec(line) ?? []
    if (name === '') continue
    // systemd has the quotation marks around both: "NAME=value".
    const value = quote === '' ? rest : rest.replace(new RegExp(`${quote}\\s*$`), '')
    set(variables, name, quote === '' ? unquoted(value.trim()) : value)
  }
  return variables
}

function unquoted(value: string): string {
  const [, , inside] = /^(["'])(.*?)\1(?:\s*#.*)?$/.exec(value) ?? []
  return inside ?? value.replace(REMARK, '')
}

// What is empty is not set, as those programs take it. The last of a name counts.
function set(variables: Map<string, string>, name: string, value: string): void {
  const text = value.trim()
  if (text === '') variables.delete(name)
  else variables.set(name, text)
}
