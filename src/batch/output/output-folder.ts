import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, parse } from 'node:path'
import type { Done } from './done.js'
import { Journal } from './journal.js'
import type { Rejected } from '../list/rejected.js'
import type { Before } from './before.js'
import { csvLine } from './csv-text.js'
import { lockFolder } from './folder-lock.js'
import { archiveOf, hasMade } from './has-made.js'
import { outputPart, place, WORK_FOLDER, type OutputPart } from './folders.js'
import { EarlierResults, resultLine, resultsHead, type Result } from './results.js'
import { TextFile } from './text-file.js'
import { ZipFile } from './zip-file.js'

export const RESULTS = 'results.csv'
export const REJECTED = 'rejected.csv'
const JOURNAL = '.mailprofile-journal'
const LOCK = '.mailprofile-lock'

export interface OutputFolderOptions {
  readonly path: string
  readonly formats: readonly string[]
  /** Whether files come into an archive. */
  readonly zip: boolean
  readonly now: Date
}

/**
 * What a run leaves: files, or an archive of them; the results, and what was rejected. All of it gets its name when it
 * is whole. Until then there are a journal, a lock and a folder for work, of which nothing is left at the end.
 */
export class OutputFolder implements Before {
  readonly #path: string
  readonly #formats: readonly string[]
  // Those of earlier runs too.
  readonly #columns: readonly string[]
  readonly #work: string
  readonly #unlock: () => void
  readonly #journal: Journal
  readonly #earlier: EarlierResults
  readonly #results: TextFile
  readonly #rejected: TextFile
  readonly #zip: { readonly name: string; readonly file: ZipFile } | undefined
  #rejections = 0
  #zipped = 0
  readonly #archives = new Map<string, boolean>()

  /** @throws MailProfileError `invalid_request`; what the file system says */
  constructor({ path, formats, zip, now }: OutputFolderOptions) {
    this.#path = path
    this.#formats = formats
    this.#work = join(path, WORK_FOLDER)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    this.#unlock = lockFolder(join(path, LOCK))
    try {
      // What a killed run had not given a name is made again.
      rmSync(this.#work, { recursive: true, force: true })
      this.#earlier = new EarlierResults(join(path, RESULTS))
      mkdirSync(this.#work, { mode: 0o700 })
      this.#journal = new Journal(join(path, JOURNAL))
      const known = [...this.#earlier.formats, ...this.#journal.formats]
      this.#columns = [...new Set([...known, ...formats])]
      const temporary = (name: string) => join(this.#work, name)
      this.#results = new TextFile(join(path, RESULTS), temporary(RESULTS))
      this.#results.write(resultsHead(this.#columns))
      this.#rejected = new TextFile(join(path, REJECTED), temporary(REJECTED))
      this.#rejected.write(csvLine(['line', 'address', 'code', 'reason']))
      if (zip) {
        const name = this.#journal.nameOf('zip', () => freeName(path, 'files.zip'))
        this.#zip = { name, file: new ZipFile(join(path, name), temporary(name), now) }
      }
    } catch (error) {
      this.#clean()
      throw error
    }
  }

  get journal(): Journal {
    return this.#journal
  }

  find(fingerprint: string): Done | undefined {
    const earlier = this.#earlier.find(fingerprint)
    return this.#journal.find(fingerprint) ?? earlier
  }

  hasFile(path: string): boolean {
    const archive = archiveOf(path)
    if (archive === undefined) return hasMade(this.#path, path)
    const known = this.#archives.get(archive) ?? hasMade(this.#path, path)
    this.#archives.set(archive, known)
    return known
  }

  /** Where the files of a format come, for a part of the list. */
  part(format: string, number: number | undefined): OutputPart {
    // Files of two formats may have the same name.
    return outputPart(this.#path, this.#columns.length > 1 ? format : '', number, this.#work)
  }

  /** Gives the files of a part their places. */
  place(number: number | undefined): void {
    for (const format of this.#formats) place(this.part(format, number))
  }

  /** How a file is called in the results. */
  nameOf(format: string, number: number | undefined, name: string): string {
    const path = this.part(format, number).place.slice(this.#path.length + 1)
    return [this.#zip?.name ?? '', path, name]
      .filter((step) => step !== '')
      .join('/')
      .replaceAll('\\', '/')
  }

  /** Puts a file into the archive. */
  zip(name: string, body: Uint8Array): void {
    if (this.#zip === undefined) return
    this.#zip.file.add(name.slice(this.#zip.name.length + 1), body)
    this.#zipped++
  }

  write(result: Result): void {
    this.#results.write(resultLine(result, this.#columns))
  }

  reject({ line, address = '', complaint: { errorCode, reason } }: Rejected): void {
    this.#rejected.write(csvLine([String(line), address, errorCode, reason]))
    this.#rejections++
  }

  /** Gives everything its name: the run has come to its end. */
  finish(): void {
    for (const other of this.#earlier.others()) this.write(other)
    this.#earlier.close()
    if (this.#zipped > 0) this.#zip?.file.finish()
    else this.#zip?.file.discard()
    this.#results.finish()
    if (this.#rejections > 0) {
      this.#rejected.finish()
    } else {
      this.#rejected.discard()
      rmSync(join(this.#path, REJECTED), { force: true })
    }
    this.#journal.remove()
    this.#clean()
  }

  /** Leaves what the next run needs to go on, also where `finish` came to no end. */
  interrupt(): void {
    try {
      this.#earlier.close()
      this.#zip?.file.discard()
      this.#results.discard()
      this.#rejected.discard()
      this.#journal.closeOrRemove()
    } finally {
      this.#clean()
    }
  }

  #clean(): void {
    try {
      rmSync(this.#work, { recursive: true, force: true })
    } finally {
      this.#unlock()
    }
  }
}

/** How a file is called that is to have a name, and is not whole. */
export function unfinishedName(name: string): string {
  return `.${name}.part`
}

/** The name, or the next with a number that nothing has, or is to have. */
export function freeName(folder: string, wanted: string): string {
  const { name, ext } = parse(wanted)
  const taken = new Set(existsSync(folder) ? readdirSync(folder) : [])
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? wanted : `${name}-${number}${ext}`
    if (!taken.has(candidate) && !taken.has(unfinishedName(candidate))) return candidate
  }
}
