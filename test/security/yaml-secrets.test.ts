import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { MailProfileError } from '../../src/errors.js'
import { runCli } from '../support/cli.js'
import { plantedConfiguration } from '../support/planted-configurations.js'
import { damaged, pieceIn, SECRETS, seededRandom } from '../support/planted-secrets.js'
import { promise } from '../support/promise.js'
import { runs, some } from '../support/runs.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { writeAnew } from '../support/write-anew.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const [SECRET] = SECRETS

/** Everything that an error could show anybody. */
function shown(error: unknown): string {
  if (!(error instanceof MailProfileError)) throw error
  const { message, hint, field } = error
  return [message, hint, field].join('\n')
}

function folderWith(yaml: string): string {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), yaml)
  return cwd
}

/** The real program with a configuration: all that it prints. */
function printed(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, ...argv], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    encoding: 'utf8',
  })
  return { text: stdout + stderr, status }
}

// Each with the secret in a place where some mistake of typing puts it.
const MISTAKES: readonly (readonly [mistake: string, yaml: string])[] = [
  ['no space after the colon', `signing: { passphrase:${SECRET} }`],
  ['no space after the colon, in a block', `signing:\n  passphrase:${SECRET}\n  key: a`],
  ['no colon', `signing:\n  key: a.pem\n  passphrase ${SECRET}\n`],
  ['no colon, in a flow', `signing: { passphrase ${SECRET}, key: a }`],
  ['no key', `signing: { key: a.pem, ${SECRET} }`],
  ['a key of another name', `tls:\n  pass: ${SECRET}`],
  ['a key of another name twice', `tls:\n  pass: a\n  pass: ${SECRET}`],
  ['the key twice', `tls:\n  passphrase: a\n  passphrase: ${SECRET}`],
  ['a list for a map', `- passphrase: ${SECRET}`],
  ['the secret alone', SECRET],
  ['the secret as a key', `tls: { ${SECRET}: passphrase }`],
  ['the secret in place of a number', `listen: { port: ${SECRET} }`],
  ['the secret in place of an address', `baseUrl: ${SECRET}`],
  ['the secret in place of a switch', `pacc: { enabled: ${SECRET} }`],
  ['the secret in place of a word', `log: { level: ${SECRET} }`],
  ['the secret in place of a domain', `serve: { domains: [a ${SECRET}] }`],
  ['the secret in place of a network', `trustProxy: [${SECRET}]`],
  ['an anchor', `tls: { passphrase: &${SECRET} , key: [}`],
  ['an alias', `tls: { key: *${SECRET} }`],
  ['a tag', `tls: { key: !${SECRET} a }`],
  ['a directive', `%${SECRET} x\n---\ntls: {}\n`],
  ['a comment beside a mistake', `listen: { prot: 1 } # was ${SECRET}`],
  ['a neighbour of a mistake', `{ tls: { passphrase: ${SECRET} }, listen: { prot: 1 } }`],
  ['a neighbour of a torn one', `{ tls: { passphrase: ${SECRET}, listen: { prot: 1 } }`],
  ['a block that ends too early', `tls:\n  passphrase: |\n    a\n  ${SECRET}\n  key: b\n`],
  ['a tab', `tls:\n\tpassphrase: ${SECRET}\n`],
  ['a colon too many', `tls:\n  key: passphrase: ${SECRET}\n`],
  ['a bad escape', `tls:\n  passphrase: "\\q${SECRET}"\n`],
  ['a quote that is not closed', `tls:\n  passphrase: "${SECRET}\n  key: b\n`],
  ['a quote that is closed too early', `tls:\n  passphrase: 'a'${SECRET}\n`],
  ['a bracket', `tls:\n  passphrase: ]${SECRET}\n`],
  ['a forbidden beginning', `tls:\n  passphrase: @${SECRET}\n`],
  ['a second document', `tls: {}\n---\npassphrase: ${SECRET}\n`],
  ['a store that is none', `store: redis:/:${SECRET}@host`],
  ['a key that is a list', `? [${SECRET}, a]\n: 1\n`],
  ['lines joined', `listen: { port: 1 } store: redis://:${SECRET}@host`],
  [
    'a PEM in place of a path',
    `tls:\n  certificate: a\n  key: |\n    -----BEGIN X\n    ${SECRET}\n`,
  ],
]

promise(
  'No error about a configuration file shows anything of it but line, column and known keys.',
  () => {
    it.each(MISTAKES)('%s', async (_mistake, yaml) => {
      const cwd = folderWith(yaml)
      const error: unknown = await loadConfig({ env: {}, cwd }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'invalid_configuration' })
      expect(pieceIn(shown(error))).toBeUndefined()
      expect((error as Error).message).toMatch(/mailprofile\.yaml:\d+:\d+: /)
    })

    it('of which a caret points at the place', async () => {
      const yaml = `signing: { passphrase: ${SECRET}, key: [a], certificate: b } # ${SECRET}`
      await expect(loadConfig({ env: {}, cwd: folderWith(yaml) })).rejects.toMatchObject({
        message: expect.stringMatching(
          /:1:45: signing\.key must be text\n\n {2}signing: \{ passphrase: …, key: \[…\], certificate: … \} …\n {33}\^$/,
        ) as string,
      })
    })

    it('in thousands of damaged ones', async () => {
      const random = seededRandom(20_261_128)
      const cwd = temporaryFolder()
      let refused = 0
      for (let i = 0; i < runs(3000); i++) {
        const yaml = damaged(plantedConfiguration(random), random)
        writeAnew(join(cwd, 'mailprofile.yaml'), yaml)
        const error: unknown = await loadConfig({ env: {}, cwd }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        if (error === undefined) continue
        refused++
        const text = shown(error)
        if (pieceIn(text) !== undefined) expect([yaml, text]).toBeUndefined()
      }
      expect(refused).toBeGreaterThan(runs(1000))
    })

    it('as the program prints it', () => {
      for (const [mistake, yaml] of some(MISTAKES, 2)) {
        const { text, status } = printed(['serve'], folderWith(yaml))
        expect([mistake, status, pieceIn(text)]).toEqual([mistake, 1, undefined])
        expect(text).toMatch(/^invalid_configuration: .*mailprofile\.yaml:\d+:\d+: /)
      }
    })

    it('of a provider neither, where somebody wrote a password into it', async () => {
      const cwd = folderWith('providers: providers\nstore: "memory:"\n')
      mkdirSync(join(cwd, 'providers'))
      for (const line of [`password: ${SECRET}`, `password ${SECRET}`, `notes: ${SECRET}`]) {
        writeFileSync(join(cwd, 'providers/a.yaml'), `id: a\nname: A\n${line}\n`)
        const { exitCode, stderr } = await runCli(['lookup', 'a@a.example'], { cwd })
        expect(exitCode).toBe(1)
        expect(stderr).toMatch(/a\.yaml:\d+:\d+: /)
        expect(pieceIn(stderr)).toBeUndefined()
      }
    })
  },
)

promise(
  'No error about a variable, an option, an account file or a password on standard input shows its value.',
  () => {
    it.each(
      some<[string, Readonly<Record<string, string>>]>(
        [
          ['the secret as the path of its file', { MAILPROFILE_SIGNING_PASSPHRASE_FILE: SECRET }],
          ['a store', { MAILPROFILE_STORE: `redis:${SECRET}` }],
          ['JSON that is none', { MAILPROFILE_API_KEYS: `[{"hash": ${SECRET}}]` }],
          ['a key in JSON', { MAILPROFILE_API_KEYS: `[{"${SECRET}": 1}]` }],
          [
            'a key itself',
            { MAILPROFILE_TLS_KEY: `-----BEGIN X\n${SECRET}`, MAILPROFILE_TLS_CERTIFICATE: 'a' },
          ],
          ['a colon for =', { [`MAILPROFILE_TLS_PASSPHRASE:${SECRET}`]: '' }],
          ['a number', { PORT: SECRET }],
        ],
        2,
      ),
    )('variable: %s', (_name, env) => {
      const { text, status } = printed(['serve'], temporaryFolder(), env)
      expect(status).toBe(1)
      expect(text).toMatch(/^invalid_configuration: /)
      expect(pieceIn(text)).toBeUndefined()
    })

    it('option', () => {
      const { text, status } = printed(['serve', `--passphrase=${SECRET}`], temporaryFolder())
      expect(status).toBe(2)
      expect(text).toContain("unknown option '--passphrase'")
      expect(pieceIn(text)).toBeUndefined()
    })

    it('account file, in thousands of damaged ones', async () => {
      const random = seededRandom(7)
      const cwd = temporaryFolder()
      let refused = 0
      for (let i = 0; i < runs(1000); i++) {
        const json = damaged(accountWith(SECRETS[i % SECRETS.length] ?? SECRET), random)
        writeAnew(join(cwd, 'account.json'), json)
        const { exitCode, stderr } = await runCli(
          ['export', 'settings-sheet', '--account', 'account.json', '-o', '-'],
          { cwd },
        )
        if (exitCode === 0) continue
        refused++
        if (pieceIn(stderr) !== undefined) expect([json, stderr]).toBeUndefined()
      }
      expect(refused).toBeGreaterThan(runs(300))
    })

    it.each([
      ['with a control character', `${SECRET}\u0007`],
      ['that is over-long', SECRET.repeat(200)],
      ['after a zero byte', `\u0000${SECRET}`],
      ['with a command to the terminal', `ÿ${SECRET}\u001b[2J`],
    ])('password %s', async (_name, stdin) => {
      const { exitCode, stderr } = await runCli(
        ['export', 'k9-settings', 'ann@btinternet.com', '--password-stdin', '-o', '-'],
        { cwd: temporaryFolder(), stdin: `${stdin}\n` },
      )
      expect(exitCode).toBe(1)
      expect(pieceIn(stderr)).toBeUndefined()
    })
  },
)

function accountWith(password: string): string {
  const server = { port: 993, security: 'tls', authentication: 'password-cleartext' }
  const access = { ...server, host: 'mail.example.com', username: 'ann', password }
  return JSON.stringify(
    {
      identity: { address: 'ann@example.com', name: 'Ann' },
      incoming: { protocol: 'imap', ...access },
      outgoing: { protocol: 'smtp', ...access, password: `${password}!` },
    },
    null,
    2,
  )
}
