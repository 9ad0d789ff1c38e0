import { open, stat, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { foldAddress, parseAddress } from '../../account/address.js'
import { orAborted } from '../../waiting.js'
import { MAX_ANSWERS, rawPerson, type DirectorySource, type RawPerson } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'

export interface CsvSourceOptions {
  readonly file: string
  /** The columns in which other addresses of the same person stand. */
  readonly aliases: readonly string[]
}

type People = ReadonlyMap<string, readonly RawPerson[]>

const MAX_SIZE = 64 * 1024 * 1024
const MAX_LINE = 64 * 1024
const ADDRESS = 'address'

/**
 * People in a file of comma-separated values (RFC 4180) in UTF-8, the first line of which names the columns;
 * it is read again when it has changed.
 */
export function csvSource({ file, aliases }: CsvSourceOptions): DirectorySource {
  let read: { readonly version: string; readonly people: Promise<People> } | undefined
  return {
    async ask(address, signal) {
      const version = await versionOf(file)
      if (read?.version !== version) {
        const people = readPeople(file, aliases)
        const reading = { version, people }
        read = reading
        people.catch(() => {
          if (read === reading) read = undefined
        })
      }
      return (await orAborted(read.people, signal)).get(address) ?? []
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

async function readPeople(file: string, aliases: readonly string[]): Promise<People> {
  const handle = await open(file)
  try {
    return await readFrom(handle, new Set(aliases.map((name) => name.toLowerCase())))
  } finally {
    await handle.close()
  }
}

async function readFrom(handle: FileHandle, aliases: ReadonlySet<string>): Promise<People> {
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
  let columns: readonly string[] = []
  const bytes = Readable.from(bytesOf(handle))
  const rows = parse({ bom: true, max_record_size: MAX_LINE, relax_column_count: true })
  bytes.once('error', (error) => rows.destroy(error)).pipe(rows)
  for await (const row of rows as AsyncIterable<readonly string[]>) {
    if (columns.length === 0) {
      columns = row.map((name) => name.trim().toLowerCase())
      if (columns.includes(ADDRESS)) continue
      throw new DirectoryTrouble(`Its first line names no column ${ADDRESS}.`)
    }
    const person = rawPerson(columns.map((name, i) => [name, row[i]] as const))
    add(person.get(ADDRESS), person)
    for (const name of aliases) {
      for (const alias of textOf(person.get(name)).split(/[\s,;]+/)) add(alias, person)
    }
  }
  if (columns.length === 0) throw new DirectoryTrouble('It is empty.')
  return people
}

// Counted, because a file may grow while it is read.
async function* bytesOf(handle: FileHandle): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of handle.createReadStream({
    autoClose: false,
  }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_SIZE) throw new DirectoryTrouble('It is too large.')
    yield chunk
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
