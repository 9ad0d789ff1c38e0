import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const COMMANDS = [
  ['lookup', 'ann@example.com'],
  ['export', 'settings-sheet', 'ann@example.com'],
  ['check', 'ann@example.com'],
]

/** What a command says where nobody knows the settings of the domain. */
async function said(argv: readonly string[], configuration: string): Promise<string> {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'providers'))
  writeFileSync(join(cwd, 'mailprofile.yaml'), `${configuration}\nproviders: providers\n`)
  writeFileSync(join(cwd, 'domains.txt'), 'example.com\n')
  const { exitCode, stderr } = await runCli(argv, { cwd, env: { MAILPROFILE_STORE: 'memory:' } })
  expect(exitCode).toBe(1)
  return stderr
}

describe('a domain of the operator’s that no provider file names', () => {
  it.each([
    ['serve.domains', 'serve: { domains: [example.com] }'],
    ['serve.domainsFile', 'serve: { domainsFile: domains.txt }'],
    [
      'tenants[0].domains',
      'tenants: [{ baseUrl: https://setup.example.org, domains: [example.com] }]',
    ],
  ])('is called such, where %s has it', async (key, configuration) => {
    for (const argv of COMMANDS) {
      expect(await said(argv, configuration)).toBe(
        'unknown_domain: No settings are known for example.com.\n' +
          `${key} has it, and no provider file does: “mailprofile config check” says which are read.\n`,
      )
    }
  })

  it('is not, where nobody has named it', async () => {
    for (const argv of COMMANDS) {
      expect(await said(argv, 'branding: {}')).toMatch(/\nCheck the part after the @/)
    }
  })
})
