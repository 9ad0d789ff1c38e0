import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseThunderbirdQr } from '../../src/formats/thunderbird-qr/reader.js'
import { qrCode } from '../../src/qr/qr-code.js'
import { qrTerminal } from '../../src/qr/terminal.js'
import { runCli } from '../support/cli.js'
import { isMissing } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { readQrCode } from '../support/zbar.js'

const env = { MAILPROFILE_BASE_URL: 'https://setup.example.com/mail/' }

describe('qr', () => {
  it.skipIf(isMissing('zbarimg'))('of an address leads to its setup page', async () => {
    const cwd = temporaryFolder()
    const argv = ['qr', 'ann@btinternet.com', '--name', 'Ann & Ed', '-o', 'code.png']
    expect((await runCli(argv, { cwd, env })).exitCode).toBe(0)
    expect(readQrCode(readFileSync(join(cwd, 'code.png')))).toBe(
      'https://setup.example.com/mail/setup?address=ann%40btinternet.com&name=Ann%20%26%20Ed&protocol=imap',
    )
  })

  it('of any text goes to the terminal, dark on white', async () => {
    const { stdout } = await runCli(['qr', '--text', 'hello'], { terminal: true })
    expect(stdout.toString().startsWith('\u001b[38;5;16;48;5;231m  ')).toBe(true)
  })

  it('is written as SVG too, and as nothing else', async () => {
    const cwd = temporaryFolder()
    await runCli(['qr', '--text', 'hello', '-o', 'code.svg'], { cwd })
    expect(readFileSync(join(cwd, 'code.svg'), 'utf8')).toMatch(/^<svg /)
    const { exitCode, stderr } = await runCli(['qr', '--text', 'hello', '-o', 'code.gif'], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^invalid_request: /)])
  })

  it.skipIf(isMissing('zbarimg'))('of Thunderbird is the code that its scanner takes', async () => {
    const cwd = temporaryFolder()
    const argv = ['qr', 'ann@btinternet.com', '--for', 'thunderbird-qr', '-o', 'code.png']
    expect((await runCli(argv, { cwd })).exitCode).toBe(0)
    const text = readQrCode(readFileSync(join(cwd, 'code.png')))
    expect(parseThunderbirdQr(text).accounts[0]?.incoming.host).toBe('mail.btinternet.com')
    // Level L, which shows in the terminal as fewer modules.
    const shown = await runCli(argv.slice(0, -2), { cwd, terminal: true })
    expect(shown.stdout.toString()).toBe(qrTerminal(qrCode(text, { level: 'L' })))
  })

  it('names the formats that can be a code where one is not known', async () => {
    const argv = ['qr', 'ann@btinternet.com', '--for', 'thunderbird-qrs']
    const { stderr } = await runCli(argv, { cwd: temporaryFolder() })
    expect(stderr).toBe(
      'unknown_format: There is no such format.\n' +
        'Did you mean thunderbird-qr? The formats are android-intent, thunderbird-qr, ' +
        'deltachat-link, davx5-link.\n',
    )
  })

  it.each<[string, string[], string, number?]>([
    ['a file', ['ann@btinternet.com', '--for', 'k9-settings'], 'invalid_request', 2],
    ['several links', ['ann@fastmail.com', '--for', 'davx5-link'], 'invalid_request'],
    [
      'a link without its password',
      ['a@btinternet.com', '--for', 'deltachat-link'],
      'unsupported_account',
    ],
    [
      'a link back to nowhere',
      ['a@btinternet.com', '--for', 'android-intent'],
      'base_url_required',
    ],
  ])('is refused for %s', async (_, argv, code, status = 1) => {
    const { exitCode, stderr } = await runCli(['qr', ...argv], { cwd: temporaryFolder() })
    expect([exitCode, stderr]).toEqual([status, expect.stringMatching(new RegExp(`^${code}: `))])
  })
})
