/** Numbers from 0 to before 1, the same for the same seed. */
export type Random = () => number

/** mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const PIECE = 6

/** Nothing that anybody gets to see may have six characters of one of these in a row. */
export const SECRETS = [
  'Zq7Xw9kPv2uRm4',
  'kräftig Schloß: 88 Türen, #1',
  `it's "q0uoted" \\xyz 'thr1ce'`,
  '&anch0r *al1as !t4g | > %dir',
  '{br4ce: [brack3t], c0mma}',
  'MIIEvQIBADANBgkqhkiG9w0B',
  '7391846205513',
  'パスワードは秘密です漢字',
] as const

export const HEX_SECRET = 'c4f19e07bb52d38a6610e9f7a5d2c83b4e7091fd26ab853ce0174f9db86ac25e'

const PIECES = new Set(
  // As they are, and as they stand in an address.
  [...SECRETS, ...SECRETS.map(encodeURIComponent), HEX_SECRET].flatMap((secret) =>
    Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE)),
  ),
)

/** A piece of a planted secret that stands in a text, or undefined. */
export function pieceIn(text: string): string | undefined {
  for (let at = 0; at + PIECE <= text.length; at++) {
    const piece = text.slice(at, at + PIECE)
    if (PIECES.has(piece)) return piece
  }
  return undefined
}

/** A text changed as people damage files: a few edits of characters and lines. */
export function damaged(text: string, random: Random): string {
  let result = text
  const edits = 1 + Math.floor(random() * random() * 5)
  for (let i = 0; i < edits; i++) result = pick(EDITS, random)(result, random)
  return result
}

export function pick<T>(values: readonly T[], random: Random): T {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('There is nothing to pick.')
  return value
}

type Edit = (text: string, random: Random) => string

const INSERTED = [
  ...Array.from(`:,-#'"{}[]&*!|>%@\`?\\\t\n\r =<~0aS`),
  '\r\n',
  ': ',
  ' #',
  '---\n',
  '\n...\n',
  '<<: ',
  '\u00a0',
  '\u2028',
  '\u200b',
  '\ufeff',
  '\u0000',
  '\ud800',
  '…',
]

const EDITS: readonly Edit[] = [
  // One character, or a stretch, less.
  (text, random) => splice(text, place(text, random), 1, ''),
  (text, random) => splice(text, place(text, random), Math.floor(random() * 12), ''),
  (text, random) => splice(text, place(text, random), Math.floor(random() * 60), ''),
  (text, random) => splice(text, place(text, random), 0, pick(INSERTED, random)),
  (text, random) => splice(text, place(text, random), 1, pick(INSERTED, random)),
  // A character or a stretch twice.
  (text, random) => {
    const at = place(text, random)
    return splice(text, at, 0, text.slice(at, at + 1 + Math.floor(random() * 10)))
  },
  // Neighbours swapped.
  (text, random) => {
    const at = place(text, random)
    return splice(
      text,
      at,
      2,
      Array.from(text.slice(at, at + 2))
        .reverse()
        .join(''),
    )
  },
  // The colon's space forgotten, or the colon itself.
  (text, random) => onMatch(text, /: /g, ':', random),
  (text, random) => onMatch(text, /: /g, ' ', random),
  (text, random) => onMatch(text, /: /g, '=', random),
  (text, random) => onMatch(text, /["']/g, '', random),
  (text, random) => onMatch(text, /["']/g, random() < 0.5 ? "'" : '"', random),
  (text, random) => onMatch(text, /[{}[\],]/g, '', random),
  (text, random) => onMatch(text, /[@/]/g, '', random),
  (text) => text.replaceAll('"', "'"),
  (text) => text.replaceAll("'", '"'),
  (text) => text.replaceAll('\n', '\r\n'),
  // Lines: away, twice, swapped, joined, broken, indented, commented in and out.
  (text, random) => onLine(text, random, (_line, lines, at) => void lines.splice(at, 1)),
  (text, random) => onLine(text, random, (line, lines, at) => void lines.splice(at, 0, line)),
  (text, random) =>
    onLine(text, random, (line, lines, at) => {
      lines.splice(at, 1)
      lines.splice(place(text, random) % (lines.length + 1), 0, line)
    }),
  (text, random) => onMatch(text, /\n */g, random() < 0.5 ? ' ' : '', random),
  (text, random) => onMatch(text, / +/g, '\n', random),
  (text, random) => onMatch(text, /\n */g, `\n${' '.repeat(Math.floor(random() * 7))}`, random),
  (text, random) => onMatch(text, /\n */g, '\n\t', random),
  (text, random) => onMatch(text, /# ?/g, '', random),
  (text, random) => onMatch(text, /\n */g, '\n# ', random),
  // Names: misspelt, and exchanged.
  (text, random) =>
    onMatch(text, /passphrase|store|hash/g, pick(['pass', 'pasphrase', 'p', ''], random), random),
  (text, random) => onMatch(text, /[a-z]+(?=:)/gi, pick(['listen', 'port', 'key'], random), random),
]

function place(text: string, random: Random): number {
  return Math.floor(random() * text.length)
}

function splice(text: string, at: number, length: number, put: string): string {
  return text.slice(0, at) + put + text.slice(at + length)
}

function onMatch(text: string, pattern: RegExp, put: string, random: Random): string {
  const matches = [...text.matchAll(pattern)]
  if (matches.length === 0) return text
  const { 0: found, index } = pick(matches, random)
  return splice(text, index, found.length, put)
}

function onLine(
  text: string,
  random: Random,
  change: (line: string, lines: string[], at: number) => void,
): string {
  const lines = text.split('\n')
  const at = Math.floor(random() * lines.length)
  change(lines[at] ?? '', lines, at)
  return lines.join('\n')
}
