import { LANGUAGES, type Tag } from './languages.js'

// RFC 5646, section 4.4.1.
const MAX_TAG_LENGTH = 35
// Browsers send some dozen; more would be work for nothing.
const MAX_HEADER_LENGTH = 1000
const MAX_RANGES = 40

const TAGS: readonly Tag[] = LANGUAGES.map(({ tag }) => tag)

/** What a person's language is chosen from, what counts most first. */
export interface Wishes {
  /** `?language=`, as it came. */
  readonly asked?: string | undefined
  /** Accept-Language, as it came. */
  readonly header?: string | undefined
  /** What whoever made an invitation thinks of the person. */
  readonly own?: string | undefined
  /** The language of the tenant. */
  readonly fallback: Tag
  /** The languages there are. */
  readonly among?: readonly Tag[] | undefined
}

/** The language to show; whatever cannot be read is passed over. */
export function chooseLanguage({ asked, header, own, fallback, among = TAGS }: Wishes): Tag {
  const wished = (tag: string | undefined) => (tag === undefined ? undefined : matchTag(tag, among))
  return wished(asked) ?? acceptedLanguage(header ?? '', among) ?? wished(own) ?? fallback
}

/**
 * The language that comes nearest to a tag: RFC 4647, section 3.4, and where that finds nothing the same
 * language in another region or script, which a person reads better than any other. Never another
 * language, however near: nobody from Denmark has asked for Swedish.
 */
export function matchTag(tag: string, among: readonly Tag[] = TAGS): Tag | undefined {
  // As it stands in each link of ours.
  const same = among.find((candidate) => candidate === tag)
  if (same !== undefined) return same
  const canonical = canonicalTag(tag)
  if (canonical === undefined) return undefined
  for (let range = canonical; range !== ''; range = shorter(range)) {
    const found = among.find((candidate) => candidate.toLowerCase() === range)
    if (found !== undefined) return found
  }
  const language = primary(canonical)
  return among.find((candidate) => primary(candidate.toLowerCase()) === language)
}

// RFC 9110, section 12.5.4.
function acceptedLanguage(header: string, among: readonly Tag[]): Tag | undefined {
  if (header === '' || header.length > MAX_HEADER_LENGTH) return undefined
  const ranges = header
    .split(',', MAX_RANGES)
    .flatMap((member) => parseMember(member) ?? [])
    // Stable: what stands first counts more among equals.
    .sort((a, b) => b.weight - a.weight)
  const refused = ranges.flatMap(({ range, weight }) =>
    weight === 0 ? (canonicalTag(range) ?? []) : [],
  )
  const allowed = among.filter((tag) => {
    const folded = tag.toLowerCase()
    // RFC 4647, section 3.3.1.
    return !refused.some((range) => folded === range || folded.startsWith(`${range}-`))
  })
  for (const { range, weight } of ranges) {
    const found = weight > 0 ? matchTag(range, allowed) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function parseMember(member: string): { range: string; weight: number } | undefined {
  const [, range, weight = '1'] =
    /^[ \t]*([A-Za-z0-9_-]+)[ \t]*(?:;[ \t]*[qQ]=([01](?:\.\d{0,9})?)[ \t]*)?$/.exec(member) ?? []
  // Below are all that remain, `*` among them: any language is the fallback.
  if (range === undefined || Number(weight) > 1) return undefined
  return { range, weight: Number(weight) }
}

// In lower case, with the names that ISO 639 gave up: `iw` is `he`, and `deu` is `de`.
function canonicalTag(tag: string): string | undefined {
  if (tag.length > MAX_TAG_LENGTH) return undefined
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0]?.toLowerCase()
  } catch {
    return undefined
  }
}

// A single letter or digit begins what belongs to it (RFC 4647, section 3.4).
function shorter(range: string): string {
  return range.replace(/(?:-[^-])?-[^-]+$|^[^-]+$/, '')
}

function primary(tag: string): string {
  return tag.split('-', 1)[0] ?? tag
}
