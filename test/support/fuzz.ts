/** Random numbers that a seed repeats (mulberry32). */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  pick<T>(items: readonly [T, ...T[]]): T
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (limit: number) => next() % limit
  return { below, pick: (items) => items[below(items.length)] ?? items[0] }
}

// What parsers trip over: ends of things, numbers at bounds, names of properties, markup, escapes.
const TOKENS: readonly [string, ...string[]] = [
  ...([
    '\0',
    '\r\n',
    '\n\n',
    '\t',
    ' ',
    '%00',
    '%',
    '%zz',
    '%25',
    '%0d%0a',
    '\\',
    '\\u0000',
  ] as const),
  ...['..', '../', '/', '//', ';', '#', '?', '&', '=', '+', ',', ':', '@', '%40', '"', "'", '`'],
  ...['<', '>', '</', '/>', '<!--', ']]>', '<![CDATA[', '<!DOCTYPE a [', '&amp;', '&#x0;', '&a;'],
  ...['{', '}', '[', ']', '{}', '[]', '{{', '${x}', '- ', ': ', '!!', '*a', '&a ', '|', '>-', '~'],
  ...['null', 'true', '-1', '0', '1e999', '65536', '4294967296', '9007199254740993', 'NaN'],
  ...['__proto__', 'constructor', 'toString', 'length', 'xn--', 'xn--a', '%EMAILDOMAIN%'],
  ...['ä', '\u202e', '\u200b', '\ufeff', '\ufffd', '\u2028', '😀', 'ﬃ', 'İ', 'e\u0301'.repeat(30)],
  ...['A'.repeat(300), '('.repeat(200), '<a>'.repeat(50), '[['.repeat(60), ' '.repeat(200)],
]

/** One to six changes of one of the seeds: bytes and pieces changed, put in, taken out, doubled, spliced. */
export function mutate(random: Random, seeds: readonly [Uint8Array, ...Uint8Array[]]): Buffer {
  let bytes = Buffer.from(random.pick(seeds))
  for (let left = 1 + random.below(6); left > 0; left--) {
    const at = random.below(bytes.length + 1)
    const to = Math.min(bytes.length, at + random.below(random.pick([2, 8, 64])))
    const [before, piece, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, to),
      bytes.subarray(to),
    ]
    switch (random.below(7)) {
      case 0:
        if (at < bytes.length) bytes[at] = random.below(256)
        break
      case 1:
        bytes = Buffer.concat([before, Buffer.from(random.pick(TOKENS)), bytes.subarray(at)])
        break
      case 2:
        bytes = Buffer.concat([before, Buffer.from(random.pick(TOKENS)), after])
        break
      case 3:
        bytes = Buffer.concat([before, after])
        break
      case 4:
        bytes = Buffer.concat([before, piece, piece, after])
        break
      case 5: {
        const other = Buffer.from(random.pick(seeds))
        bytes = Buffer.concat([before, other.subarray(random.below(other.length + 1))])
        break
      }
      default:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    }
    if (bytes.length > 40_000) bytes = bytes.subarray(0, 40_000)
  }
  return Buffer.from(bytes)
}

/** Text as the bytes of a seed. */
export function seedsOf(...texts: readonly [string, ...string[]]): [Buffer, ...Buffer[]] {
  const [first, ...rest] = texts
  return [Buffer.from(first), ...rest.map((text) => Buffer.from(text))]
}
