import { Readable } from 'node:stream'
import { complaint } from '../../batch/list/complaint.js'
import { type Columns, type NamedColumns } from '../../batch/list/columns.js'
import { comparable } from '../../batch/list/fields.js'
import type { BadRow, ListRow } from '../../batch/list/row.js'
import type { Config, DirectoryConfig } from '../../config/config.js'
import type { DirectoryEntry } from '../../directory/people-directory.js'
import { MailProfileError } from '../../errors.js'
import { stoppedAsking } from '../find-person.js'
import type { Io } from '../io.js'
import { UsageError } from '../usage-error.js'
import type { BatchRows, OpenRowsOptions } from './batch-rows.js'
import { KeptLines } from './kept-lines.js'
import { ListedColumns, OWN_COLUMNS } from './listed-columns.js'

/** A person with all that was said, by the names of columns; or why there is none. */
type KeptEntry =
  | { readonly cells: readonly (readonly [string, string])[] }
  | { readonly address?: string | undefined; readonly trouble: string }

const ELSEWHERE = 'Its domain is not of those whom this directory is for.'

/**
 * The people of the configured directories, instead of a list. They are read to their end before anything is made, into
 * a file: a run may take hours, for which no server would wait, and people half of whom are known are nobody's list.
 *
 * @throws MailProfileError as `PeopleDirectory.list`; `not_found` where nobody is listed; UsageError for a filter that
 *   means nothing
 */
export async function listedRows(
  filter: string,
  options: OpenRowsOptions & { readonly named: NamedColumns },
  io: Pick<Io, 'openDirectory' | 'signal'>,
): Promise<BatchRows> {
  const { config, tenantOf, named, onColumns } = options
  const kept = new KeptLines()
  const columns = new ListedColumns(named)
  let count = 0
  try {
    for (const directory of directoriesOf(config)) {
      for await (const entry of entriesOf(directory, filter, [...named.values()], io)) {
        count++
        const isOwn = 'trouble' in entry || tenantOf(entry.address).directory === directory
        const one = isOwn ? keptOf(entry) : { address: entry.address, trouble: ELSEWHERE }
        if ('cells' in one) columns.see(one.cells.map(([name]) => name))
        kept.add(JSON.stringify(one))
      }
    }
    if (count === 0) throw nobody()
    onColumns(columns.all())
  } catch (error) {
    kept.close()
    throw error
  }
  let read = 0
  function* rows(): Generator<ListRow | BadRow> {
    for (const text of kept.read()) yield rowOf(++read, JSON.parse(text) as KeptEntry, columns)
  }
  return {
    list: Readable.from(rows()),
    share: () => read / count,
    // What the directory knows it has said.
    complete: (person) => Promise.resolve(person),
    close: () => kept.close(),
  }
}

/** Each of the configuration once: a tenant without one has the top level's. */
function directoriesOf(config: Config): ReadonlySet<DirectoryConfig> {
  const all = [config, ...config.tenants].flatMap(({ directory }) => directory ?? [])
  if (all.length > 0) return new Set(all)
  throw new MailProfileError('invalid_configuration', 'There is no directory of people.', {
    hint: 'Set directory in the configuration, or give a list instead of --directory.',
    field: 'directory',
  })
}

async function* entriesOf(
  directory: DirectoryConfig,
  filter: string,
  also: readonly string[],
  { openDirectory, signal }: Pick<Io, 'openDirectory' | 'signal'>,
): AsyncGenerator<DirectoryEntry> {
  const people = await openDirectory(directory)
  try {
    yield* people.list(filter, { signal, also })
  } catch (error) {
    throw signal.aborted ? stoppedAsking(error) : asUsage(error)
  } finally {
    await people.close()
  }
}

function keptOf(entry: DirectoryEntry): KeptEntry {
  if ('trouble' in entry) return entry
  const said = OWN_COLUMNS.flatMap((column) => {
    const value = entry[column]
    return value === undefined ? [] : [[column, value] as const]
  })
  const more = [...entry.others].filter(([column]) => !isOwnColumn(column))
  return { cells: [...said, ...more] }
}

function isOwnColumn(column: string): boolean {
  return OWN_COLUMNS.some((own) => own === comparable(column))
}

function rowOf(line: number, entry: KeptEntry, all: ListedColumns): ListRow | BadRow {
  if ('trouble' in entry) {
    const { address, trouble } = entry
    return { line, address, complaint: complaint(trouble) }
  }
  const columns: Columns = all.of(entry.cells.map(([name]) => name))
  const cells = new Map(entry.cells.filter(([name]) => columns.names.includes(name)))
  return { line, cells, columns }
}

function nobody(): MailProfileError {
  return new MailProfileError('not_found', 'The directory lists nobody for this filter.', {
    hint: "With SQL and a program, '*' is everybody only where they mean it so: where %FILTER% in ('*', department).",
  })
}

function asUsage(error: unknown): unknown {
  if (!(error instanceof MailProfileError)) return error
  const { code, message, hint, field, cause } = error
  if (code !== 'invalid_request' || field !== 'directory') return error
  return new UsageError(message, { hint, field, cause })
}
