import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withRows } from './markdown-table.js'

/** A folder of `src`, or a file that stands beside them. */
export interface Room {
  /** What it is for, in a few words. */
  readonly for: string
  /** The other rooms that it may import from. */
  readonly imports: readonly string[]
}

const ROOT = new URL('../../', import.meta.url)

/** The rooms of `src`, the lowest first, as `docs/rooms.json` has them. */
export const ROOMS: ReadonlyMap<string, Room> = new Map(
  Object.entries(
    JSON.parse(readFileSync(new URL('docs/rooms.json', ROOT), 'utf8')) as Record<string, Room>,
  ),
)

/** A text whose table of rooms is as the data has it. */
export function withRoomsTable(text: string): string {
  const rows = [...ROOMS].map(([room, { for: purpose, imports }]) => {
    const isFile = existsSync(fileURLToPath(new URL(`src/${room}.ts`, ROOT)))
    return `| \`${room}${isFile ? '.ts' : '/'}\` | ${purpose} | ${imports.join(', ')} |\n`
  })
  return withRows(text, 'room', () => rows.join(''))
}
