const SECOND = 1000

/** How long it is kept that there is nothing, in milliseconds. */
export const NOT_FOUND_FOR = 10 * 60 * SECOND
// The network's fault, perhaps, and not the domain's.
const NOT_REACHED_FOR = 30 * SECOND

/**
 * How long it is kept that nobody answers: twice as long each time, up to the time of all others.
 *
 * @param silences how often in a row
 */
export function silentFor(silences: number): number {
  return Math.min(NOT_REACHED_FOR * 2 ** (silences - 1), NOT_FOUND_FOR)
}
