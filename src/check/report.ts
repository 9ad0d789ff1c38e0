import type { Address } from '../account/address.js'
import type { IncomingProtocol, Security } from '../account/server.js'
import { causeOf, type CheckCode } from './causes.js'

export type CheckStepName =
  | 'resolution'
  | 'connection'
  | 'greeting'
  | 'starttls'
  | 'tls'
  | 'capabilities'
  | 'authentication'
  | 'service'
  | 'login'
  | 'mailbox'
  | 'sender'

export type StepStatus = 'ok' | 'warning' | 'failed' | 'skipped'

/** What one step of a check came to. `code` and `cause` come with warnings and failures. */
export interface CheckStep {
  readonly step: CheckStepName
  readonly status: StepStatus
  readonly code?: CheckCode
  /**
   * Which of several ways worked: `PLAIN`, `LOGIN`, `CRAM-MD5`, `APOP`, `USER/PASS` for a log-in,
   * `EHLO` or `HELO` with what was said for SMTP's capabilities.
   */
  readonly method?: string
  /** What was seen; printable, without password, user name and address. */
  readonly detail?: string
  /** The likely cause and what to do: sentences. */
  readonly cause?: string
}

export interface ServerReport {
  readonly role: 'incoming' | 'outgoing' | 'calendar' | 'contacts'
  readonly protocol: IncomingProtocol | 'smtp' | 'caldav' | 'carddav'
  readonly host: string
  readonly port: number
  readonly security: Security
  /** All steps of the protocol, in the order in which an app takes them. */
  readonly steps: readonly CheckStep[]
}

export interface CheckReport {
  readonly address: Address
  readonly servers: readonly ServerReport[]
  /** Nothing failed; there may be warnings. */
  readonly ok: boolean
}

/** One thing that is wrong, or not as it should be. */
export interface StepProblem {
  readonly code: CheckCode
  readonly detail?: string | undefined
}

/** What a step found, good and bad. One with failures can still let the next steps go on. */
export interface StepFindings {
  readonly method?: string | undefined
  readonly detail?: string | undefined
  readonly failures?: readonly StepProblem[]
  readonly warnings?: readonly StepProblem[]
}

/** The report on a step: its first failure or warning gives the code, all of them the rest. */
export function reportStep(
  step: CheckStepName,
  findings: StepFindings,
  protocol: ServerReport['protocol'],
): CheckStep {
  const { failures = [], warnings = [], method } = findings
  const found = [...failures, ...warnings]
  const details = [...found.map(({ detail }) => detail), findings.detail]
  const detail = details.filter((text) => text !== undefined && text !== '').join('; ')
  const [first] = found
  return {
    step,
    status: failures.length > 0 ? 'failed' : warnings.length > 0 ? 'warning' : 'ok',
    ...(first === undefined ? {} : { code: first.code }),
    ...(method === undefined ? {} : { method }),
    ...(detail === '' ? {} : { detail }),
    ...(first === undefined
      ? {}
      : { cause: found.map(({ code }) => causeOf(code, protocol)).join(' ') }),
  }
}
