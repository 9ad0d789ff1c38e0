import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { BuiltServer } from '../support/built-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** The series that counts what is lost. */
export const LOST = 'mailprofile_log_lines_lost_total'
/** What `/readyz` says of it. */
export const LOSING =
  'The log cannot be written: its lines are lost and counted. Everything else goes on.'

/** A page is answered. */
export async function works({ url }: BuiltServer): Promise<void> {
  const page = await fetch(`${url}/setup?address=ann@btinternet.com`)
  expect([page.status, (await page.text()).includes('mail.btinternet.com')]).toEqual([200, true])
}

/** Ends it as an operator does. */
export async function stop(server: BuiltServer) {
  server.process.kill('SIGTERM')
  return server.ended
}

/** A named pipe that goes away with the test. */
export function namedPipe(): string {
  const path = join(temporaryFolder(), 'log')
  execFileSync('mkfifo', [path])
  return path
}
