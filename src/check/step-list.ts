import type { CheckCode } from './causes.js'
import { Failure, withLimit } from './failure.js'
import {
  reportStep,
  type StepFindings,
  type ServerReport,
  type CheckStep,
  type CheckStepName,
} from './report.js'

/** What it means when a step takes too long; `no_reply` where nothing else is said. */
const LATE: Partial<Record<CheckStepName, CheckCode>> = {
  resolution: 'name_lookup_failed',
  connection: 'connection_timeout',
  greeting: 'no_greeting',
  tls: 'tls_timeout',
}

/** Turns a failure into one that says more, by what the server said or by looking closer at it. */
export type Explain = (failure: Failure) => Failure | Promise<Failure>

/** The steps of a check as they are taken, in their planned order. */
export class StepList {
  readonly #plan: readonly CheckStepName[]
  readonly #protocol: ServerReport['protocol']
  readonly #timeout: number
  readonly #stop: AbortSignal
  readonly #steps: CheckStep[] = []

  /** @param options `timeout` is per step, in milliseconds; `stop` ends the check */
  constructor(
    plan: readonly CheckStepName[],
    protocol: ServerReport['protocol'],
    { timeout, stop }: { readonly timeout: number; readonly stop: AbortSignal },
  ) {
    this.#plan = plan
    this.#protocol = protocol
    this.#timeout = timeout
    this.#stop = stop
  }

  /**
   * Takes a step and keeps what it found.
   *
   * @throws Failure when it fails in a way that ends the check
   */
  async run<T extends StepFindings>(
    step: CheckStepName,
    work: (signal: AbortSignal) => Promise<T>,
    explain?: Explain,
  ): Promise<T> {
    try {
      const findings = await withLimit(this.#timeout, LATE[step] ?? 'no_reply', this.#stop, work)
      this.record(step, findings)
      return findings
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const failure = explain === undefined ? error : await explain(error)
      const also = failure.also.map((code) => ({ code }))
      this.record(step, { failures: [failure, ...also] })
      throw failure
    }
  }

  record(step: CheckStepName, findings: StepFindings): void {
    this.#steps.push(reportStep(step, findings, this.#protocol))
  }

  skip(step: CheckStepName, detail: string): void {
    this.#steps.push({ step, status: 'skipped', detail })
  }

  /** All steps; those that were not reached are skipped. */
  finish(): readonly CheckStep[] {
    const rest = this.#plan.slice(this.#steps.length)
    return [...this.#steps, ...rest.map((step): CheckStep => ({ step, status: 'skipped' }))]
  }
}
