import { DeliveryTrouble, nobodyWaited } from '../trouble.js'
import { Turns } from '../../turns.js'
import { SmtpSession, type SmtpPlace } from './session.js'

export interface SessionsOptions {
  readonly place: SmtpPlace
  /** At the same time. */
  readonly most: number
}

interface Idle {
  readonly session: SmtpSession
  readonly timer: NodeJS.Timeout
}

// Postfix ends a session after 5 minutes, and sooner under load (smtpd_timeout).
const IDLE = 20_000

/** Connections to one server, which are used again; each has one mail at a time. */
export class SmtpSessions {
  readonly #place: SmtpPlace
  readonly #turns: Turns
  readonly #idle: Idle[] = []
  readonly #stop = new AbortController()

  constructor({ place, most }: SessionsOptions) {
    this.#place = place
    this.#turns = new Turns(most)
  }

  /**
   * Does some work with a connection: once more with a new one, where the one that lay there had gone bad
   * and nothing had been sent by it.
   *
   * @throws DeliveryTrouble
   */
  use<T>(
    work: (session: SmtpSession, signal: AbortSignal) => Promise<T>,
    wanted?: AbortSignal,
  ): Promise<T> {
    const stop = this.#stop.signal
    const signal = wanted === undefined ? stop : AbortSignal.any([wanted, stop])
    return this.#turns.take(async () => {
      const kept = this.#takeIdle()
      if (kept !== undefined) {
        try {
          return await this.#work(kept, work, signal)
        } catch (error) {
          const hasGone = error instanceof DeliveryTrouble && error.mayPass && !kept.isOpen
          if (!hasGone || signal.aborted) throw error
        }
      }
      return this.#work(await SmtpSession.open(this.#place, signal), work, signal)
    }, signal)
  }

  close(): void {
    this.#stop.abort(nobodyWaited())
    for (const { session, timer } of this.#idle.splice(0)) {
      clearTimeout(timer)
      session.end()
    }
  }

  async #work<T>(
    session: SmtpSession,
    work: (session: SmtpSession, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    try {
      return await work(session, signal)
    } finally {
      if (this.#stop.signal.aborted) session.end()
      else if (session.isOpen) this.#keep(session)
    }
  }

  #keep(session: SmtpSession): void {
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((one) => one.session === session),
        1,
      )
      session.end()
    }, IDLE)
    timer.unref()
    this.#idle.push({ session, timer })
  }

  #takeIdle(): SmtpSession | undefined {
    for (;;) {
      const idle = this.#idle.pop()
      if (idle === undefined) return undefined
      clearTimeout(idle.timer)
      if (idle.session.isOpen) return idle.session
    }
  }
}
