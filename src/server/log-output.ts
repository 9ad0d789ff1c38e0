import { setTimeout as sleep } from 'node:timers/promises'
import type { TakeBytes } from './surroundings.js'
import { visible } from '../account/visible.js'

/** Bytes that wait for a reader who is slow: some thousand lines. */
const ROOM = 1024 * 1024
/** Milliseconds until a reader who is slow is asked again. */
const PAUSE = 50
/** How often it is asked again when the process ends. */
const LAST_TRIES = 20
const LINE_FEED = 0x0a

const LOSING = 'The log cannot be written: its lines are lost and counted. Everything else goes on.'

/** A line on its way. */
interface Entry {
  /** What of it has not been taken yet. */
  bytes: Uint8Array
  /** How many lost lines it tells of; 0 for a line of the logger. */
  readonly tells: number
}

/**
 * The log of a server, which goes on without it. When it cannot be written (a disk that is full, a reader
 * that has gone or reads no more) lines are lost and counted, and each new one is another try. Before the
 * first that can be written stands one that says how many were lost.
 *
 * Node's own stream for standard output would not do (20): after one error it never writes again, and for
 * a reader who reads no more it keeps everything in memory.
 */
export class LogOutput {
  readonly #take: TakeBytes
  readonly #now: () => Date
  #waiting: Entry[] = []
  #waitingBytes = 0
  #lastTaken = LINE_FEED
  #lost = 0
  #untold = 0
  #reason = ''
  #timer: NodeJS.Timeout | undefined

  constructor(take: TakeBytes, { now }: { readonly now: () => Date }) {
    this.#take = take
    this.#now = now
  }

  /** How many lines were lost so far. */
  get lost(): number {
    return this.#lost
  }

  /** What `/readyz` says while lines are lost, in sentences. */
  get warnings(): readonly string[] {
    return this.#untold === 0 ? [] : [LOSING]
  }

  /** Writes a line of the logger, with its line feed; never throws. */
  write(line: string): void {
    if (this.#waitingBytes >= ROOM) {
      this.#lose(1, 'EAGAIN')
      return
    }
    const untold = this.#untold - this.#waiting.reduce((sum, { tells }) => sum + tells, 0)
    if (untold > 0) this.#add(this.#notice(untold), untold)
    this.#add(visible(line), 0)
    // Else the timer comes for those before it, too.
    if (this.#timer === undefined) this.#drain()
  }

  /** Waits a moment for a reader who is slow. */
  async end(): Promise<void> {
    for (let tries = LAST_TRIES; this.#waiting.length > 0 && tries > 0; tries--) {
      await sleep(PAUSE)
      this.#drain()
    }
    clearTimeout(this.#timer)
  }

  #add(text: string, tells: number): void {
    // What a full disk has taken of another line is not to spoil this one.
    const isTorn = this.#waiting.length === 0 && this.#lastTaken !== LINE_FEED
    const bytes = Buffer.from(isTorn ? `\n${text}` : text)
    this.#waiting.push({ bytes, tells })
    this.#waitingBytes += bytes.length
  }

  #drain(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      for (let entry = this.#waiting[0]; entry !== undefined; entry = this.#waiting[0]) {
        while (entry.bytes.length > 0) this.#takeOf(entry)
        this.#untold -= entry.tells
        this.#waiting.shift()
      }
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') {
        this.#timer = setTimeout(() => this.#drain(), PAUSE).unref()
        return
      }
      this.#lose(this.#waiting.filter(({ tells }) => tells === 0).length, code)
      this.#waiting = []
      this.#waitingBytes = 0
    }
  }

  #takeOf(entry: Entry): void {
    const count = this.#take(entry.bytes)
    this.#lastTaken = entry.bytes[count - 1] ?? this.#lastTaken
    this.#waitingBytes -= count
    entry.bytes = entry.bytes.subarray(count)
  }

  #lose(lines: number, reason: string): void {
    this.#lost += lines
    this.#untold += lines
    this.#reason = reason
  }

  // As pino writes a warning.
  #notice(lost: number): string {
    const msg = `The log could not be written: ${lost} ${lost === 1 ? 'line is' : 'lines are'} lost.`
    const line = { level: 40, time: this.#now().getTime(), lost, reason: this.#reason, msg }
    return `${JSON.stringify(line)}\n`
  }
}
