import { join } from 'node:path'
import { chunksOf, type Shard } from './chunks.js'
import { noCounts, type BatchCounts } from './counts.js'
import { inOrder } from './in-order.js'
import type { BadRow, ListRow } from '../list/row.js'
import { hasMade } from '../output/has-made.js'
import { RESULTS } from '../output/output-folder.js'
import { EarlierResults } from '../output/results.js'
import { personJson } from '../../invitations/person.js'
import type { Rejected } from '../list/rejected.js'
import { hasWork, isIdle, isPlan, isRejected, Planner, type BatchWanted } from './plan.js'
import type { Workers } from '../threads/workers.js'

export interface BatchTrial extends BatchWanted {
  /** The folder of the run. */
  readonly out: string
  readonly shard?: Shard | undefined
  /** Aborted when nobody wants to know the rest. */
  readonly signal: AbortSignal
  readonly workers: Workers
}

/** What a run would do. */
export interface BatchForecast extends BatchCounts {
  /** The first of those that would be rejected, by their lines; of those with the same reason, three. */
  readonly rejections: Rejected[]
}

const SHOWN = 20
// A list with one mistake in all its lines would show nothing else.
const SHOWN_ALIKE = 3

/** Looks at the whole list, and does nothing. */
export async function tryBatch(
  list: AsyncIterable<ListRow | BadRow>,
  { out, shard, signal, workers, ...wanted }: BatchTrial,
): Promise<BatchForecast> {
  const forecast: BatchForecast = { ...noCounts(), rejections: [] }
  const reject = (rejected: Rejected) => {
    forecast.rejected++
    const { rejections } = forecast
    const { reason } = rejected.complaint
    const alike = rejections.filter(({ complaint }) => complaint.reason === reason).length
    if (rejections.length < SHOWN && alike < SHOWN_ALIKE) rejections.push(rejected)
  }
  const earlier = new EarlierResults(join(out, RESULTS))
  try {
    const before = {
      find: (fingerprint: string) => earlier.find(fingerprint),
      hasFile: (path: string) => hasMade(out, path),
    }
    const chunks = chunksOf(list, new Planner(wanted, before), { shard, signal })
    const looked = inOrder(chunks, workers.width, ({ planned }) =>
      workers.do({
        to: 'check',
        folders: {},
        rows: planned.filter(hasWork).map(({ entry, formats }) => ({
          person: personJson(entry.person),
          stem: '',
          formats,
        })),
      }),
    )
    for await (const [{ planned }, { rows: results }] of looked) {
      forecast.rows += planned.length
      for (const rejected of planned.filter(isRejected)) reject(rejected)
      forecast.unchanged += planned.filter(isPlan).filter(isIdle).length
      for (const [i, plan] of planned.filter(hasWork).entries()) {
        const result = results[i]
        if (result !== undefined && 'complaint' in result) {
          const { line, entry } = plan
          reject({ line, address: entry.person.address, complaint: result.complaint })
          continue
        }
        forecast.files += plan.formats.length
        forecast.invitations += Number(plan.invite)
        forecast.letters += Number(plan.letter)
        forecast.mails += Number(plan.mail)
      }
    }
    forecast.stopped = signal.aborted
    forecast.rejections.sort((a, b) => a.line - b.line)
    return forecast
  } finally {
    earlier.close()
  }
}
