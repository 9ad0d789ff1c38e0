/** What an operator changes, by where it stands: a line each, with `{host}`, `{domain}`, `{alias}` and others filled in. */
export interface ProposedChange {
  /** In the zone of the mail domain. */
  readonly dns?: string
  readonly nginx?: string
  readonly caddy?: string
  /** In `mailprofile.yaml`, or a command of mailprofile. */
  readonly mailprofile?: string
  /** Anywhere else, in words. */
  readonly other?: string
}

export interface Diagnosis {
  /** `error`: a program does not get along; `warning`: it does, but not as it should. */
  readonly severity: 'error' | 'warning'
  readonly cause: string
  readonly change: ProposedChange
}
