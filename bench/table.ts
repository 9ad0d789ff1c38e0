import { shown } from './support/shown.js'
import type { Row, Wanted } from './support/subject.js'

const COLUMNS: readonly (readonly [title: string, width: number])[] = [
  ['', 62],
  ['median', 10],
  ['from', 10],
  ['to', 10],
  ['unit', 15],
  ['beside', 10],
  ['ratio', 7],
  ['wanted', 18],
]

function line(cells: readonly string[]): string {
  const padded = COLUMNS.map(([, width], i) => {
    const cell = cells[i] ?? ''
    return i === 0 || i === 4 ? cell.padEnd(width) : cell.padStart(width)
  })
  return padded.join(' ').trimEnd()
}

/** The first line of the table. */
export function tableHead(): string {
  return line(COLUMNS.map(([title]) => title))
}

/** A subject's lines. */
export function tableRows(subject: string, about: string, rows: readonly Row[]): string {
  return [`${subject}: ${about}`, ...rows.flatMap((one) => rowLines(one))].join('\n')
}

function rowLines({ title, unit, median, least, most, peer, ratio, ...row }: Row): string[] {
  const wanted =
    row.wanted === undefined
      ? ''
      : `${describeWanted(row.wanted)} ${row.isMet === true ? 'met' : 'MISSED'}`
  const cells = [
    `  ${title}`,
    ...[median, least, most].map(shown),
    unit,
    peer === undefined ? '' : shown(peer.median),
    ratio === undefined ? '' : ratio.toFixed(ratio < 0.1 ? 3 : 2),
    wanted,
  ]
  return [line(cells), ...(peer === undefined ? [] : [`      beside ${peer.title}`])]
}

function describeWanted({ of, atLeast, atMost }: Wanted): string {
  const what = { median: '', ratio: 'ratio ', most: 'each ' }[of]
  const bounds = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}`]),
  ]
  return `${what}${bounds.join(' ')}`
}
