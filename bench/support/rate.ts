/** Something that is done over and over. */
export type Work = () => Promise<unknown>

/**
 * How often a second something is done, so many at a time.
 *
 * @param milliseconds for how long it is begun anew
 */
export async function rateOf(
  work: Work,
  { width, milliseconds }: { readonly width: number; readonly milliseconds: number },
): Promise<number> {
  const begin = performance.now()
  let done = 0
  const repeat = async () => {
    while (performance.now() - begin < milliseconds) {
      await work()
      done++
    }
  }
  await Promise.all(Array.from({ length: width }, repeat))
  return done / ((performance.now() - begin) / 1000)
}
