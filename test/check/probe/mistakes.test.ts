import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProbedServers, probeDeployment } from '../../support/probed-deployment.js'
import { isMissing, type Program } from '../../support/programs.js'
import { inLongSuite, some } from '../../support/runs.js'
import { suite } from '../../support/suite.js'
import { MISTAKES, WITH_WEBSITE } from './mistakes.js'

const PROGRAMS: readonly Program[] = ['knotd', 'nginx', 'caddy']

describe.skipIf(PROGRAMS.map(isMissing).includes(true))('a probe', () => {
  const folder = suite((path) => path)
  let servers: ProbedServers
  beforeAll(() => {
    servers = new ProbedServers(folder())
  })
  afterAll(() => servers.stop())

  it.each(some(['nginx', 'caddy'] as const, 1))(
    'finds nothing where all is right, behind %s',
    async (proxy) => {
      const { report, exitCode, text } = await probeDeployment(
        { proxy },
        { servers, folder: folder() },
      )
      expect(report.findings).toEqual([])
      expect([exitCode, report.ok, report.compared]).toEqual([0, true, true])
      expect(text).toContain('Every program finds what this configuration tells')
    },
  )

  it('finds as much without the configuration of the server', async () => {
    const { report } = await probeDeployment(
      { isStranger: true, argv: ['--url', 'https://setup.example.com'] },
      { servers, folder: folder() },
    )
    expect(report.findings).toEqual([])
    expect([report.ok, report.compared]).toEqual([true, false])
    const results = report.programs.map(({ id, result }) => [id, result])
    expect(results.filter(([, result]) => result !== 'found')).toEqual([['outlook-new', 'nothing']])
  })

  it('gets there as the built program, too', async () => {
    const { report } = await probeDeployment(
      { isBuilt: true, isStranger: true },
      { servers, folder: folder() },
    )
    const [apple] = report.programs
    expect(apple?.steps.map(({ result }) => result)).toEqual(['found', 'found'])
    // The root that signs is one of those that were added; that baseUrl has no port is a finding.
    expect(apple?.steps.flatMap(({ codes }) => codes)).toEqual([])
    expect(report.findings.map(({ code }) => code)).toContain('base_url_differs')
  })

  inLongSuite('asks the server itself where the setup page is', async () => {
    const { report } = await probeDeployment({ isStranger: true }, { servers, folder: folder() })
    expect([report.findings, report.url]).toEqual([[], 'https://setup.example.com'])
    expect(report.notes.join(' ')).toContain('as the server says itself')
  })

  inLongSuite(
    'lets a website of the domain answer whatever it likes to questions of others',
    async () => {
      const { report } = await probeDeployment(WITH_WEBSITE, { servers, folder: folder() })
      expect(report.findings).toEqual([])
    },
  )

  it('names the port on which this configuration listens', async () => {
    const { report } = await probeDeployment(
      {
        places: [
          [
            'upstream mailprofile {',
            'upstream mailprofile { server 127.0.0.1:1; }\nupstream unused {',
          ],
        ],
        copy: (text) => text.replace(/^listen: .*/m, "listen: { host: '::1', port: 8443 }"),
      },
      { servers, folder: folder() },
    )
    const [{ code, change } = { code: undefined, change: {} }] = report.findings
    expect([code, change.nginx]).toEqual([
      'bad_gateway',
      'upstream mailprofile { server [::1]:8443; }',
    ])
  })

  it.each(some(MISTAKES, 3))('finds it: $name', async (mistake) => {
    const { report, exitCode, text } = await probeDeployment(mistake, {
      servers,
      folder: folder(),
    })
    expect(report.findings.map(({ code }) => code).sort()).toEqual([...mistake.codes].sort())
    expect([exitCode, report.ok]).toEqual([1, false])
    for (const { code, change } of report.findings) {
      expect(text).toContain(` ${code}\n`)
      expect(Object.values(change).join(' ')).not.toMatch(
        /\{(?:host|domain|base|names|record|alias|address|port|listen)\}/,
      )
    }
  })
})
