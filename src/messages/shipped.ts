import { existsSync, readFileSync } from 'node:fs'
import { ownFile } from '../own-files.js'

/** Messages by their keys, in the order of their file. */
export type Messages = ReadonlyMap<string, string>

/** The messages that ship with mailprofile, a file for each language. */
export const SHIPPED_LOCALES = ownFile('templates/locales')

// As many as there are files.
const read = new Map<string, Messages>()

/** Whether messages ship in a language. */
export function isShipped(tag: string): boolean {
  return read.has(tag) || existsSync(fileOf(tag))
}

/**
 * The messages that ship in a language, read when they are asked for. What is in those files is the
 * tests' to check.
 *
 * @param tag one of the list of languages: it becomes a file's name
 */
export function shippedMessages(tag: string): Messages {
  let messages = read.get(tag)
  if (messages === undefined) {
    messages = new Map(flat(JSON.parse(readFileSync(fileOf(tag), 'utf8')) as Nested, ''))
    read.set(tag, messages)
  }
  return messages
}

interface Nested {
  readonly [key: string]: string | Nested
}

function* flat(nested: Nested, path: string): Generator<[key: string, message: string]> {
  for (const [key, value] of Object.entries(nested)) {
    if (typeof value === 'string') yield [`${path}${key}`, value]
    else yield* flat(value, `${path}${key}.`)
  }
}

function fileOf(tag: string): string {
  return `${SHIPPED_LOCALES}/${tag}.json`
}
