import type { Readable, Writable } from 'node:stream'
import type { CheckAccountOptions } from '../check/account.js'
import type { Surroundings } from '../server/surroundings.js'

/** The world as the command line sees it; `bin` gives the real one, tests their own. */
export interface Io extends Surroundings {
  readonly stdin: Readable & {
    readonly isTTY?: boolean
    /** Of a terminal: whether every key comes as it is, and shows nothing. */
    setRawMode?(mode: boolean): unknown
  }
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  /** How mail servers are found and trusted when they are checked; as everywhere on this computer by default. */
  readonly mailServers?: Pick<CheckAccountOptions, 'resolve' | 'trust'> | undefined
}

/** How a command ended: done, could not, wrong usage. */
export type ExitCode = 0 | 1 | 2

/** Takes a command's work: what it resolves to is the exit code, 0 when it resolves to nothing. */
export type Finish = (work: Promise<void> | Promise<ExitCode>) => Promise<void>
