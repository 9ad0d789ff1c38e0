import { oneLine } from '../account/visible.js'
import type { ProbeFinding } from '../check/probe/findings.js'
import type { ProbedProgram, ProbeReport } from '../check/probe/report.js'
import { rows, type Paint } from './output.js'

// Words that tell without colour; SGR colours that show on dark and on light.
const MARKS = { found: ['ok', '32'], nothing: ['-', '2'], failed: ['FAIL', '31'] } as const
const SEVERITIES = { error: ['ERROR', '31'], warning: ['WARNING', '33'] } as const

const PLACES: Readonly<Record<string, string>> = {
  dns: 'DNS',
  nginx: 'nginx',
  caddy: 'Caddy',
  mailprofile: 'mailprofile',
  other: 'look',
}

/** A report for a person: each program, then each finding with what to change. */
export function probeAsText(report: ProbeReport, colour: Paint): string {
  const parts = [
    report.programs.map((program) => describeProgram(program, colour)).join(''),
    ...report.findings.map((finding) => describeFinding(finding, report, colour)),
    ...report.notes.map((note) => `Note: ${oneLine(note)}\n`),
    `${summary(report)}\n`,
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function describeProgram({ title, result, steps }: ProbedProgram, colour: Paint): string {
  const [mark, shade] = MARKS[result]
  const line = `${colour(mark, shade)}${' '.repeat(6 - mark.length)}${title}\n`
  const asked = steps.map(({ place, result: one, codes }) => {
    const said = one === 'nothing' ? 'nothing there' : one === 'found' ? 'found' : 'failed'
    return `      ${oneLine(place)}: ${[said, ...codes].join(', ')}\n`
  })
  return [line, ...asked].join('')
}

function describeFinding(
  finding: ProbeFinding,
  { proxy, programs: all }: ProbeReport,
  colour: Paint,
): string {
  const { code, severity, places, seen, programs, cause, change } = finding
  const [word, shade] = SEVERITIES[severity]
  const isAll = programs.length > 1 && programs.length === all.length
  const hurt = isAll ? 'every program above' : programs.join('; ')
  // Nobody needs the lines for a proxy that is not there.
  const isNeeded = (where: string) =>
    proxy === undefined || where === proxy || (where !== 'nginx' && where !== 'caddy')
  const changes = Object.entries(change).filter(([where]) => isNeeded(where))
  const lines = changes.flatMap(([where, text]: [string, string]) =>
    text.split('\n').map((line, i) => [i === 0 ? (PLACES[where] ?? where) : '', line] as const),
  )
  return [
    `${colour(word, shade)} ${code}\n`,
    `  ${cause}\n`,
    rows([
      ['where', shortened(places)],
      ...(seen.length === 0 ? [] : [['seen', shortened(seen)] as const]),
      ...(programs.length === 0 ? [] : [['for', hurt] as const]),
    ]),
    lines.length === 0 ? '' : `  To change:\n${rows(lines, '    ')}`,
  ].join('')
}

const MOST_SHOWN = 6

function shortened(list: readonly string[]): string {
  const more = list.length > MOST_SHOWN ? `, and ${list.length - MOST_SHOWN} more` : ''
  return `${list.slice(0, MOST_SHOWN).join(', ')}${more}`
}

function summary({ findings, compared, requests }: ProbeReport): string {
  const asked = `${requests} requests`
  if (findings.length === 0) {
    return compared
      ? `Every program finds what this configuration tells (${asked}).`
      : `Nothing was found that is wrong (${asked}).`
  }
  const count = (wanted: ProbeFinding['severity']) =>
    findings.filter(({ severity }) => severity === wanted).length
  const parts = [
    [count('error'), 'mistake'],
    [count('warning'), 'warning'],
  ] as const
  const said = parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}${number === 1 ? '' : 's'}`)
  return `${said.join(', ')} (${asked}).`
}
