import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { CheckReport } from '../../src/check/report.js'
import { annJson } from '../support/accounts.js'
import { withFreePorts } from '../support/free-ports.js'
import { isMissing, needsRoot, program } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { answering, fakeServer } from './fake-server.js'
import { check, outcome, serverOf } from './steps.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }))

describe('the name', () => {
  it.each([
    ['does not exist', failing('ENOTFOUND'), 'name_not_found'],
    ['has no addresses', () => Promise.resolve([]), 'name_not_found'],
    ['cannot be asked for', failing('EAI_AGAIN'), 'name_lookup_failed'],
    ['is not answered', () => new Promise<string[]>(() => undefined), 'name_lookup_failed'],
    ['leads to no addresses', () => Promise.resolve(['../etc/passwd']), 'name_not_found'],
  ])('%s', async (_name, resolve, code) => {
    const report = await check(annJson(), { resolve, timeout: 100 })
    expect(report.ok).toBe(false)
    for (const server of report.servers) {
      const { resolution, ...rest } = outcome(server)
      expect(resolution).toBe(code)
      expect(new Set(Object.values(rest))).toEqual(new Set(['skipped']))
    }
  })

  it('is not asked for when it is an address', async () => {
    const { port } = await fakeServer(answering('220 hi\r\n', []))
    const server = { host: '127.0.0.1', port }
    const report = await check(annJson({ incoming: server, outgoing: server }), {
      resolve: failing('ENOTFOUND'),
    })
    expect(outcome(serverOf(report, 'incoming'))).toMatchObject({
      resolution: 'ok',
      connection: 'ok',
      tls: 'starts_in_clear',
    })
  })
})

describe('the connection', () => {
  const connection = async (addresses: string[], port: number) => {
    const server = { host: 'localhost', port, security: 'starttls' }
    const report = await check(annJson({ incoming: server, outgoing: server }), {
      resolve: () => Promise.resolve(addresses),
      timeout: 1000,
    })
    return serverOf(report, 'incoming').steps.find(({ step }) => step === 'connection')
  }

  it('is refused', async () => {
    const found = await withFreePorts(['closed'], ({ closed }) => connection(['127.0.0.1'], closed))
    expect(found).toMatchObject({
      status: 'failed',
      code: 'connection_refused',
      detail: '127.0.0.1: refused',
    })
  })

  it('is kept where one address of several works', async () => {
    const { port } = await fakeServer(answering('* OK hi\r\n', []))
    const found = await connection(['127.0.0.3', '127.0.0.1'], port)
    expect(found).toMatchObject({ status: 'warning', code: 'some_addresses_fail' })
    expect(found?.detail).toMatch(/^127\.0\.0\.3: refused; 127\.0\.0\.1 in \d+ ms$/)
  })

  it('is told by family', async () => {
    const { port } = await fakeServer(answering('* OK hi\r\n', []))
    const found = await connection(['::1', '127.0.0.1'], port)
    // A computer without IPv6 cannot tell.
    if (found?.status === 'ok') expect(found.detail).toContain('IPv6 not tried')
    else expect(found).toMatchObject({ status: 'warning', code: 'ipv6_fails' })
  })
})

const noNamespaces = () => isMissing('unshare') || needsRoot()

/** The check's report on a computer that has no way to anywhere. */
async function checkWithoutNetwork(host: string): Promise<CheckReport> {
  const file = join(temporaryFolder(), 'ann.json')
  writeFileSync(file, JSON.stringify(annJson({ incoming: { host }, outgoing: { host } })))
  const command = [BIN, 'check', '--account', file, '--json']
  const run = promisify(execFile)(program('unshare'), [...['-n', process.execPath], ...command])
  // It exits with 1, as something failed.
  const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string })
  return JSON.parse(stdout) as CheckReport
}

describe.skipIf(noNamespaces())('a computer without a way to', () => {
  it.each([
    ['IPv6', '2001:db8::1', 'no_ipv6_here'],
    ['IPv4', '192.0.2.1', 'unreachable'],
  ])('%s says so of itself', async (_family, host, code) => {
    const report = await checkWithoutNetwork(host)
    for (const server of report.servers) expect(outcome(server)).toMatchObject({ connection: code })
  })
})
