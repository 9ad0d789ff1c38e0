import { execFileSync } from 'node:child_process'
import { scriptArgv } from '../support/places.js'
import type { Printed } from '../support/print-letters.js'
import { row, type Row, type Subject } from '../support/subject.js'

/** How many seconds 2,000 letters may take. */
const LIMIT = 60

/** Printed letters, each layout in a process of its own; and whether memory grows with their number. */
export const letters: Subject = {
  name: 'letters',
  about: 'printed letters, in eight languages and scripts',
  run: ({ isQuick }) => {
    const [many, more] = isQuick ? [500, 1_000] : [2_000, 10_000]
    const rounds = isQuick ? 1 : 5
    const limit = { of: 'median', atMost: (LIMIT * many) / 2_000 } as const
    return Promise.resolve([
      ...letterRows('letter', 'letter', many, rounds, limit),
      ...letterRows('letter-more', 'letter', more, 1),
      ...letterRows('cards', 'cards', many, rounds, limit),
    ])
  },
}

function letterRows(
  name: string,
  layout: 'letter' | 'cards',
  count: number,
  rounds: number,
  wanted?: Row['wanted'],
): Row[] {
  const printed = Array.from({ length: rounds }, () => print(layout, count))
  const of = (read: (one: Printed) => number) => printed.map(read)
  const title = `${count}, layout ${layout}`
  return [
    row(
      [name, title],
      's',
      of(({ seconds }) => seconds),
      wanted && { wanted },
    ),
    row(
      [`${name}-rate`, '  as a rate'],
      'letters/s',
      of(({ seconds }) => count / seconds),
    ),
    row(
      [`${name}-cores`, '  of all cores'],
      's',
      of(({ processorSeconds }) => processorSeconds),
    ),
    row(
      [`${name}-memory`, '  memory beyond the start'],
      'MB',
      of(({ memory }) => memory),
    ),
    row(
      [`${name}-bytes`, '  of the file, for each'],
      'bytes',
      of(({ bytes }) => bytes / count),
    ),
  ]
}

function print(layout: string, count: number): Printed {
  const argv = [...scriptArgv('print-letters'), layout, String(count)]
  return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' })) as Printed
}
