import type { BadRow, ListRow } from '../list/row.js'
import type { Planned, Planner } from './plan.js'

/** A folder holds so many files, so that every program can show it. */
export const PART_SIZE = 1000
// Enough to be worth a message to a thread; a part is whole chunks.
const CHUNK_SIZE = 50

/** Which rows of a list are this machine's. */
export interface Shard {
  /** From 1. */
  readonly number: number
  readonly of: number
}

/** Some rows of one part of the list. */
export interface Chunk {
  /** From 1; undefined where one folder takes the whole list. */
  readonly part: number | undefined
  readonly planned: readonly Planned[]
}

export interface ChunkOptions {
  /** All rows by default. */
  readonly shard?: Shard | undefined
  /** Aborted when no more are wanted. */
  readonly signal: AbortSignal
}

/**
 * The rows of a list with what is to be done for them, in its order. All are looked at, so that every machine of several
 * says the same of a mailbox that stands there twice, and gives a file the same place.
 */
export async function* chunksOf(
  list: AsyncIterable<ListRow | BadRow>,
  planner: Planner,
  { shard = { number: 1, of: 1 }, signal }: ChunkOptions,
): AsyncGenerator<Chunk> {
  let planned: Planned[] = []
  let part: number | undefined
  let index = 0
  function* add(row: ListRow | BadRow, hasParts: boolean): Generator<Chunk> {
    const own = hasParts ? Math.floor(index / PART_SIZE) + 1 : undefined
    if (planned.length > 0 && (own !== part || planned.length >= CHUNK_SIZE)) {
      yield { part, planned }
      planned = []
    }
    part = own
    const isOwn = index % shard.of === shard.number - 1
    const plan = planner.plan(row, isOwn)
    if (isOwn && plan !== undefined) planned.push(plan)
    index++
  }
  // Until it is known whether there are more than one folder takes.
  let first: (ListRow | BadRow)[] | undefined = []
  try {
    for await (const row of list) {
      if (signal.aborted) break
      if (first === undefined) {
        yield* add(row, true)
        continue
      }
      first.push(row)
      if (first.length <= PART_SIZE) continue
      for (const early of first) yield* add(early, true)
      first = undefined
    }
  } catch (error) {
    // What was being read when it was told to stop may be half a line, or half a list, and be refused as such.
    if (!signal.aborted) throw error
  }
  for (const row of first ?? []) yield* add(row, false)
  if (planned.length > 0) yield { part, planned }
}
