import { open, stat, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { foldAddress, parseAddress } from '../../account/address.js'
import { orAborted } from '../../waiting.js'
import { MAX_ANSWERS, rawPerson, type DirectorySource, type RawPerson } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'
import { matching } from './matching.js'

export interface CsvSourceOptions {
  readonly file: string
  /** The columns in which the address may stand; the first that is there counts. */
  readonly addresses: readonly string[]
  /** The columns in which other addresses of the same person stand. */
  readonly aliases: readonly string[]
  /** Looks whether the columns, in lower case, are what is asked for. */
  readonly requireColumns: (columns: readonly string[]) => void
}

type People = ReadonlyMap<string, readonly RawPerson[]>

const MAX_SIZE = 64 * 1024 * 1024
const MAX_LINE = 64 * 1024
/** How many people are listed at once. */
const PIECE = 200

/**
 * People in a file of comma-separated values (RFC 4180) in UTF-8, the first line of which names the columns;
 * it is read again when it has changed.
 */
export function csvSource(options: CsvSourceOptions): DirectorySource {
  const { file } = options
  let read: { readonly version: string; readonly people: Promise<People> } | undefined
  return {
    async ask(address, signal) {
      const version = await versionOf(file)
      if (read?.version !== version) {
        const people = readPeople(options)
        const reading = { version, people }
        read = reading
        people.catch(() => {
          if (read === reading) read = undefined
        })
      }
      return (await orAborted(read.people, signal)).get(address) ?? []
    },
    async *list({ filter, signal }) {
      await versionOf(file)
      const handle = await open(file)
      try {
        const isMeant = matching(filter)
        let some: RawPerson[] = []
        for await (const { person, columns } of rowsOf(handle, options)) {
          signal.throwIfAborted()
          if (isMeant(person, columns)) some.push(person)
          if (some.length < PIECE) continue
          yield some
          some = []
        }
        yield some
      } finally {
        await handle.close()
      }
    },
    close: () => Promise.resolve(),
  }
}

async function versionOf(file: string): Promise<string> {
  const found = await stat(file)
  if (!found.isFile()) throw new DirectoryTrouble('It is no file.')
  const { dev, ino, size, mtimeMs, ctimeMs } = found
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ')
}

async function readPeople(options: CsvSourceOptions): Promise<People> {
  const handle = await open(options.file)
  try {
    const aliases = new Set(options.aliases.map((name) => name.toLowerCase()))
    const people = new Map<string, RawPerson[]>()
    const add = (text: unknown, person: RawPerson) => {
      const address = addressIn(text)
      if (address === undefined) return
      const others = people.get(address) ?? []
      // Everybody may have the same one, such as info@: more than what tells so is not kept.
      if (others.length < MAX_ANSWERS && !others.includes(person)) {
        people.set(address, [...others, person])
      }
    }
    for await (const { person, address } of rowsOf(handle, options)) {
      add(person.get(address), person)
      for (const name of aliases) {
        for (const alias of textOf(person.get(name)).split(/[\s,;]+/)) add(alias, person)
      }
    }
    return people
  } finally {
    await handle.close()
  }
}

interface CsvRow {
  readonly person: RawPerson
  /** The column in which the address is. */
  readonly address: string
  /** All of them, in lower case. */
  readonly columns: readonly string[]
}

async function* rowsOf(
  handle: FileHandle,
  { addresses, requireColumns }: CsvSourceOptions,
): AsyncGenerator<CsvRow> {
  let columns: readonly string[] = []
  let address: string | undefined
  const bytes = Readable.from(bytesOf(handle))
  const rows = parse({ bom: true, max_record_size: MAX_LINE, relax_column_count: true })
  bytes.once('error', (error) => rows.destroy(error)).pipe(rows)
  for await (const row of rows as AsyncIterable<readonly string[]>) {
    if (address !== undefined) {
      const person = rawPerson(columns.map((name, i) => [name, row[i]] as const))
      yield { person, address, columns }
      continue
    }
    columns = row.map((name) => name.trim().toLowerCase())
    address = addresses.map((name) => name.toLowerCase()).find((name) => columns.includes(name))
    if (address === undefined) throw withoutAddress(columns, addresses)
    // A list of addresses alone says who is there, and may be meant so.
    if (columns.length > 1) requireColumns(columns)
  }
  if (address === undefined) throw new DirectoryTrouble('It is empty.')
}

function withoutAddress(
  columns: readonly string[],
  addresses: readonly string[],
): DirectoryTrouble {
  const [only = ''] = columns
  // Spreadsheets write the separator of the system's language.
  const separated =
    columns.length === 1 && /[;\t]/.test(only) ? ' Columns have to be separated by commas.' : ''
  return new DirectoryTrouble(
    `Its first line names no column ${addresses.join(' or ')}.${separated}`,
  )
}

// Counted, because a file may grow while it is read.
async function* bytesOf(handle: FileHandle): AsyncGenerator<Buffer> {
  let size = 0
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of handle.createReadStream({
    autoClose: false,
  }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_SIZE) throw new DirectoryTrouble('It is too large.')
    requireUtf8(() => decoder.decode(chunk, { stream: true }))
    yield chunk
  }
  requireUtf8(() => decoder.decode())
}

function requireUtf8(decode: () => string): void {
  try {
    decode()
  } catch {
    throw new DirectoryTrouble('It is not UTF-8.')
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function addressIn(text: unknown): string | undefined {
  try {
    return foldAddress(parseAddress(textOf(text).trim()))
  } catch {
    return undefined
  }
}
