import type { ConfigurationWarning } from './configuration-warnings.js'

/** What one look at a part of the configuration came to. */
export interface ConfigurationFinding {
  /** The part: a key of the configuration, or `file`. */
  readonly subject: string
  readonly state: 'ok' | 'warning' | 'error'
  /** In sentences; never a secret. */
  readonly message: string
  readonly hint?: string | undefined
}

export function ok(subject: string, message: string): ConfigurationFinding {
  return { subject, state: 'ok', message }
}

export function warning(subject: string, message: string): ConfigurationFinding {
  return { subject, state: 'warning', message }
}

export function warnings(found: readonly ConfigurationWarning[]): ConfigurationFinding[] {
  return found.map(({ subject, message }) => warning(subject, message))
}
