import { personJson, type InvitedPerson } from '../../invitations/person.js'
import { chunksOf, type Chunk, type Shard } from './chunks.js'
import { noCounts, type BatchCounts } from './counts.js'
import { NOTHING, withoutInvitation, type Done } from '../output/done.js'
import { eachOf, inOrder } from './in-order.js'
import type { BadRow, ListRow } from '../list/row.js'
import { fileStem } from '../output/file-name.js'
import type { OutputFolder } from '../output/output-folder.js'
import { isIdle, isPlan, isRejected, Planner, type Plan } from './plan.js'
import type { Inviting, LetterWriting, InvitationSending } from './steps.js'
import type { RowDone, Work } from '../threads/work.js'
import type { Workers } from '../threads/workers.js'

export interface BatchOptions {
  /** The ids of the formats whose files are made. */
  readonly formats: readonly string[]
  /** Whether they come into an archive. */
  readonly zip: boolean
  readonly shard?: Shard | undefined
  /** By which invitations have ended. */
  readonly now: Date
  /** Aborted when the run is to stop; what is under way is ended. */
  readonly signal: AbortSignal
  /** Told after every few rows. */
  readonly onProgress?: ((summary: BatchSummary) => void) | undefined
}

/** What does the work. */
export interface BatchMeans {
  readonly workers: Workers
  readonly output: OutputFolder
  /** A person with what the directory knows. */
  readonly complete: (person: InvitedPerson) => Promise<InvitedPerson>
  readonly inviting?: Inviting | undefined
  readonly sending?: InvitationSending | undefined
  readonly letters?: LetterWriting | undefined
}

/** What became of the rows. */
export interface BatchSummary extends BatchCounts {
  /** Where the letters are. */
  letterFiles: readonly string[]
  /** Those that were not taken; the next run tries them again. */
  failedMails: number
  /** Those of which nobody heard whether they were taken; they are not sent again by themselves. */
  uncertainMails: number
}

// So many invitations wait for the store together; with passcodes, which are made one by one, as many may wait.
const INVITATIONS_AT_ONCE = 32
const MAILS_AT_ONCE = 8
const NO_BYTES = new Uint8Array()

/**
 * Makes for each row of a list what is wanted and missing. What was done is known to the next run, also when this one is
 * killed: it goes on where this one was, and makes nothing twice.
 *
 * @throws MailProfileError for what keeps the whole run from going on; what the file system says
 */
export async function runBatch(
  list: AsyncIterable<ListRow | BadRow>,
  options: BatchOptions,
  means: BatchMeans,
): Promise<BatchSummary> {
  const run = new BatchRun(options, means)
  try {
    await run.run(list)
    await run.finish()
  } catch (error) {
    // What cannot be cleared away now is by the next run.
    await run.interrupt().catch(() => undefined)
    throw error
  }
  return run.summary
}

/** A row with what is known of its person, and what has been done for it. */
interface Row {
  readonly plan: Plan
  readonly person: InvitedPerson
  done: Done
}

interface Prepared extends Chunk {
  readonly rows: readonly Row[]
  /** What a thread did, for each of the rows. */
  readonly results: readonly RowDone[]
  /** What it made, one after the other. */
  readonly bodies: Uint8Array
}

class BatchRun {
  readonly summary: BatchSummary = {
    ...noCounts(),
    letterFiles: [],
    failedMails: 0,
    uncertainMails: 0,
  }
  readonly #options: BatchOptions
  readonly #means: BatchMeans
  // Of the part whose files have no names yet.
  #part: number | undefined
  #unplaced: Row[] = []

  constructor(options: BatchOptions, means: BatchMeans) {
    this.#options = options
    this.#means = means
  }

  async run(list: AsyncIterable<ListRow | BadRow>): Promise<void> {
    const { formats, now, shard, signal } = this.#options
    const { inviting, letters, sending, output, workers } = this.#means
    const wanted = {
      formats,
      invitations: inviting !== undefined,
      letters: letters !== undefined,
      now,
      mail: sending?.check.bind(sending),
    }
    const chunks = chunksOf(list, new Planner(wanted, output), { shard, signal })
    for await (const [, prepared] of inOrder(chunks, workers.width, (chunk) => this.#make(chunk))) {
      if (prepared.part !== this.#part) this.#placeFiles()
      this.#part = prepared.part
      await this.#take(prepared)
      this.#options.onProgress?.(this.summary)
    }
    this.#placeFiles()
    this.summary.stopped = signal.aborted
  }

  async finish(): Promise<void> {
    const { letters, output } = this.#means
    if (this.summary.stopped) {
      // The next run writes them: half a file of letters is none.
      this.summary.letters = 0
      return this.interrupt()
    }
    this.summary.letterFiles = (await letters?.finish()) ?? []
    output.finish()
  }

  async interrupt(): Promise<void> {
    try {
      await this.#means.letters?.discard()
    } finally {
      this.#means.output.interrupt()
    }
  }

  async #make(chunk: Chunk): Promise<Prepared> {
    const { complete, output, workers } = this.#means
    const plans = chunk.planned.filter(isPlan)
    const rows = await this.#unlessStopped(() =>
      Promise.all(
        plans.map(async (plan) => ({
          plan,
          person: isIdle(plan) ? plan.entry.person : await complete(plan.entry.person),
          done: plan.before,
        })),
      ),
    )
    if (rows === undefined) {
      return { ...chunk, planned: [], rows: [], results: [], bodies: NO_BYTES }
    }
    const busy = rows.filter(({ plan }) => !isIdle(plan))
    const folders = this.#options.formats.map((id) => [id, output.part(id, chunk.part).work])
    const work: Work = {
      to: this.#options.zip ? 'return' : 'write',
      folders: Object.fromEntries(folders) as Work['folders'],
      rows: busy.map(({ plan, person }) => ({
        person: personJson(person),
        stem: fileStem(plan.entry.mailbox),
        formats: plan.formats,
      })),
    }
    const { rows: answers, bodies = NO_BYTES } =
      busy.length === 0 ? { rows: [] } : await workers.do(work)
    const results = new Map(busy.map((row, i) => [row, answers[i]]))
    return { ...chunk, rows, bodies, results: rows.map((row) => results.get(row) ?? { files: [] }) }
  }

  /** Does what has to be done in order. */
  async #take({ planned, part, rows, results, bodies }: Prepared): Promise<void> {
    const { output } = this.#means
    this.summary.rows += planned.length
    const rejected = planned.filter(isRejected)
    const good: Row[] = []
    // Of which the results have a line.
    const known: Row[] = []
    let at = 0
    for (const [i, row] of rows.entries()) {
      const result = results[i]
      if (result === undefined) continue
      if ('complaint' in result) {
        const { line, entry } = row.plan
        rejected.push({ line, address: entry.person.address, complaint: result.complaint })
        // The invitation that was made before is one yet: without its line, the next run would make a second one.
        if (row.plan.before !== NOTHING) known.push(row)
        continue
      }
      const files = Object.fromEntries(
        result.files.map(({ format, name, size = 0 }) => {
          const path = output.nameOf(format, part, name)
          if (size > 0) output.zip(path, bodies.subarray(at, at + size))
          at += size
          return [format, path]
        }),
      )
      this.summary.files += result.files.length
      if (isIdle(row.plan)) this.summary.unchanged++
      row.done = { ...row.done, files: { ...row.done.files, ...files } }
      good.push(row)
      known.push(row)
    }
    for (const one of rejected.sort((a, b) => a.line - b.line)) output.reject(one)
    this.summary.rejected += rejected.length
    await this.#invite(good.filter(({ plan }) => plan.invite))
    await this.#send(good)
    await this.#writeLetters(good.filter(({ plan }) => plan.letter))
    for (const { plan, person, done } of known) {
      const { address, name = '' } = person
      output.write({ line: String(plan.line), address, name, done, row: plan.fingerprint })
    }
    if (this.#options.zip) return
    this.#unplaced.push(...good.filter(({ plan }) => plan.formats.length > 0))
  }

  /** The tokens are in the journal before the store knows of them, so that a crash makes no second invitation. */
  async #invite(rows: readonly Row[]): Promise<void> {
    const { inviting } = this.#means
    if (inviting === undefined || rows.length === 0) return
    const drawn = rows.map((row) => {
      const invitation = row.done.invitation ?? inviting.draw(row.person.address)
      row.done = { ...row.done, invitation }
      return { row, invitation }
    })
    this.#record(rows)
    this.#means.output.journal.sync()
    await eachOf(drawn, INVITATIONS_AT_ONCE, async ({ row, invitation }) => {
      const { person, plan } = row
      const made = await inviting.make(invitation, person, plan.entry.reference)
      row.done = { ...row.done, invitation: made }
      this.summary.invitations++
    })
    this.#record(rows)
  }

  async #send(rows: readonly Row[]): Promise<void> {
    const { sending } = this.#means
    if (sending === undefined) return
    this.summary.uncertainMails += rows.filter(
      ({ plan }) => plan.before.mail === 'uncertain',
    ).length
    const wanted = rows.filter(({ plan }) => plan.mail)
    try {
      await eachOf(wanted, MAILS_AT_ONCE, async (row) => {
        const { invitation } = row.done
        if (invitation === undefined || this.#options.signal.aborted) return
        const sent = await this.#unlessStopped(() =>
          sending.send(row.plan.entry, row.person, invitation),
        )
        if (sent === undefined) return
        const { isGone, ...done } = sent
        row.done = { ...(isGone ? withoutInvitation(row.done) : row.done), ...done }
        if (sent.mail === 'sent') this.summary.mails++
        if (sent.mail === 'failed') this.summary.failedMails++
        if (sent.mail === 'uncertain') this.summary.uncertainMails++
      })
    } finally {
      this.#record(wanted)
    }
  }

  async #writeLetters(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      await this.#means.letters?.add(row.plan.entry, row.person, row.done.invitation)
      row.done = { ...row.done, letter: true }
      this.summary.letters++
    }
  }

  // A file of the whole run counts when it has its name, and so does a file of a part.
  #record(rows: readonly Row[], { arePlaced = false } = {}): void {
    this.#means.output.journal.write(
      rows.map(({ plan: { fingerprint, before }, done }) => {
        const files = arePlaced ? done.files : before.files
        return [fingerprint, { ...done, files, letter: before.letter ?? false }]
      }),
    )
  }

  /** Whoever stops a run stops its questions to the directory, too: the next one asks them. */
  async #unlessStopped<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask()
    } catch (error) {
      if (this.#options.signal.aborted) return undefined
      throw error
    }
  }

  #placeFiles(): void {
    this.#means.output.place(this.#part)
    this.#record(this.#unplaced, { arePlaced: true })
    this.#unplaced = []
  }
}
