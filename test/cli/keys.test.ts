import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { findApiKey } from '../../src/http/api/key.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('keys new', () => {
  it.each([
    ['helpdesk', [], ['invitations:write', 'invitations:read', 'accounts:read'], undefined],
    [
      'null',
      ['--scope', 'invitations:read', '--scope', 'invitations:all'],
      ['invitations:read', 'invitations:all'],
      undefined,
    ],
    [
      '4711',
      ['--domain', 'Example.com', '--domain', 'müller.example'],
      ['invitations:write', 'invitations:read', 'accounts:read'],
      ['example.com', 'xn--mller-kva.example'],
    ],
  ])('%s prints lines that the configuration takes', async (name, argv, scopes, domains) => {
    const { exitCode, stdout } = await runCli(['keys', 'new', name, ...argv])
    expect(exitCode).toBe(0)
    const text = stdout.toString()
    const [key = ''] = /^mp_[\w-]{43}$/m.exec(text) ?? []
    expect(text).toContain('where there are keys already')
    const yaml = text.slice(text.indexOf('api:\n'))
    expect(yaml).not.toContain(key)
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'mailprofile.yaml'), yaml)
    const { api } = await loadConfig({ cwd, env: {} })
    expect(findApiKey(api.keys, key)).toMatchObject({ name, scopes })
    expect(api.keys[0]?.domains).toEqual(domains)
  })

  it('makes another one every time, and prints JSON for programs', async () => {
    const made = async () => {
      const { stdout } = await runCli(['keys', 'new', 'helpdesk', '--json'])
      return JSON.parse(stdout.toString()) as { key: string; hash: string }
    }
    const [first, second] = [await made(), await made()]
    expect(Object.keys(first)).toEqual(['key', 'hash'])
    expect(first.key).not.toBe(second.key)
    const entry = { name: 'helpdesk', hash: first.hash, scopes: [] }
    expect(findApiKey([entry], first.key)).toBe(entry)
    expect(findApiKey([entry], second.key)).toBeUndefined()
  })

  it.each([
    ['a name with a space', ['help desk'], /^invalid_request: NAME: /],
    ['a name that is a line of YAML', ['a\nb'], /^invalid_request: NAME: /],
    ['the name of the command line', ['cli'], /^invalid_request: NAME: /],
    ['a scope that is none', ['a', '--scope', 'all'], /^invalid_request: --scope: .*accounts:read/],
    ['a domain that is none', ['a', '--domain', 'a b'], /^invalid_request: --domain: /],
  ])('refuses %s', async (_name, argv, error) => {
    const { exitCode, stdout, stderr } = await runCli(['keys', 'new', ...argv])
    expect([exitCode, stdout.length]).toEqual([2, 0])
    expect(stderr).toMatch(error)
  })

  it('wants a name', async () => {
    expect((await runCli(['keys', 'new'])).exitCode).toBe(2)
  })
})
