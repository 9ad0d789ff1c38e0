import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import type { TakeBytes } from '../server/surroundings.js'

const DESCRIPTOR = 1

/**
 * Standard output for commands. Node's own stream does not look how much of a write a file has taken (20):
 * on a disk that is nearly full, the end would be missing and nobody would be told.
 */
export function standardOutput(): Writable & { readonly isTTY?: boolean } {
  // As bigint: what Node keeps of the other kind it mixes up with the packages that it resolves next. After
  // a pipe or a socket it would follow no links to them, and load some twice (20, realpathSync; pnpm).
  const isFile = fstatSync(DESCRIPTOR, { bigint: true }).isFile()
  // It may be touched for a pipe or a terminal alone.
  return isFile ? fileOutput() : process.stdout
}

function fileOutput(): Writable {
  return new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      try {
        for (let rest = chunk; rest.length > 0;) {
          rest = rest.subarray(writeSync(DESCRIPTOR, rest))
        }
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

/** Standard output for the log of a server. */
export function logOutput(): TakeBytes {
  // With this look, Node makes a pipe one that nobody waits for (O_NONBLOCK).
  const { isTTY } = process.stdout
  const descriptor = isTTY ? terminalWithoutWaiting() : DESCRIPTOR
  return (bytes) => writeSync(descriptor, bytes)
}

// Ctrl-S holds whoever writes to the terminal, which would be the whole server.
function terminalWithoutWaiting(): number {
  try {
    const { O_WRONLY, O_NOCTTY, O_NONBLOCK } = constants
    return openSync(`/proc/self/fd/${DESCRIPTOR}`, O_WRONLY | O_NOCTTY | O_NONBLOCK)
  } catch {
    return DESCRIPTOR
  }
}
