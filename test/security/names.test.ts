import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { isPlainText } from '../../src/account/plain-text.js'
import { exportFormat } from '../../src/formats/export.js'
import { attributes } from '../support/app.js'
import { annJson } from '../support/accounts.js'
import { runCli } from '../support/cli.js'
import { startDiscoveringServer } from '../support/discovering-server.js'
import { startOutside } from '../support/outside.js'
import { promise } from '../support/promise.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Names that are read as others. */
const BAD: Readonly<Record<string, string>> = {
  'right-to-left override': 'Ann \u202Egro.live@',
  'an isolate': '\u2067Ann\u2069',
  'a mark': 'Ann\u200F',
  'zero width space': 'Ann\u200BExample',
  'a joiner in Latin': 'Ann\u200DExample',
  'soft hyphen': 'An\u00ADn',
  'Hangul filler': '\u3164',
  tags: 'Ann\u{E0041}',
  'a variation selector': 'Ann\uFE0F',
  'an @ of full width': 'ann＠bank.com',
  'a small @': 'ann﹫bank.com',
}
const GOOD = [
  'Zoë Müller',
  'نامه\u200Cرسان',
  'ශ්\u200Dරී ලංකා',
  '葛\u{E0100}城',
  '👩🏽\u200D💻 Ann',
  'עדה',
]
const PASSWORD = 'p\u202Ea\u200Bs\u00ADs＠\u3164'

promise(
  'Names, references, user names, providers’ texts and branding hold nothing that cannot be seen, nothing that turns the direction of text, and nothing that only looks like an @. Passwords may hold all of it.',
  () => {
    describe.each(Object.entries(BAD))('%s', (_name, bad) => {
      it('in a link', async () => {
        const server = await startDiscoveringServer(await startOutside())
        const query = `address=ann%40btinternet.com&name=${encodeURIComponent(bad)}`
        for (const path of ['/setup', '/formats/settings-sheet', '/formats/apple-profile']) {
          const response = await fetch(`${server.url}${path}?${query}`)
          expect([path, response.status]).toEqual([path, 400])
          expect(await response.text()).not.toContain(bad)
        }
        const api = await fetch(`${server.url}/api/v1/accounts/ann@btinternet.com?${query}`, {
          headers: { Authorization: `Bearer ${server.apiKey}` },
        })
        expect(api.status).toBe(400)
      })

      it('in an invitation', async () => {
        const server = await startDiscoveringServer(await startOutside())
        for (const field of ['name', 'reference', 'username']) {
          const response = await fetch(`${server.url}/api/v1/invitations`, {
            method: 'POST',
            headers: {
              Authorization: `Bearer ${server.apiKey}`,
              'Content-Type': 'application/json',
            },
            body: JSON.stringify({ address: 'ann@btinternet.com', [field]: bad }),
          })
          expect([field, response.status]).toEqual([field, 400])
          expect(await response.text()).toContain(field)
        }
      })

      it('on the command line, in an account, a provider and the branding', async () => {
        const cwd = temporaryFolder()
        const at = { cwd, env: { HOME: cwd } }
        const code = async (argv: readonly string[], more = {}) => {
          const { exitCode, stderr, stdout } = await runCli(argv, { ...at, ...more })
          // A line of a file is shown with its mistake, but not with what cannot be seen in it.
          expect(isPlainText(`${stderr}${stdout.toString()}`.replaceAll(/[\n＠﹫]/g, ''))).toBe(
            true,
          )
          return [exitCode, stderr.split(':')[0]]
        }
        const lookup = ['lookup', 'ann@btinternet.com']
        expect(await code([...lookup, '--name', bad])).toEqual([1, 'invalid_account'])
        for (const option of ['--name', '--reference', '--username']) {
          const env = { HOME: cwd, MAILPROFILE_BASE_URL: 'https://setup.example.com' }
          const argv = ['invite', 'ann@btinternet.com', option, bad]
          expect(await code(argv, { env })).toEqual([1, 'invalid_request'])
        }
        for (const account of [
          annJson({ identity: { address: 'ann@example.com', name: bad } }),
          { ...annJson(), accountName: bad },
          annJson({ incoming: { username: bad } }),
          annJson({ outgoing: { username: bad } }),
        ]) {
          writeFileSync(join(cwd, 'ann.json'), JSON.stringify(account))
          const argv = ['export', 'settings-sheet', '--account', 'ann.json', '-o', '-']
          expect(await code(argv)).toEqual([1, 'invalid_account'])
        }
        for (const key of ['name', 'contact']) {
          const env = { HOME: cwd, [`MAILPROFILE_BRANDING_${key.toUpperCase()}`]: bad }
          expect(await code(lookup, { env })).toEqual([1, 'invalid_configuration'])
        }
        const shipped = readFileSync(new URL('../../providers/bt.yaml', import.meta.url), 'utf8')
        for (const yaml of [
          shipped.replace(/^name:.*$/m, `name: ${JSON.stringify(bad)}`),
          `${shipped.replace(/^notes:[^]*?(?=^\S)/m, '')}notes: [{ text: ${JSON.stringify(bad)} }]\n`,
          shipped.replaceAll(/username: .*$/gm, `username: ${JSON.stringify(bad)}`),
        ]) {
          writeFileSync(join(cwd, 'bt.yaml'), yaml)
          expect(await code([...lookup, '--providers', cwd])).toEqual([1, 'invalid_configuration'])
        }
      })
    })

    it.each(GOOD)('but %s is a name', async (name) => {
      const server = await startDiscoveringServer(await startOutside())
      const query = `address=ann%40btinternet.com&name=${encodeURIComponent(name)}`
      const page = await (await fetch(`${server.url}/setup?${query}`)).text()
      expect(page).toContain(name)
      const link = attributes(page, 'href').find((href) => href.startsWith('/formats/settings'))
      expect(await (await fetch(`${server.url}${link ?? ''}`)).text()).toContain(name)
    })

    it('and a password is whatever it is', async () => {
      const account = parseAccount(annJson({ incoming: { password: PASSWORD } }))
      const { body } = await exportFormat('k9-settings', account)
      expect(Buffer.from(body).toString('utf8')).toContain(`<password>${PASSWORD}</password>`)
      const cwd = temporaryFolder()
      const { stdout } = await runCli(
        ['export', 'k9-settings', 'ann@btinternet.com', '--password-stdin', '-o', '-'],
        { cwd, env: { HOME: cwd }, stdin: `${PASSWORD}\n` },
      )
      expect(stdout.toString('utf8')).toContain(PASSWORD)
      const server = await startDiscoveringServer(await startOutside())
      const made = await fetch(`${server.url}/api/v1/invitations`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${server.apiKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ address: 'ann@btinternet.com', password: PASSWORD }),
      })
      expect(made.status).toBe(201)
    })
  },
)

// The cursor's, the title's, C1, DEL, overrides, what cannot be seen, and an end of the line.
const NASTY =
  '\u001b]0;owned\u0007\u001b[2J\u009b31m\u007f\u202eevil\u2066\u200b\u{E0041}\nWarning: all is well'
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e\u2066]|\u{E0041}/u
// JSON and plain text write them alike.
const WRITTEN = '\\u202eevil'

promise(
  'What the command line prints of a file, an argument or the network moves no cursor and turns no text around; in what `inspect` shows of a file no value becomes a line of its own.',
  () => {
    const account = parseAccount({ ...annJson(), accountName: 'PLACE' })
    const made = async (id: string, name: string) => {
      const { body } = await exportFormat(id, account, { unsigned: true })
      return Buffer.from(body).toString('utf8').replaceAll('PLACE', name)
    }
    // What XML may hold of it.
    const inXml = '\u009b31m\u007f\u202eevil\u2066\u200b\u{E0041}\nWarning: all is well'

    it.each([
      ['settings-sheet', NASTY.replace('\n', '\u2028')],
      ['apple-profile', inXml],
      ['k9-settings', inXml],
    ])('of a file that is inspected: %s', async (id, name) => {
      const cwd = temporaryFolder()
      const content = await made(id, name)
      expect(content).toMatch(UNSEEN)
      writeFileSync(join(cwd, 'file.bin'), content)
      const text = await runCli(['inspect', 'file.bin'], { cwd })
      const json = await runCli(['inspect', 'file.bin', '--json'], { cwd })
      for (const { exitCode, stdout, stderr } of [text, json]) {
        const printed = `${stdout.toString('utf8')}${stderr}`
        expect([exitCode, UNSEEN.test(printed)]).toEqual([0, false])
        expect(printed).not.toMatch(/^Warning: all is well/m)
      }
      const report = JSON.parse(json.stdout.toString('utf8')) as object
      if (id === 'settings-sheet') return
      // JSON is the same JSON.
      expect(json.stdout.toString('utf8')).toContain(WRITTEN)
      expect(text.stdout.toString('utf8')).toContain(WRITTEN)
      expect(JSON.stringify(report)).toContain('\u202eevil\u2066')
    })

    it('of a file that nobody knows, or by a format that nobody knows', async () => {
      const cwd = temporaryFolder()
      writeFileSync(join(cwd, 'file.bin'), NASTY)
      for (const [status, more] of [
        [1, []],
        [1, ['--as', 'apple-profile']],
        [2, ['--as', NASTY]],
      ] as const) {
        const { exitCode, stderr } = await runCli(['inspect', 'file.bin', ...more], { cwd })
        expect([exitCode, UNSEEN.test(stderr)]).toEqual([status, false])
      }
    })

    it.each([
      [['lookup', NASTY]],
      [[NASTY]],
      [['lookup', 'ann@example.com', NASTY]],
      [['export', NASTY, 'ann@example.com']],
      [['lookup', 'ann@example.com', `--${NASTY}`]],
      [['lookup', 'ann@example.com', '--config', NASTY]],
      [['inspect', NASTY]],
      [['qr', '--text', 'a', '-o', `/nowhere/${NASTY}.svg`]],
      [['providers', 'import', NASTY, '--out', 'x']],
    ])('of the arguments %j', async (argv) => {
      const cwd = temporaryFolder()
      const { exitCode, stdout, stderr } = await runCli(argv, { cwd, env: { HOME: cwd } })
      expect(exitCode).not.toBe(0)
      expect(`${stdout.toString('utf8')}${stderr}`).not.toMatch(UNSEEN)
    })

    it('of a file of the configuration, or of providers', async () => {
      const cwd = temporaryFolder()
      const at = { cwd, env: { HOME: cwd } }
      const inYaml = '\u202eevil\u2066\u200b'
      writeFileSync(join(cwd, 'mailprofile.yaml'), `listen: { ho${inYaml}st: 1 }\n`)
      const { stderr } = await runCli(['lookup', 'ann@btinternet.com'], at)
      expect(stderr).toMatch(/^invalid_configuration/)
      expect(stderr).not.toMatch(UNSEEN)
      const check = await runCli(['config', 'check'], at)
      expect(check.stdout.toString('utf8')).not.toMatch(UNSEEN)
    })

    it('but the bytes of a format, and colours of our own, are as they are', async () => {
      const cwd = temporaryFolder()
      const at = { cwd, env: { HOME: cwd } }
      const sheetArgv = [
        'export',
        'settings-sheet',
        'ann@btinternet.com',
        '--name',
        '👩🏽\u200D💻',
        '-o',
        '-',
      ]
      expect((await runCli(sheetArgv, at)).stdout.toString('utf8')).toContain('👩🏽\u200D💻')
      const qr = await runCli(['qr', '--text', 'a'], { ...at, terminal: true })
      expect(qr.stdout.toString('utf8')).toContain('\u001b[0m')
    })
  },
)
