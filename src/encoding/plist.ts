import { escapeXml } from './xml.js'

/** What a property list can hold here; a key whose value is undefined is left out. */
export type PlistValue =
  | string
  | number
  | boolean
  | Uint8Array
  | readonly PlistValue[]
  | PlistDictionary
  | JoinedDictionaries

export interface PlistDictionary {
  readonly [key: string]: PlistValue | undefined
}

/**
 * Dictionaries that are written as one, whose keys differ. Not spread into one: V8 takes 16 µs to spread an object of a
 * payload's size and then add to it.
 */
export class JoinedDictionaries {
  readonly parts: readonly PlistDictionary[]

  constructor(...parts: readonly PlistDictionary[]) {
    this.parts = parts
  }
}

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n' +
  '<plist version="1.0">\n'

/**
 * An XML property list (Apple's DTD PropertyList-1.0). Keys keep their order. Numbers are integers:
 * a `<real>` where an `<integer>` belongs makes iOS refuse a profile.
 *
 * @throws RangeError for a number that is not a safe integer, or text that XML cannot hold
 */
export function writePlist(value: PlistValue): string {
  return `${HEAD}${write(value, '')}</plist>\n`
}

function write(value: PlistValue, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${escapeXml(value)}</string>\n`
  if (typeof value === 'boolean') return `${indent}<${value ? 'true' : 'false'}/>\n`
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('A property list takes integers only.')
    return `${indent}<integer>${value}</integer>\n`
  }
  if (value instanceof Uint8Array) {
    return `${indent}<data>${Buffer.from(value).toString('base64')}</data>\n`
  }
  const inner = `${indent}\t`
  if (isArray(value)) {
    let items = ''
    for (const item of value) items += write(item, inner)
    return items === '' ? `${indent}<array/>\n` : `${indent}<array>\n${items}${indent}</array>\n`
  }
  let entries = ''
  const parts = value instanceof JoinedDictionaries ? value.parts : [value]
  for (const part of parts) {
    for (const key of Object.keys(part)) {
      const item = part[key]
      if (item === undefined) continue
      entries += `${inner}${keyElement(key)}\n${write(item, inner)}`
    }
  }
  return entries === '' ? `${indent}<dict/>\n` : `${indent}<dict>\n${entries}${indent}</dict>\n`
}

// Keys are few, and the same in each document.
const keyElements = new Map<string, string>()
const MAX_KEYS = 1000

function keyElement(key: string): string {
  const known = keyElements.get(key)
  if (known !== undefined) return known
  const made = `<key>${escapeXml(key)}</key>`
  if (keyElements.size < MAX_KEYS) keyElements.set(key, made)
  return made
}

// Array.isArray narrows a readonly array away.
function isArray(value: object): value is readonly PlistValue[] {
  return Array.isArray(value)
}
