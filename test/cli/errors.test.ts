import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ANN = 'ann@btinternet.com'

function place() {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'folder'))
  writeFileSync(join(cwd, 'file'), '')
  return {
    cwd,
    env: { HOME: cwd, MAILPROFILE_BASE_URL: 'https://a.example', MAILPROFILE_STORE: 'sqlite:a.db' },
  }
}

describe('what the file system says', () => {
  const sheet = ['export', 'settings-sheet']
  it.each<[readonly string[], string, string]>([
    [
      [...sheet, ANN, '-o', 'no/a.txt'],
      'The file no/a.txt cannot be written: the folder no is not there.',
      'Make the folder first.',
    ],
    [
      [...sheet, ANN, '-o', 'folder'],
      'The file folder cannot be written: it is a folder, not a file.',
      'Check',
    ],
    [
      [...sheet, ANN, '-o', 'file/a.txt'],
      'The file file/a.txt cannot be written: a part of its path is a file, not a folder.',
      'Check',
    ],
    [
      ['qr', '--text', 'x', '-o', 'no/a.png'],
      'The file no/a.png cannot be written: the folder no is not there.',
      'Make the folder first.',
    ],
    [
      ['invite', ANN, '-o', 'no/a.svg'],
      'The file no/a.svg cannot be written: the folder no is not there.',
      'Make the folder first.',
    ],
    [
      [...sheet, '--account', 'no.json'],
      'The account file no.json cannot be read: it is not there.',
      'Check the path',
    ],
    [
      ['check', '--account', 'folder'],
      'The account file folder cannot be read: it is a folder, not a file.',
      'Check the path',
    ],
    [['inspect', 'no'], 'The file no cannot be read: it is not there.', 'Check the path'],
    [
      ['inspect', 'folder'],
      'The file folder cannot be read: it is a folder, not a file.',
      'Check the path',
    ],
    [
      ['providers', 'import', 'no', '--out', 'made'],
      'cannot be read: it is not there.',
      'Check the path',
    ],
    [['providers', 'import', 'file', '--out', 'file'], 'cannot be written: ', 'Check the path'],
  ])('is a sentence with a hint: %j', async (argv, sentence, hint) => {
    const { exitCode, stderr } = await runCli(argv, place())
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^file_error: /)])
    expect(stderr).toContain(sentence)
    expect(stderr.split('\n')[1]).toContain(hint)
    expect(stderr).not.toMatch(/ENOENT|EISDIR|ENOTDIR|open '/)
  })
})

it('about a file of no known format says how to name one', async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'file'), 'hello')
  const { stderr } = await runCli(['inspect', 'file'], { cwd })
  expect(stderr).toMatch(/^unknown_format: .+\nName one with --as: apple-profile, .+\.\n$/)
})

describe('an error under --json', () => {
  it.each<[readonly string[], number, string]>([
    [['lookup', 'ann', '--json'], 1, 'invalid_address'],
    [['lookup', 'ann@nowhere.example', '--json'], 1, 'unknown_domain'],
    [['lookup', '--json'], 2, 'usage_error'],
    [['lookup', ANN, '--json', '--nope'], 2, 'usage_error'],
    [['lookup', ANN, '--json', '--config', 'no.yaml'], 1, 'invalid_configuration'],
    [['inspect', 'no', '--json'], 1, 'file_error'],
    [['inspect', 'file', '--json'], 1, 'unknown_format'],
    [['inspect', 'file', '--as', 'nope', '--json'], 2, 'unknown_format'],
    [['check', '--json'], 2, 'invalid_request'],
    [['check', ANN, '--json', '--password-stdin'], 1, 'invalid_account'],
    [['providers', 'import', 'no', '--out', 'made', '--json'], 1, 'file_error'],
    [['invite', 'ann@nowhere.example', '--json'], 1, 'unknown_domain'],
    [['invite', ANN, '--json', '--expires', '0'], 2, 'invalid_request'],
    [['invite', 'list', '--json', '--limit', 'x'], 2, 'usage_error'],
    [['invite', 'show', 'nope', '--json'], 1, 'not_found'],
    [['keys', 'new', 'a', '--scope', 'x', '--json'], 2, 'invalid_request'],
    [['config', 'dns', 'nowhere.example', '--json'], 1, 'unknown_domain'],
    [['formats', '--json', 'surplus'], 2, 'usage_error'],
    [['nope', '--json'], 2, 'usage_error'],
  ])('is JSON on standard error: %j', async (argv, status, code) => {
    const { exitCode, stdout, stderr } = await runCli(argv, place())
    expect([exitCode, stdout.length]).toEqual([status, 0])
    const json = JSON.parse(stderr) as { error: Record<string, unknown> }
    expect(Object.keys(json)).toEqual(['error'])
    expect(json.error).toMatchObject({ code, message: expect.stringMatching(/^\S.*\S$/) as string })
    const { hint = 'There may be none.' } = json.error
    expect(hint).toMatch(/^\S/)
    expect(json.error['message']).not.toMatch(/^error:|_error: /)
  })

  it('is none of an option, whose value may be a secret', async () => {
    const { stderr } = await runCli(['lookup', '--json', '--passphrase=geheim'])
    expect(JSON.parse(stderr)).toMatchObject({
      error: { message: "unknown option '--passphrase'" },
    })
    expect(stderr).not.toContain('geheim')
  })

  it('is text where --json is a value', async () => {
    const { stderr } = await runCli(['invite', ANN, '--reference', '--json'], place())
    expect(stderr).toBe('')
    const { stderr: text } = await runCli(['qr', 'ann@nowhere.example', '--name', '--json'])
    expect(text).toMatch(/^unknown_domain: /)
  })
})
