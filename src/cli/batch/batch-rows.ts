import type { Columns } from '../../batch/list/columns.js'
import type { BadRow, ListRow } from '../../batch/list/row.js'
import type { BatchMeans } from '../../batch/run/run-batch.js'
import type { Config } from '../../config/config.js'
import type { TenantOf } from './tenants.js'

/** The people of a run, wherever they come from. */
export interface BatchRows extends Partial<Pick<BatchMeans, 'complete'>> {
  readonly list: AsyncIterable<ListRow | BadRow>
  /** How much of it has been read, 0 to 1; undefined where nobody knows how much there is. */
  readonly share: () => number | undefined
  close(): void
}

export interface OpenRowsOptions {
  readonly config: Config
  readonly tenantOf: TenantOf
  /** Told how the columns are understood, before the first row. */
  readonly onColumns: (columns: Columns) => void
}
