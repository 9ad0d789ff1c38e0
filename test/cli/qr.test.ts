import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { isMissing, program } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const env = { MAILPROFILE_BASE_URL: 'https://setup.example.com/mail/' }

describe('qr', () => {
  it.skipIf(isMissing('zbarimg'))('of an address leads to its setup page', async () => {
    const cwd = temporaryFolder()
    const argv = ['qr', 'ann@btinternet.com', '--name', 'Ann & Ed', '-o', 'code.png']
    expect((await runCli(argv, { cwd, env })).exitCode).toBe(0)
    const text = execFileSync(program('zbarimg'), [
      '--nodbus',
      '--raw',
      '-q',
      join(cwd, 'code.png'),
    ])
    expect(text.toString()).toBe(
      'https://setup.example.com/mail/setup?address=ann%40btinternet.com&name=Ann%20%26%20Ed&protocol=imap\n',
    )
  })

  it('of any text goes to the terminal, dark on white', async () => {
    const { stdout } = await runCli(['qr', '--text', 'hello'])
    expect(stdout.toString().startsWith('\u001b[38;5;16;48;5;231m  ')).toBe(true)
  })

  it('is written as SVG too, and as nothing else', async () => {
    const cwd = temporaryFolder()
    await runCli(['qr', '--text', 'hello', '-o', 'code.svg'], { cwd })
    expect(readFileSync(join(cwd, 'code.svg'), 'utf8')).toMatch(/^<svg /)
    const { exitCode, stderr } = await runCli(['qr', '--text', 'hello', '-o', 'code.gif'], { cwd })
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^invalid_request: /)])
  })
})
