import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { qrPlain } from '../../src/qr/plain.js'
import { qrPng } from '../../src/qr/png.js'
import { qrCode } from '../../src/qr/qr-code.js'
import { qrTerminal } from '../../src/qr/terminal.js'
import { runCli } from '../support/cli.js'
import { bringDevelopmentCertificate } from '../support/development-certificate.js'
import { isMissing } from '../support/programs.js'
import { runOnTerminal } from '../support/pty.js'
import { some } from '../support/runs.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { readQrCode } from '../support/zbar.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const ESCAPE = '\u001b'
const TEXT = 'https://setup.example.com/'

describe.skipIf(isMissing('script'))('--password-stdin on a terminal', () => {
  const argv = ['export', 'k9-settings', 'ann@btinternet.com', '--password-stdin', '-o', 'ann.k9s']

  const ENDINGS: readonly [string, string | Uint8Array, string][] = [
    ['typed', 'gehéim 1\r', 'gehéim 1'],
    ['ended by a line feed', 'geheim\n', 'geheim'],
    ['that a key of the terminal ends', 'geheim\u0004', 'geheim'],
    ['with mistakes taken back', 'wrong\u0015gehö\u007f\beim\r', 'geeim'],
  ]
  it.each(some(ENDINGS, 1))(
    'asks for one, %s, and shows nothing of it',
    async (_name, keys, password) => {
      const cwd = temporaryFolder()
      const { exitCode, shown } = await runOnTerminal(
        [process.execPath, BIN, ...argv],
        [['Password: ', keys]],
        { cwd },
      )
      expect([exitCode, shown]).toEqual([
        0,
        expect.stringMatching(/^Password: \r\nWrote ann\.k9s /),
      ])
      expect(shown).not.toMatch(/geh|eim|wrong/)
      expect(readFileSync(join(cwd, 'ann.k9s'), 'utf8')).toContain(
        `<password>${password}</password>`,
      )
    },
  )

  const REFUSED: readonly [string, string | Uint8Array, RegExp][] = [
    ['nothing but Enter', '\r', /invalid_account: The value of password is empty/],
    ['Ctrl-C', 'geheim\u0003', /invalid_account: No password was typed\./],
    ['no UTF-8', Buffer.from([0x67, 0xfc, 0x0d]), /invalid_account: The password is not UTF-8\./],
    ['an arrow key', 'geheim\u001b[D\r', /invalid_account: .*control character/],
  ]
  it.each(some(REFUSED, 1))('takes no password of %s', async (_name, keys, sentence) => {
    const { exitCode, shown } = await runOnTerminal(
      [process.execPath, BIN, ...argv],
      [['Password: ', keys]],
      { cwd: temporaryFolder() },
    )
    expect([exitCode, shown]).toEqual([1, expect.stringMatching(sentence)])
    expect(shown).not.toContain('geheim')
  })

  it('asks for none where the rest of the line is wrong', async () => {
    const { exitCode, shown } = await runOnTerminal(
      [process.execPath, BIN, 'invite', 'ann@btinternet.com', '--password-stdin', '--window=61'],
      [],
      { cwd: temporaryFolder() },
    )
    expect([exitCode, shown]).toEqual([2, expect.stringMatching(/^invalid_request: .*window/)])
  })

  it('leaves the terminal as it was', async () => {
    const cwd = temporaryFolder()
    const command = `${[process.execPath, BIN, ...argv].join(' ')}; stty -a`
    const { shown } = await runOnTerminal(['sh', '-c', command], [['Password: ', 'x\r']], { cwd })
    expect(shown).toMatch(/ icanon /)
    expect(shown).toMatch(/ echo /)
  })
})

describe('colours', () => {
  const env = { HOME: '/', TERM: 'xterm' }

  it.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['into a pipe', {}, false],
    ['on a terminal under NO_COLOR', { NO_COLOR: '1' }, true],
    ['on a terminal that knows none', { TERM: 'dumb' }, true],
  ])('are not written %s', async (_name, more, terminal) => {
    const cwd = temporaryFolder()
    const set = {
      ...env,
      ...more,
      MAILPROFILE_BASE_URL: 'https://setup.example.com',
      MAILPROFILE_STORE: 'sqlite:a.db',
    }
    for (const argv of [
      ['qr', '--text', TEXT],
      ['qr', '--text', TEXT, '-o', '-'],
      ['invite', 'ann@btinternet.com'],
      ['invite', 'list'],
      ['lookup', 'ann@btinternet.com'],
      ['formats'],
      ['config', 'check'],
      ['check', '--help'],
      ['nope'],
    ]) {
      const { stdout, stderr } = await runCli(argv, { cwd, env: set, terminal })
      expect([argv, `${stdout.toString()}${stderr}`.includes(ESCAPE)]).toEqual([argv, false])
    }
  })

  it('are written on a terminal, also under an empty NO_COLOR', async () => {
    const options = { env: { ...env, NO_COLOR: '' }, terminal: true }
    const { stdout } = await runCli(['qr', '--text', TEXT], options)
    expect(stdout.toString()).toBe(qrTerminal(TEXT))
  })

  it.skipIf(isMissing('script'))('are those of the code that a server shows', async () => {
    const serve = async (more: Readonly<Record<string, string>>) => {
      const cwd = temporaryFolder()
      await bringDevelopmentCertificate(cwd, { HOME: cwd })
      const { shown } = await runOnTerminal(
        [process.execPath, BIN, 'serve', '--port', '0'],
        [['"listening"', '\u0003']],
        {
          cwd,
          env: { ...more, MAILPROFILE_BASE_URL: 'https://setup.example.com' },
        },
      )
      return shown
    }
    expect(await serve({})).toContain(`${ESCAPE}[`)
    const plain = await serve({ NO_COLOR: '1' })
    expect(plain).not.toContain(ESCAPE)
    expect(plain.replaceAll('\r', '')).toContain(qrPlain('https://setup.example.com'))
  })
})

describe('a code without colours', () => {
  // As a terminal shows it: each character is two modules, ink above paper.
  function modules(plain: string, isInkDark: boolean): boolean[][] {
    return plain
      .replace(/\n$/, '')
      .split('\n')
      .flatMap((line) => [
        Array.from(line, (cell) => '█▀'.includes(cell) === isInkDark),
        Array.from(line, (cell) => '█▄'.includes(cell) === isInkDark),
      ])
  }

  it.skipIf(isMissing('zbarimg')).each([
    ['dark paper', {}, false],
    ['a terminal that tells of dark paper', { COLORFGBG: '15;default;0' }, false],
    ['light paper', { COLORFGBG: '0;15' }, true],
  ])('is read from %s', async (_name, env, isInkDark) => {
    const { stdout } = await runCli(['qr', '--text', TEXT], { env })
    const shown = modules(stdout.toString(), isInkDark)
    // The margin has an odd number of rows with the code: what is below it is paper.
    expect(shown.length % 2).toBe(0)
    expect(readQrCode(qrPng(shown.slice(0, -1)))).toBe(TEXT)
    expect(shown.slice(4, -5).map((row) => row.slice(4, -4))).toEqual(qrCode(TEXT))
  })
})
