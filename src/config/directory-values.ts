import { z } from 'zod'
import { FILTER_PLACEHOLDER, isPersonal, PLACEHOLDER } from '../account/placeholders.js'
import { Secret } from '../account/secret.js'
import { MAX_CREDENTIAL_LENGTH, isPrintable } from '../account/text.js'
import { parseUrl } from '../account/web-url.js'

// The kinds of values of `directory`, where the operator's people are listed.

const MAX_TEXT = 4096
const text = z
  .string()
  .trim()
  .min(1)
  .max(MAX_TEXT)
  .refine(isPrintable, 'must not hold control characters')

export const password = z
  .string()
  .min(1)
  .max(MAX_CREDENTIAL_LENGTH)
  .transform((value) => new Secret(value))

const SERVER = 'must be ldaps://HOST or ldap://HOST, with a port if it is not the usual one'
const ldapUrl = z.string(SERVER).refine((value) => {
  const url = /^ldaps?:\/\/[!-~]+$/.test(value) ? parseUrl(value) : undefined
  return url !== undefined && url.hostname !== '' && /^ldaps?:\/\/[^/?#@%]+\/?$/.test(value)
}, SERVER)

// What is escaped as a value must stand where a value stands.
const base = text.refine(
  (dn) => placeholdersStandBehind(dn, /(?<!\\)[,+]/),
  'must have its placeholders in values, such as ou=%EMAILDOMAIN%',
)
const filter = text
  .refine(
    isEnclosed,
    'must stand in parentheses, each of which is closed, as (mail=%EMAILADDRESS%)',
  )
  .refine(
    (value) => placeholdersStandBehind(value, /[()]/),
    'must have its placeholders in values, as (mail=%EMAILADDRESS%)',
  )
export const ldapDirectory = z
  .strictObject({
    url: ldapUrl,
    base,
    filter: filter.default('(mail=%EMAILADDRESS%)'),
    scope: z.enum(['sub', 'one', 'base']).default('sub'),
    bindDn: text.optional(),
  })
  .refine((ldap) => isPersonal(ldap.filter) || isPersonal(ldap.base), {
    message: 'must name the person, by %EMAILADDRESS% or %EMAILLOCALPART%',
    path: ['filter'],
  })

const DATABASE =
  'must be postgres://USER@HOST/DATABASE, mysql://USER@HOST/DATABASE, mariadb://… or sqlite:FILE'
const databaseUrl = z
  .string(DATABASE)
  .refine(isDatabase, DATABASE)
  .transform((value) => new Secret(value))
const query = z
  .string()
  .trim()
  .min(1)
  .max(MAX_TEXT)
  .refine(isPersonal, 'must ask for the person, by %EMAILADDRESS% or %EMAILLOCALPART%')
  .refine(
    (sql) => !hasQuotedPlaceholder(sql),
    'must have its placeholders without quotes: they become parameters',
  )
const list = z
  .string()
  .trim()
  .min(1)
  .max(MAX_TEXT)
  .refine(
    (sql) => sql.search(PLACEHOLDER) < 0,
    'must list people, by %FILTER%: it is asked for nobody in particular',
  )
  .refine(
    (sql) => !hasQuotedPlaceholder(sql, FILTER_PLACEHOLDER),
    'must have %FILTER% without quotes: it becomes a parameter',
  )
export const sqlDirectory = z.strictObject({ url: databaseUrl, query, list: list.optional() })

const argument = z.string().max(MAX_TEXT).refine(isPrintable, 'must not hold control characters')
const programWithout = (placeholder: RegExp) =>
  z
    .array(argument)
    .min(1, 'must name a program')
    .max(100)
    .refine(([program = '']) => program !== '', 'must name a program')
    .refine(
      ([program = '']) => program.search(placeholder) < 0,
      'must name the program itself, without placeholders',
    )
export const command = programWithout(PLACEHOLDER).refine(
  (all) => !all.some((one) => /^%EMAIL(?:ADDRESS|LOCALPART)%/.test(one)),
  'must not begin an argument with the address, which may begin with a dash: write --address=%EMAILADDRESS%, or read standard input',
)
export const listCommand = programWithout(FILTER_PLACEHOLDER).refine(
  (all) => !all.some((one) => one.startsWith('%FILTER%')),
  'must not begin an argument with the filter, which may begin with a dash: write --filter=%FILTER%, or read standard input',
)

const name = z
  .string()
  .min(1)
  .max(128)
  .refine(isPrintable, 'must be the name of an attribute, a column or a key')
const names = z.union(
  [name.transform((one) => [one]), z.array(name).min(1).max(10)],
  'must be the name of an attribute, a column or a key, or a list of them',
)
export const attributes = z.strictObject({
  address: names.optional(),
  name: names.optional(),
  username: names.optional(),
  aliases: names.optional(),
  language: names.optional(),
})

/** Whether each placeholder has an equals sign between it and what begins its part. */
function placeholdersStandBehind(template: string, begin: RegExp): boolean {
  return template
    .split(begin)
    .every((part) =>
      [...part.matchAll(PLACEHOLDER)].every(({ index }) => part.slice(0, index).includes('=')),
    )
}

/** Whether the first parenthesis of a filter is closed by the last one; those of values are escaped. */
function isEnclosed(value: string): boolean {
  let depth = 0
  for (let index = 0; index < value.length; index++) {
    if (value[index] === '(') depth++
    if (value[index] === ')') depth--
    if (depth <= 0) return depth === 0 && index === value.length - 1 && index > 0
  }
  return false
}

function isDatabase(value: string): boolean {
  const [, file] = /^sqlite:(.+)$/.exec(value) ?? []
  if (file !== undefined) return file !== ':memory:' && !/^\/\/(?!\/)/.test(file)
  if (!/^(?:postgres|postgresql|mysql|mariadb):\/\/[!-~]+$/.test(value)) return false
  const url = parseUrl(value)
  return (
    url !== undefined &&
    url.hostname !== '' &&
    url.username !== '' &&
    /^\/[^/]+$/.test(url.pathname) &&
    url.search === '' &&
    url.hash === '' &&
    isDecodable(url.username + url.password + url.pathname)
  )
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Whether a placeholder stands in a text, a quoted name or a comment of SQL. */
function hasQuotedPlaceholder(sql: string, placeholder = PLACEHOLDER): boolean {
  const outside = sql.replace(/'(?:[^']|'')*'|"[^"]*"|`[^`]*`|--[^\n]*|\/\*[^]*?\*\//g, ' ')
  return count(outside, placeholder) < count(sql, placeholder)
}

function count(text: string, placeholder: RegExp): number {
  return [...text.matchAll(placeholder)].length
}
