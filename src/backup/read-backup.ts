import { createHash } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import type { StoreEntry } from '../invitations/entries.js'
import { parseEntryLine } from './entry-line.js'
import { BACKUP_FORMAT, backupEnd, backupHead, type BackupCounts } from './format.js'

/** Far more than any line has, so that a file without line ends does not fill the memory, nor many long ones. */
const LONGEST_LINE = 1 << 17
const NEW_LINE = 0x0a
const NOT_OURS = 'It is no backup of mailprofile.'

/** What a backup says of itself. */
export interface BackupSummary extends BackupCounts {
  /** The version of the program that made it. */
  readonly version: string
  readonly madeAt: Date
}

/**
 * Reads a backup to its end, so that nothing of one that was torn or changed is used.
 *
 * @throws MailProfileError `invalid_backup`
 */
export async function verifyBackup(bytes: AsyncIterable<Uint8Array>): Promise<BackupSummary> {
  const reader = read(bytes)
  for (;;) {
    const next = await reader.next()
    if (next.done === true) return next.value
  }
}

/**
 * The entries of a backup that was verified before.
 *
 * @throws MailProfileError `invalid_backup` when it is another one by now
 */
export function readBackup(bytes: AsyncIterable<Uint8Array>): AsyncIterable<StoreEntry> {
  return read(bytes)
}

async function* read(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<StoreEntry, BackupSummary> {
  const digest = createHash('sha256')
  const counts = { invitations: 0, calls: 0 }
  let summary: BackupSummary | undefined
  let isEnded = false
  let number = 0
  for await (const line of linesOf(bytes)) {
    number++
    const value = parse(line)
    if (summary === undefined) {
      summary = { ...readHead(value), ...counts }
    } else if (isEnded) {
      throw altered(number)
    } else {
      const entry = parseEntryLine(value)
      if (entry === undefined) {
        const { data } = backupEnd.safeParse(value)
        if (data === undefined) throw altered(number)
        const { sha256, invitations, calls } = data.end
        const isSame = invitations === counts.invitations && calls === counts.calls
        if (!isSame || sha256 !== digest.digest('hex')) throw altered()
        summary = { ...summary, ...counts }
        isEnded = true
        continue
      }
      counts['call' in entry ? 'calls' : 'invitations']++
      yield entry
    }
    digest.update(line)
  }
  if (summary === undefined) throw invalid(NOT_OURS)
  if (!isEnded) {
    throw invalid('The backup is not whole: its end is missing.', 'Take another copy of it.')
  }
  return summary
}

/** Lines with their ends; what comes behind the last end is one as well. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of bytes) {
    rest = Buffer.concat([rest, chunk])
    let begin = 0
    for (let end; (end = rest.indexOf(NEW_LINE, begin)) !== -1; begin = end + 1) {
      if (end - begin > LONGEST_LINE) throw invalid(NOT_OURS)
      yield rest.subarray(begin, end + 1)
    }
    rest = rest.subarray(begin)
    if (rest.length > LONGEST_LINE) throw invalid(NOT_OURS)
  }
  if (rest.length > 0) yield rest
}

function parse(line: Buffer): unknown {
  // A line that was cut where it is JSON by chance.
  if (line.at(-1) !== NEW_LINE) return undefined
  try {
    return JSON.parse(line.toString())
  } catch {
    return undefined
  }
}

function readHead(value: unknown): Pick<BackupSummary, 'version' | 'madeAt'> {
  const { data } = backupHead.safeParse(value)
  if (data === undefined) throw invalid(NOT_OURS)
  if (data.format > BACKUP_FORMAT) {
    throw invalid(
      `The backup is of mailprofile ${data.version}, and has a format that this version does not know.`,
      'Take that version, or a newer one.',
    )
  }
  return { version: data.version, madeAt: new Date(data.madeAt) }
}

function altered(line?: number): MailProfileError {
  const where = line === undefined ? '' : ` at line ${line}`
  return invalid(
    `The backup is not as it was made${where}: it was changed, or is damaged.`,
    'Take another copy of it.',
  )
}

function invalid(message: string, hint?: string): MailProfileError {
  return new MailProfileError('invalid_backup', message, { hint })
}
