import type { ProbeCode } from './diagnoses.js'

/** One thing that was seen at one place. */
export interface Problem {
  readonly code: ProbeCode
  /** An address without its query, or a name. */
  readonly place: string
  /** What was seen there: printable, without anything private. */
  readonly detail?: string | undefined
  /** A record of the zone, as a zone file has it. */
  readonly record?: string | undefined
}

/** Ends a request. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure'

  constructor(readonly problem: Problem) {
    super(problem.code)
  }
}

const MAX_PATH = 100

/** An address as it may be shown: who was asked about does not stand in it. */
export function placeOfUrl({ protocol, host, pathname }: URL): string {
  const path = pathname.length > MAX_PATH ? `${pathname.slice(0, MAX_PATH)}…` : pathname
  return `${protocol}//${host}${path}`
}
