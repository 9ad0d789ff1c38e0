import type Database from 'libsql'
import { version } from '../../version.js'
import { SCHEMA_VERSION, STEPS } from './schema.js'

// What shows how many steps a file has had that was made before files said so, the most first.
const SIGNS: readonly (readonly [steps: number, query: string])[] = [
  [4, "SELECT 1 FROM pragma_table_info('invitations') WHERE name = 'sending_state'"],
  [3, "SELECT 1 FROM pragma_table_info('invitations') WHERE name = 'tenant'"],
  [2, "SELECT 1 FROM sqlite_master WHERE name = 'clock'"],
]

/**
 * Takes the steps that a file has not had, in the transaction of the caller.
 *
 * @param isNew whether there is nothing in it
 */
export function takeSteps(database: Database.Database, isNew: boolean): void {
  const had = isNew ? 0 : stepsHad(database)
  if (had >= STEPS.length) return
  for (const step of STEPS.slice(had)) database.exec(step)
  database
    .prepare('INSERT OR REPLACE INTO layout (id, steps, program) VALUES (1, ?, ?)')
    .run(STEPS.length, version)
}

function stepsHad(database: Database.Database): number {
  if (!hasLayout(database)) {
    return SIGNS.find(([, query]) => database.prepare(query).get() !== undefined)?.[0] ?? 1
  }
  const row = database.prepare('SELECT steps FROM layout WHERE id = 1').get()
  return (row as { readonly steps: number }).steps
}

function hasLayout(database: Database.Database): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'layout'").get() !== undefined
}

/** Whether programs of this version may use a file, by its `user_version`. */
export function isKnownLayout(userVersion: number): boolean {
  return userVersion <= SCHEMA_VERSION
}

/** Why a file is refused that a newer version has changed, in the words of a sentence. */
export function newerReason(database: Database.Database): string {
  const row = hasLayout(database)
    ? database.prepare('SELECT program FROM layout WHERE id = 1').get()
    : undefined
  const program = (row as { readonly program: string } | undefined)?.program
  const what = 'a newer version of mailprofile made it'
  return program === undefined ? what : `${what}, ${program}, and this is ${version}`
}

export const NEWER_HINT =
  'Install that version again, put back a backup from before it, or name another file in store.'
