import type { ConfigurationFinding } from '../server/configuration-finding.js'

const STATE_WIDTH = 'warning'.length

/** Findings for a person: a line each, with what to do below it. */
export function findingsAsText(findings: readonly ConfigurationFinding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length))
  const indent = ' '.repeat(STATE_WIDTH + width + 4)
  const lines = findings.map(({ subject, state, message, hint }) => {
    const [first = '', ...more] = [message, ...(hint === undefined ? [] : [hint])]
      .join('\n')
      .split('\n')
    const below = more.map((line) => (line === '' ? '\n' : `${indent}${line}\n`)).join('')
    return `${state.padEnd(STATE_WIDTH)}  ${subject.padEnd(width)}  ${first}\n${below}`
  })
  return `${lines.join('')}\n${verdict(findings)}\n`
}

/** The same for a program. */
export function findingsAsJson(findings: readonly ConfigurationFinding[]): string {
  const isOk = findings.every(({ state }) => state !== 'error')
  return `${JSON.stringify({ ok: isOk, findings }, null, 2)}\n`
}

function verdict(findings: readonly ConfigurationFinding[]): string {
  const count = (wanted: ConfigurationFinding['state']) =>
    findings.filter(({ state }) => state === wanted).length
  const warnings = count('warning')
  const more =
    warnings === 0 ? '' : `, with ${warnings === 1 ? 'a warning' : `${warnings} warnings`}`
  return count('error') > 0 ? 'The server would not start.' : `The server can start${more}.`
}
