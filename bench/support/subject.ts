import { median } from './median.js'

/** How a subject is to be measured. */
export interface Options {
  /** With few and short rounds: to see that it works, and about how fast. */
  readonly isQuick: boolean
}

/** Something that is measured, in a process of its own. */
export interface Subject {
  readonly name: string
  /** What it is, in a few words. */
  readonly about: string
  readonly run: (options: Options) => Promise<readonly Row[]>
}

/** What has to be so of a row. */
export interface Wanted {
  readonly of: 'median' | 'ratio' | 'most'
  readonly atLeast?: number
  readonly atMost?: number
}

/** One thing that was measured, round by round. */
export interface Row {
  /** What no other row of the subject is called. */
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly rounds: number
  readonly median: number
  /** Between what all rounds were. */
  readonly least: number
  readonly most: number
  /** What it was measured in turn with. */
  readonly peer?: { readonly title: string; readonly median: number }
  /** The median of what share of the peer each round was. */
  readonly ratio?: number
  readonly wanted?: Wanted
  /** To as many digits as are shown. */
  readonly isMet?: boolean
}

export interface RowOptions {
  readonly peer?: { readonly title: string; readonly values: readonly number[] }
  readonly wanted?: Wanted
}

/**
 * A row of what rounds were.
 *
 * @param named name and title
 * @param options the values of a peer belong to the same rounds, in their order; where there are as many
 */
export function row(
  [name, title]: readonly [name: string, title: string],
  unit: string,
  values: readonly number[],
  { peer, wanted }: RowOptions = {},
): Row {
  const measured = {
    median: median(values),
    most: Math.max(...values),
    ...(peer && { ratio: shareOf(values, peer.values) }),
  }
  return {
    ...{ name, title, unit },
    rounds: values.length,
    ...measured,
    least: Math.min(...values),
    ...(peer && { peer: { title: peer.title, median: median(peer.values) } }),
    ...(wanted && { wanted, isMet: isMet(measured[wanted.of], wanted) }),
  }
}

/** The median of what share of another each value is. */
export function shareOf(values: readonly number[], others: readonly number[]): number {
  if (values.length !== others.length) return median(values) / median(others)
  return median(values.map((value, round) => value / (others[round] ?? NaN)))
}

function isMet(value = NaN, { atLeast = -Infinity, atMost = Infinity }: Wanted): boolean {
  const shown = Number(value.toFixed(2))
  return shown >= atLeast && shown <= atMost
}

/**
 * Takes ways to do something in turn, round by round, so that what else the machine does is spread over all of them.
 *
 * @param ways each gives what it measured
 */
export async function inTurn<K extends string>(
  rounds: number,
  ways: Readonly<Record<K, () => number | Promise<number>>>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(ways) as K[]
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    K,
    number[]
  >
  for (let round = 0; round < rounds; round++) {
    for (const name of names) measured[name].push(await ways[name]())
  }
  return measured
}
