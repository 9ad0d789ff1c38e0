import { it } from 'vitest'

const SHARE_IN_SHORT = 16
const isLong = process.env['LONG_SUITE'] === '1'

/**
 * How often a property is tried: as often as said in the long suite, which has every file that asks
 * here, and a sixteenth of that in the short one.
 */
export function runs(count: number): number {
  return isLong ? count : Math.ceil(count / SHARE_IN_SHORT)
}

/**
 * How often something has to come of a property that would else hold for the wrong reason: more often than said in
 * the long suite. In the short one less than a sixteenth of that will do, by four standard deviations: chance
 * decides, and of few tries it would miss the bare share every now and then.
 */
export function enough(count: number): number {
  if (isLong) return count
  const share = runs(count)
  return Math.max(0, share - 4 * Math.sqrt(share))
}

/**
 * The rows of a table: all of them in the long suite, which has every file that asks here, and so many
 * of them in the short one, from the first to the last.
 */
export function some<T>(rows: readonly T[], count: number): readonly T[] {
  if (isLong || count >= rows.length) return rows
  const step = (rows.length - 1) / Math.max(1, count - 1)
  return Array.from({ length: count }, (_, i) => rows[Math.round(i * step)] as T)
}

/** A test that the long suite alone runs, which has every file that asks here; skipped where it lacks something. */
export function inLongSuite(
  name: string,
  test: () => void | Promise<void>,
  { lacks = false }: { readonly lacks?: boolean } = {},
): void {
  if (isLong) it.skipIf(lacks)(name, test)
}
