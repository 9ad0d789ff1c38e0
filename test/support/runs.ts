const SHARE_IN_SHORT = 4

/**
 * How often a property is tried: as often as said in the long suite, which has every file that asks
 * here, and a quarter of that in the short one.
 */
export function runs(count: number): number {
  return process.env['LONG_SUITE'] === '1' ? count : Math.ceil(count / SHARE_IN_SHORT)
}
