import { MailProfileError } from '../errors.js'

/** A value of an extra with its Java type; numbers as Java prints them. */
export interface IntentExtra {
  readonly type:
    'String' | 'Boolean' | 'Byte' | 'Character' | 'Double' | 'Float' | 'Integer' | 'Long' | 'Short'
  readonly value: string
}

/** Android's `Intent`, as far as a URI can make one. */
export interface Intent {
  readonly action: string
  readonly data: string | null
  readonly type: string | null
  readonly package: string | null
  readonly component: string | null
  readonly flags: number
  readonly categories: readonly string[]
  readonly extras: ReadonlyMap<string, IntentExtra>
  /** Whether it carries a selector. */
  readonly selector: boolean
}

const VIEW = 'android.intent.action.VIEW'
const MAIN = 'android.intent.action.MAIN'
const START = '#Intent;'
const APP_SCHEME = 'android-app:'

type Draft = { -readonly [K in keyof Intent]: Intent[K] } & {
  categories: string[]
  extras: Map<string, IntentExtra>
}

/**
 * A URI as `Intent.parseUri(uri, Intent.URI_INTENT_SCHEME)` of Android reads it (AOSP, API 34).
 *
 * @throws MailProfileError `invalid_profile` where Android throws; its `hint` names the Java class
 */
export function parseIntentUri(uri: string): Intent {
  const isApp = uri.startsWith(APP_SCHEME)
  if (!uri.startsWith('intent:') && !isApp) return { ...draft(), data: uri }
  const hash = uri.lastIndexOf('#')
  const hasItems = hash >= 0 && uri.startsWith(START, hash)
  // Anything else after the last # is the format before Android 1.5: all of it is data.
  if (!hasItems && !isApp) return { ...draft(), data: uri }
  const intent = draft()
  const items = hasItems
    ? readItems(uri, hash + START.length, intent)
    : { scheme: undefined, explicitAction: false }
  const data = hasItems ? uri.slice(0, hash) : uri
  if (isApp) return appIntent(intent, data.slice(APP_SCHEME.length), items)
  const rest = data.slice('intent:'.length)
  const whole = items.scheme === undefined ? rest : `${items.scheme}:${rest}`
  return { ...intent, data: whole === '' ? null : whole }
}

interface Items {
  readonly scheme: string | undefined
  readonly explicitAction: boolean
}

// By positions, as Android does it, because an item without "=" or ";" reaches into its neighbours.
function readItems(uri: string, start: number, base: Draft): Items {
  let intent = base
  let scheme: string | undefined
  let explicitAction = false
  for (let i = start; !uri.startsWith('end', i);) {
    const found = uri.indexOf('=', i)
    const equals = found < 0 ? i - 1 : found
    const semicolon = uri.indexOf(';', i)
    const value = equals < semicolon ? uriDecode(uri.slice(equals + 1, semicolon)) : ''
    const [attribute] = /^[A-Za-z]+(?==)/.exec(uri.slice(i, i + 20)) ?? []
    if (attribute === 'scheme') {
      if (intent === base) scheme = value
      else intent.data = `${value}:`
    } else if (semicolon === i + 3 && uri.startsWith('SEL', i)) {
      intent = draft()
    } else if (attribute === undefined || !setAttribute(intent, attribute, value)) {
      if (equals < i + 2) throw syntaxError('An item has no value.')
      setExtra(intent, uri.slice(i, i + 2), uriDecode(uri.slice(i + 2, equals)), value)
    }
    if (attribute === 'action' && intent === base) explicitAction = true
    // After an item without an end, Android starts again at the first character and fails there.
    if (semicolon < 0) throw syntaxError('An item does not end.')
    i = semicolon + 1
  }
  // A selector counts only where no package was named.
  base.selector = intent !== base && base.package === null
  return { scheme, explicitAction }
}

function setAttribute(intent: Draft, name: string, value: string): boolean {
  switch (name) {
    case 'action':
      intent.action = value
      return true
    case 'category':
      if (!intent.categories.includes(value)) intent.categories.push(value)
      return true
    case 'type':
      intent.type = value
      return true
    case 'package':
      intent.package = value
      return true
    case 'component':
      // ComponentName.unflattenFromString: null for what is none.
      intent.component = /^[^/]+\/./.test(value) ? value : null
      return true
    case 'launchFlags':
      intent.flags = flags(value)
      return true
    case 'identifier':
    case 'sourceBounds':
      return true
    default:
      return false
  }
}

function setExtra(intent: Draft, type: string, key: string, value: string): void {
  const set = (javaType: IntentExtra['type'], text: string) => {
    intent.extras.set(key, { type: javaType, value: text })
  }
  if (type === 'S.') set('String', value)
  else if (type === 'B.') set('Boolean', String(value.toLowerCase() === 'true'))
  else if (type === 'c.') {
    if (value === '') throw syntaxError('A character extra is empty.')
    set('Character', value.charAt(0))
  } else if (type === 'b.') set('Byte', whole(value, 8))
  else if (type === 's.') set('Short', whole(value, 16))
  else if (type === 'i.') set('Integer', whole(value, 32))
  else if (type === 'l.') set('Long', whole(value, 64))
  else if (type === 'd.') set('Double', real(value))
  else if (type === 'f.') set('Float', real(value))
  else throw syntaxError('An extra has an unknown type.')
}

// "android-app://PACKAGE/SCHEME/AUTHORITY/PATH"; what is missing at the end is not set.
function appIntent(intent: Draft, rest: string, items: Items): Intent {
  if (rest === '' || rest === '/') throw syntaxError('The package is missing.')
  if (!rest.startsWith('//')) return intent
  const [app = '', first, authority, ...path] = rest.slice(2).split('/')
  const named = first === '' && authority === undefined ? items.scheme : first
  const scheme = first === undefined ? undefined : named
  return {
    ...intent,
    package: app,
    action: items.explicitAction || scheme !== undefined ? intent.action : MAIN,
    data: scheme === undefined ? null : appData(scheme, authority, path),
  }
}

function appData(scheme: string, authority: string | undefined, path: readonly string[]): string {
  // The authority counts only when a slash ends it.
  if (authority === undefined || path.length === 0) return `${scheme}:`
  return `${scheme}://${authority}/${path.join('/')}`
}

function draft(): Draft {
  return {
    action: VIEW,
    data: null,
    type: null,
    package: null,
    component: null,
    flags: 0,
    categories: [],
    extras: new Map(),
    selector: false,
  }
}

const RANGES: Readonly<Record<number, bigint>> = {
  8: 2n ** 7n,
  16: 2n ** 15n,
  32: 2n ** 31n,
  64: 2n ** 63n,
}

// Java's parseByte, parseShort, parseInt and parseLong.
function whole(text: string, bits: number): string {
  if (!/^[+-]?\d+$/.test(text)) throw numberError()
  const number = BigInt(text.replace(/^\+/, ''))
  const limit = RANGES[bits] ?? 0n
  if (number < -limit || number >= limit) throw numberError()
  return String(number)
}

// Java's parseDouble, less its hexadecimal form.
function real(text: string): string {
  const trimmed = text.trim()
  if (!/^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?)$/.test(trimmed)) {
    throw numberError()
  }
  const number = Number(trimmed.replace(/[dDfF]$/, ''))
  return Number.isInteger(number) ? `${number}.0` : String(number)
}

// Java's Integer.decode; the flags that a URI must not set are cleared.
function flags(text: string): number {
  const [, sign = '', hexadecimal, octal, decimal] =
    /^([+-]?)(?:(?:0[xX]|#)([0-9a-fA-F]+)|0([0-7]+)|(0|[1-9]\d*))$/.exec(text) ?? []
  const digits = hexadecimal ?? octal ?? decimal
  if (digits === undefined) throw numberError()
  const radix = hexadecimal !== undefined ? 16 : octal !== undefined ? 8 : 10
  const number = Number.parseInt(`${sign}${digits}`, radix)
  if (number > 2 ** 31 - 1 || number < -(2 ** 31)) throw numberError()
  // FLAG_GRANT_READ, WRITE, PERSISTABLE and PREFIX URI permission.
  return number & ~0xc3
}

/**
 * `android.net.Uri.decode`: plus stays, malformed bytes become U+FFFD. A percent sign without two
 * hexadecimal digits gives U+FFFD, and the part of the byte that was read goes in as well.
 */
function uriDecode(text: string): string {
  let decoded = ''
  let bytes: number[] = []
  const flush = () => {
    decoded += new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))
    bytes = []
  }
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (character !== '%') {
      flush()
      decoded += character
      continue
    }
    let byte = 0
    for (let digit = 0; digit < 2; digit++) {
      if (++i >= text.length) {
        flush()
        return `${decoded}\uFFFD`
      }
      const value = Number.parseInt(text.charAt(i), 16)
      if (Number.isNaN(value)) {
        flush()
        decoded += '\uFFFD'
        break
      }
      byte = byte * 16 + value
    }
    bytes.push(byte)
  }
  flush()
  return decoded
}

function syntaxError(why: string): MailProfileError {
  return refused(why, 'java.net.URISyntaxException')
}

function numberError(): MailProfileError {
  return refused('An extra is not a number of its type.', 'java.lang.NumberFormatException')
}

function refused(why: string, hint: string): MailProfileError {
  return new MailProfileError('invalid_profile', `Android would refuse it. ${why}`, { hint })
}
