/** An answer to grade, as a browser got it. */
export interface GradedAnswer {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** Whether browsers have the domain in their list of those that speak https alone. */
  readonly preloaded?: boolean
}

export interface Grade {
  readonly score: number
  /** What each rule gave or took. */
  readonly modifiers: Readonly<Record<string, number>>
}

const BASE = 100
/** Whoever has less than this gets no bonus. */
const ENOUGH_FOR_BONUS = 90
const SIX_MONTHS = 15_552_000

const BROAD = ['ftp:', 'http:', 'https:', '*', 'http://*', 'http://*.*', 'https://*', 'https://*.*']
const INLINE = ["'unsafe-inline'", 'data:']
const PRIVATE_REFERRERS = [
  'no-referrer',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
]
const UNSAFE_REFERRERS = [
  'origin',
  'origin-when-cross-origin',
  'unsafe-url',
  'no-referrer-when-downgrade',
]

/**
 * Grades an answer that was sent over https by the published rules of MDN's HTTP Observatory
 * (developer.mozilla.org/observatory/docs/tests_and_scoring, of 2025), but for redirections from http,
 * which whoever stands before the server makes.
 *
 * Without a cookie the most is 140: 100, and bonuses for the content security policy (10), its
 * frame-ancestors (5), the referrer policy (5), the resource policy (10), scripts with a digest (5), and
 * for being built into browsers (5).
 */
export function gradeByObservatory({ headers, body, preloaded = false }: GradedAnswer): Grade {
  const policy = parsePolicy(headers['content-security-policy'])
  const modifiers = {
    'content-security-policy': gradePolicy(policy),
    // As one without any flag: nothing here sets a cookie.
    cookies: headers['set-cookie'] === undefined ? 0 : -40,
    'cross-origin-resource-sharing': gradeSharing(headers),
    'cross-origin-resource-policy': gradeResourcePolicy(headers['cross-origin-resource-policy']),
    'referrer-policy': gradeReferrers(headers['referrer-policy']),
    'strict-transport-security': preloaded
      ? 5
      : gradeTransport(headers['strict-transport-security']),
    'subresource-integrity': gradeScripts(headers['content-type'], body),
    'x-content-type-options':
      headers['x-content-type-options']?.trim().toLowerCase() === 'nosniff' ? 0 : -5,
    'x-frame-options': gradeFrames(policy, headers['x-frame-options']),
  }
  const all = Object.values(modifiers)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const withoutBonus = BASE + sum(all.filter((value) => value < 0))
  const bonus = withoutBonus < ENOUGH_FOR_BONUS ? 0 : sum(all.filter((value) => value > 0))
  return { score: Math.max(0, withoutBonus + bonus), modifiers }
}

type Policy = ReadonlyMap<string, readonly string[]>

function parsePolicy(header: string | undefined): Policy | undefined {
  if (header === undefined || header.trim() === '') return undefined
  const policy = new Map<string, readonly string[]>()
  for (const entry of header.split(';')) {
    const [name = '', ...sources] = entry.trim().toLowerCase().split(/\s+/)
    if (name === '') continue
    // A directive that is there twice, or several policies: neither is ours.
    if (policy.has(name) || entry.includes(',')) return undefined
    policy.set(name, sources.length === 0 && name.endsWith('-src') ? ["'none'"] : sources)
  }
  return policy
}

function gradePolicy(policy: Policy | undefined): number {
  if (policy === undefined) return -25
  const sources = (name: string) => policy.get(name) ?? policy.get('default-src') ?? ['*']
  const has = (name: string, some: readonly string[]) =>
    sources(name).some((source) => some.includes(source))
  const overHttp = (names: readonly string[]) =>
    names.some((name) => sources(name).some((source) => /^(?:http|ftp):/.test(source)))
  const passive = ['img-src', 'media-src']
  const active = [...policy.keys(), 'script-src'].filter((name) => !passive.includes(name))
  if (has('script-src', [...BROAD, ...INLINE]) || has('object-src', BROAD)) return -20
  if (overHttp(active)) return -20
  if (has('script-src', ["'unsafe-eval'"]) || has('style-src', ["'unsafe-eval'"])) return -10
  if (overHttp(passive)) return -10
  if (has('style-src', [...BROAD, ...INLINE])) return 0
  return policy.get('default-src')?.join(' ') === "'none'" ? 10 : 5
}

function gradeFrames(policy: Policy | undefined, header: string | undefined): number {
  if (policy?.has('frame-ancestors') === true) return 5
  return /^\s*(?:deny|sameorigin|allow-from.*)\s*$/i.test(header ?? '') ? 0 : -20
}

function gradeSharing(headers: GradedAnswer['headers']): number {
  const isOpen = headers['access-control-allow-origin'] !== undefined
  return isOpen && headers['access-control-allow-credentials'] === 'true' ? -50 : 0
}

function gradeResourcePolicy(header: string | undefined): number {
  if (header === undefined) return 0
  const value = header.trim().toLowerCase()
  if (value === 'same-origin' || value === 'same-site') return 10
  return value === 'cross-origin' ? 0 : -5
}

function gradeReferrers(header: string | undefined): number {
  if (header === undefined) return 0
  const last = header
    .split(',')
    .map((value) => value.trim().toLowerCase())
    .filter((value) => [...PRIVATE_REFERRERS, ...UNSAFE_REFERRERS].includes(value))
    .at(-1)
  return last !== undefined && PRIVATE_REFERRERS.includes(last) ? 5 : -5
}

function gradeTransport(header: string | undefined): number {
  const seconds = /(?:^|;)\s*max-age=(\d+)/i.exec(header ?? '')?.[1]
  if (seconds === undefined || header?.includes(',') === true) return -20
  return Number(seconds) < SIX_MONTHS ? -10 : 0
}

// Of scripts from the same origin: others are worse in any case than no bonus.
function gradeScripts(type: string | undefined, body: string): number {
  if (!/^text\/html\b/i.test(type ?? 'text/html')) return 0
  const scripts = [...body.matchAll(/<script\b([^>]*)>/gi)].map(([, attributes = '']) => attributes)
  const value = (attributes: string, name: string) =>
    new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(attributes)?.[1]
  const foreign = scripts
    .map((one) => value(one, 'src') ?? '')
    .filter((src) => /^(?:\w+:)?\/\//.test(src))
  if (foreign.some((src) => !src.startsWith('https:'))) return -50
  if (foreign.length > 0) return -5
  // The rules are content with one that has a digest.
  const haveDigests = scripts.every((one) => value(one, 'integrity') !== undefined)
  return scripts.length > 0 && haveDigests ? 5 : 0
}
