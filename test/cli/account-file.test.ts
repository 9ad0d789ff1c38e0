import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { annJson } from '../support/accounts.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('a mistake in an account file', () => {
  const json = JSON.stringify(annJson(), null, 2)
  const lineOf = (text: string, word: string) =>
    text.slice(0, text.indexOf(word)).split('\n').length

  it.each<[name: string, text: string, line: number, message: RegExp]>([
    [
      'a wrong port',
      json.replace('"port": 993', '"port": "993"'),
      lineOf(json, '"port": 993'),
      /incoming\.port has to be a whole number from 1 to 65535/,
    ],
    [
      'a missing key',
      json.replace('"security": "tls",', ''),
      lineOf(json, '"incoming"'),
      /incoming\.security is missing: it has to be one of tls, starttls, none/,
    ],
    [
      'an address that is none',
      json.replace(/"address": "[^"]*"/, '"address": "ann"'),
      lineOf(json, '"address"'),
      /has a name, an @ and a domain/,
    ],
    ['no JSON', '{\n  "identity": 1,\n  "incoming" 2\n}', 3, /is not JSON/],
    ['a list', '[]', 1, /The account has to be an object with identity, /],
  ])('is told with its place: %s', async (_name, text, line, message) => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'ann.json'), text)
    const argv = ['export', 'settings-sheet', '--account', 'ann.json', '-o', '-']
    const { exitCode, stderr } = await runCli(argv, { cwd })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(new RegExp(`^invalid_\\w+: .*ann\\.json:${line}:\\d+: `))
    expect(stderr).toMatch(message)
  })
})
