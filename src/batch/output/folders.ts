import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** In what of the output folder files are made, before they get their names. */
export const WORK_FOLDER = '.mailprofile-work'

/** Gives files their places together, and lets nobody see half of them. */
export interface OutputPart {
  /** Where they are made. */
  readonly work: string
  /** Where they come. */
  readonly place: string
}

/** @param number of a part of the list, from 1; undefined where all files come into one folder */
export function outputPart(
  out: string,
  folder: string,
  number: number | undefined,
  work: string,
): OutputPart {
  const name = number === undefined ? '' : String(number).padStart(4, '0')
  return {
    work: join(work, folder === '' ? 'files' : folder, name === '' ? 'all' : name),
    place: join(out, folder, name),
  }
}

/** Moves what was made to where it belongs: the folder itself, or its files into one that is there. */
export function place({ work, place }: OutputPart): void {
  if (!existsSync(work)) return
  if (!existsSync(place)) {
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 })
    renameSync(work, place)
    return
  }
  for (const name of readdirSync(work)) renameSync(join(work, name), join(place, name))
  rmSync(work, { recursive: true })
}
