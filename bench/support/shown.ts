/**
 * A number as texts and tables have it: two digits that say something, and commas between thousands.
 *
 * @example shown(6213) // 6,200
 */
export function shown(value: number): string {
  const rounded = Number(value.toPrecision(2))
  if (Math.abs(rounded) >= 10) return rounded.toLocaleString('en-GB')
  // 0.9 would say less than 0.90 does.
  return rounded.toPrecision(2)
}
