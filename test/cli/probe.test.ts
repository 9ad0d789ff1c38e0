import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { DIAGNOSES } from '../../src/check/probe/diagnoses.js'
import type { ProbeReport } from '../../src/check/probe/report.js'
import { runCli } from '../support/cli.js'
import { networkOf } from '../support/probed-deployment.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const NOWHERE = { ...networkOf({}, []), dial: () => connect({ host: '127.0.0.1', port: 1 }) }
const DEAD = ['--server', '127.0.0.1:1']
const URL_OPTION = ['--url', 'https://setup.example.com']

function run(argv: readonly string[], signal?: AbortSignal) {
  const options = { cwd: temporaryFolder(), network: NOWHERE, ...(signal && { signal }) }
  return runCli(['probe', ...argv], options)
}

describe('probe', () => {
  it.each([
    [],
    ['ann@example.com', '--url', 'setup.example.com'],
    ['ann@example.com', '--url', 'ftp://setup.example.com'],
    ['ann@example.com', '--url', 'https://ann:secret@setup.example.com'],
    ['ann@example.com', '--server', 'ns.example.com'],
    ['ann@example.com', '--timeout', '61'],
    ['ann@example.com', '--timeout', '0'],
  ])('takes no wrong usage: %j', async (...argv) => {
    const { exitCode, stdout, stderr } = await run(argv)
    expect([exitCode, stdout.toString()]).toEqual([2, ''])
    expect(stderr).toMatch(/^[a-z_]+: /)
    expect(stderr).not.toContain('secret')
  })

  it('takes no address that is none', async () => {
    expect(await run(['ann'])).toMatchObject({ exitCode: 1 })
  })

  it('knows nothing of a server without its configuration, and says so', async () => {
    const { exitCode, stdout } = await run(['ann@example.com', ...DEAD, '--json'])
    const report = JSON.parse(stdout.toString()) as ProbeReport
    expect([exitCode, report.ok, report.compared, report.url]).toEqual([1, false, false, undefined])
    expect(report.notes.join(' ')).toMatch(/--config.*--url/s)
    expect(report.findings.map(({ code }) => code)).toEqual(['name_lookup_failed'])
  })

  it('asks for setup page and profile alone where the domain is that of a provider', async () => {
    const { stdout } = await run(['ann@btinternet.com', ...URL_OPTION, ...DEAD, '--json'])
    const report = JSON.parse(stdout.toString()) as ProbeReport
    expect(report.programs.map(({ id }) => id)).toEqual(['apple'])
    expect(report.notes.join(' ')).toContain('not yours')
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    stop.abort()
    const { exitCode, stdout } = await run(
      ['ann@example.com', ...URL_OPTION, ...DEAD, '--json'],
      stop.signal,
    )
    const report = JSON.parse(stdout.toString()) as ProbeReport
    expect([exitCode, report.requests]).toEqual([1, 0])
    expect(report.findings.map(({ code }) => code)).toContain('too_many_requests')
  })

  it('explains every code in its page, and has a line to change for each', () => {
    const page = readFileSync(new URL('../../docs/probe.md', import.meta.url), 'utf8')
    expect(Object.keys(DIAGNOSES).filter((code) => !page.includes(`\`${code}\``))).toEqual([])
    for (const { cause, change } of Object.values(DIAGNOSES)) {
      expect(cause).toMatch(/^[A-Zmh].*[.]$/)
      expect(Object.keys(change).length).toBeGreaterThan(0)
    }
  })
})
