import type { Address } from '../../account/address.js'
import type { ProbeFinding } from './findings.js'

/** What one question of a program came to. */
export interface ProbedStep {
  /** An address without its query, or a name of the DNS. */
  readonly place: string
  readonly result: 'found' | 'nothing' | 'failed'
  /** Codes of what is wrong with it. */
  readonly codes: readonly string[]
}

export interface ProbedProgram {
  readonly id: string
  readonly title: string
  /**
   * `found`: it sets the account up, or whatever else it asked for; `failed`: it does not, and somebody is to
   * change something; `nothing`: there is nothing for it.
   */
  readonly result: 'found' | 'nothing' | 'failed'
  readonly steps: readonly ProbedStep[]
}

export interface ProbeReport {
  readonly address: Address
  /** Where the service is, as far as that is known. */
  readonly url?: string
  /** What stands in front of it, as far as it says so. */
  readonly proxy?: 'nginx' | 'caddy'
  /** Whether answers were compared with those of a configuration that is here. */
  readonly compared: boolean
  readonly programs: readonly ProbedProgram[]
  readonly findings: readonly ProbeFinding[]
  /** What was not looked at, and why: sentences. */
  readonly notes: readonly string[]
  /** How many requests were sent. */
  readonly requests: number
  /** Whether nothing was found. */
  readonly ok: boolean
}
