import type { Results } from './results.js'
import { shown } from './support/shown.js'
import type { Row } from './support/subject.js'

// Figures in Markdown are what was measured: each is followed by a comment, which nobody sees, that says which it is,
// and, where it is worked out of one, how: 700<!-- bench: redis.download.median / 2 -->.

const FIGURE =
  /(?<text>\d[\d.,]*)?<!-- bench: (?<subject>[\w-]+)\.(?<row>[\w-]+)\.(?<field>[\w-]+)(?<steps>(?: [*/] [\d.]+)*) -->/g
const FIELDS = ['median', 'least', 'most', 'ratio', 'beside'] as const
type Field = (typeof FIELDS)[number]

/** The sections in which every figure is a measured one. */
const SECTIONS = /^#+ (?:Speed|What was measured|Figures|As fast as it can be)$/
const UNITS = 'a second|times a second|/s|µs|ns|ms|s|seconds|MB|kB|KB|bytes'
const UNMARKED = new RegExp(`(?<![\\d.,])\\d[\\d.,]*(?= (?:${UNITS})\\b)`, 'g')
const BARE_CELL = /(?<=\| )\d[\d.,]*(?= +\|)/g

/**
 * A text with the figures of the results in their places.
 *
 * @throws Error for a figure that was not measured
 */
export function withFigures(text: string, results: Results): string {
  return text.replaceAll(FIGURE, (...match) => {
    const groups = match.at(-1) as Readonly<Record<'subject' | 'row' | 'field' | 'steps', string>>
    const { subject, row, field, steps } = groups
    const mark = `${subject}.${row}.${field}${steps}`
    const found = results.subjects[subject]?.rows.find(({ name }) => name === row)
    const value = found === undefined ? undefined : valueOf(found, field)
    if (value === undefined) throw new Error(`bench/results.json has no ${mark}.`)
    return `${shown(worked(value, steps))}<!-- bench: ${mark} -->`
  })
}

/** Which of a text's measured figures there are, as their comments name them. */
export function figuresIn(text: string): string[] {
  return [...text.matchAll(FIGURE)].map(([all]) => all)
}

/** Figures of a text's sections about speed that have no comment. */
export function unmarkedFigures(text: string): string[] {
  let isMeasured = false
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('#')) isMeasured = SECTIONS.test(line)
    if (!isMeasured) return []
    const rest = line.replaceAll(FIGURE, '')
    return [UNMARKED, BARE_CELL].flatMap((pattern) => rest.match(pattern) ?? [])
  })
}

function valueOf(row: Row, field: string): number | undefined {
  const name = FIELDS.find((one): one is Field => one === field)
  if (name === undefined) return undefined
  return name === 'beside' ? row.peer?.median : row[name]
}

function worked(value: number, steps: string): number {
  return [...steps.matchAll(/([*/]) ([\d.]+)/g)].reduce(
    (result, [, step, operand]) =>
      step === '*' ? result * Number(operand) : result / Number(operand),
    value,
  )
}
