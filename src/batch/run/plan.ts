import { complaint, complaintOf } from '../list/complaint.js'
import type { Rejected } from '../list/rejected.js'
import type { Before } from '../output/before.js'
import { NOTHING, withoutInvitation, type Done } from '../output/done.js'
import { fingerprintOf, mailboxKey } from '../list/fingerprint.js'
import { HashTable } from '../hash-table.js'
import { addressOf, parseEntry, type ListEntry } from '../list/entry.js'
import { isBad, type BadRow, type ListRow } from '../list/row.js'

/** What has to be done for a row, and what was. */
export interface Plan {
  readonly line: number
  readonly entry: ListEntry
  /** Of the row. */
  readonly fingerprint: string
  readonly before: Done
  /** The formats whose files are missing. */
  readonly formats: readonly string[]
  readonly invite: boolean
  readonly mail: boolean
  readonly letter: boolean
}

export type Planned = Plan | Rejected

export function isRejected(planned: Planned): planned is Rejected {
  return 'complaint' in planned
}

export function isPlan(planned: Planned): planned is Plan {
  return !isRejected(planned)
}

/** What is wanted of each row. */
export interface BatchWanted {
  readonly formats: readonly string[]
  readonly invitations: boolean
  readonly letters: boolean
  /** By which invitations have ended. */
  readonly now: Date
  /** What a second address has to be like; throws MailProfileError. Absent where nothing is sent. */
  readonly mail?: ((entry: ListEntry) => void) | undefined
}

/** Says for each row, in their order, what is to be done. */
export class Planner {
  readonly #wanted: BatchWanted
  readonly #before: Before
  // By mailbox, the line where it stands first.
  readonly #lines = new HashTable()

  constructor(wanted: BatchWanted, before: Before) {
    this.#wanted = wanted
    this.#before = before
  }

  /** @param isOwn false for a row that another machine does: only its mailbox is remembered */
  plan(row: ListRow | BadRow, isOwn = true): Planned | undefined {
    if (isBad(row)) return isOwn ? row : undefined
    const { line } = row
    let entry: ListEntry
    try {
      entry = parseEntry(row)
      const key = mailboxKey(entry.mailbox)
      const first = this.#lines.get(key)
      if (first !== undefined) {
        return {
          line,
          address: entry.person.address,
          complaint: complaint(`The same mailbox stands in line ${first}.`),
        }
      }
      this.#lines.set(key, line)
      this.#wanted.mail?.(entry)
    } catch (error) {
      return { line, address: addressOf(row), complaint: complaintOf(error) }
    }
    return isOwn ? this.#planFor(entry) : undefined
  }

  #planFor(entry: ListEntry): Plan {
    const fingerprint = fingerprintOf(entry)
    const known = this.#before.find(fingerprint) ?? NOTHING
    const { formats, invitations, letters, mail } = this.#wanted
    const isToBeSent = mail !== undefined && (known.mail === undefined || known.mail === 'failed')
    const isToBePrinted = letters && known.letter !== true
    const before =
      invitations && (isToBeSent || isToBePrinted) && this.#hasEnded(known)
        ? withoutInvitation(known)
        : known
    const missing = formats.filter((id) => {
      const path = before.files[id]
      return path === undefined || !this.#before.hasFile(path)
    })
    return {
      line: entry.line,
      entry,
      fingerprint,
      before,
      formats: missing,
      invite: invitations && (before.invitation?.id ?? '') === '',
      mail: isToBeSent,
      letter: isToBePrinted,
    }
  }

  // What nobody can open any more is no use in a letter.
  #hasEnded({ invitation }: Done): boolean {
    return new Date(invitation?.expires ?? '') <= this.#wanted.now
  }
}

/** Whether there is nothing to do for a row: it is not even looked at again. */
export function isIdle({ formats, invite, mail, letter }: Plan): boolean {
  return formats.length === 0 && !invite && !mail && !letter
}

export function hasWork(planned: Planned): planned is Plan {
  return isPlan(planned) && !isIdle(planned)
}
