import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { exportFormat } from '../../src/formats/export.js'
import { parseAccount } from '../../src/account/account.js'
import { annJson } from '../support/accounts.js'
import { runCli, type CliResult } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const MARK = Buffer.from([0xef, 0xbb, 0xbf])
// As Windows PowerShell 5.1 pipes it: a mark before, CR LF behind.
const PIPED = readFileSync(new URL('../vectors/text/password-with-bom.txt', import.meta.url))

const PROVIDER = `id: secretive
name: geheim
domains: [geheim.example]
domainsFile: more.txt
incoming:
  - { protocol: imap, host: a.example, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: a.example, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`

interface Place {
  /** A text that is right there. */
  readonly text: string
  /** How errors name it. */
  readonly named: RegExp
  readonly code?: string
  /** Gives the bytes to the program. */
  readonly give: (bytes: Uint8Array) => Promise<CliResult>
}

function inFile(
  file: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  others: Readonly<Record<string, string>> = {},
): Place['give'] {
  return (bytes) => {
    const cwd = temporaryFolder()
    for (const [name, text] of Object.entries(others)) writeFileSync(join(cwd, name), text)
    writeFileSync(join(cwd, file), bytes)
    return runCli(argv, { cwd, env: { HOME: cwd, ...env } })
  }
}

const onStdin =
  (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Place['give'] =>
  (stdin) => {
    const cwd = temporaryFolder()
    return runCli(argv, { cwd, stdin, env: { HOME: cwd, ...env } })
  }

const ACCOUNT = JSON.stringify(annJson({ accountName: 'geheim' }))
const EXPORT = ['export', 'settings-sheet', '-o', '-', '--account']
const K9 = ['export', 'k9-settings', 'ann@btinternet.com', '--password-stdin', '-o', '-']
const SERVED = { MAILPROFILE_BASE_URL: 'https://a.example', MAILPROFILE_STORE: 'sqlite:a.db' }

const PLACES: Readonly<Record<string, Place>> = {
  'the password of export': {
    text: 'geheim\r\n',
    named: /^The password/,
    code: 'invalid_account',
    give: onStdin(K9),
  },
  'the password of invite': {
    text: 'geheim\r\n',
    named: /^The password/,
    code: 'invalid_account',
    give: onStdin(['invite', 'ann@btinternet.com', '--password-stdin'], SERVED),
  },
  'an account': {
    text: ACCOUNT,
    named: /^The account file/,
    code: 'invalid_account',
    give: inFile('ann.json', [...EXPORT, 'ann.json']),
  },
  'an account on standard input': {
    text: ACCOUNT,
    named: /^The account file/,
    code: 'invalid_account',
    give: onStdin([...EXPORT, '-']),
  },
  'the configuration': {
    text: 'branding: { name: geheim }\n',
    named: /^The configuration file .*mailprofile\.yaml/,
    give: inFile('mailprofile.yaml', ['lookup', 'ann@btinternet.com']),
  },
  'the configuration on standard input': {
    text: 'branding: { name: geheim }\n',
    named: /^The configuration on standard input/,
    give: onStdin(['lookup', 'ann@btinternet.com', '--config', '-']),
  },
  'a provider': {
    text: PROVIDER.replace('domainsFile: more.txt\n', ''),
    named: /^The provider file .*secretive\.yaml/,
    give: inFile('secretive.yaml', ['lookup', 'ann@geheim.example', '--providers', '.']),
  },
  'the domains of a provider': {
    text: 'geheim2.example\ngeheim3.example\n',
    named: /^The domain list .*more\.txt/,
    give: inFile('more.txt', ['lookup', 'ann@geheim2.example', '--providers', '.'], undefined, {
      'secretive.yaml': PROVIDER,
    }),
  },
  'the domains that are served': {
    text: 'btinternet.com\n# geheim\n',
    named: /^The domain list .*served\.txt/,
    give: inFile('served.txt', ['lookup', 'ann@btinternet.com'], {
      MAILPROFILE_SERVE_DOMAINS_FILE: 'served.txt',
    }),
  },
}

describe('a byte order mark', () => {
  it.each(Object.entries(PLACES))('before %s goes', async (_name, { text, give }) => {
    const plain = await give(Buffer.from(text))
    const marked = await give(Buffer.concat([MARK, Buffer.from(text)]))
    expect([plain.exitCode, marked.exitCode, marked.stderr]).toEqual([0, 0, plain.stderr])
  })

  it('is no part of a password that PowerShell pipes', async () => {
    const { stdout } = await runCli(K9, { cwd: temporaryFolder(), stdin: PIPED })
    expect(stdout.toString()).toContain('<password>geheim</password>')
  })

  it('nor of one in a file or a variable of the environment', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'passphrase.txt'), PIPED)
    const common = { MAILPROFILE_SIGNING_PKCS12: 'a.p12' }
    for (const env of [
      { ...common, MAILPROFILE_SIGNING_PASSPHRASE_FILE: 'passphrase.txt' },
      // $(cat passphrase.txt)
      { ...common, MAILPROFILE_SIGNING_PASSPHRASE: '\uFEFFgeheim' },
    ]) {
      const { signing } = await loadConfig({ env, cwd })
      expect(signing?.passphrase).toBe('geheim')
    }
  })

  it.each(['deltachat-link', 'thunderbird-qr', 'pacc', 'settings-sheet', 'k9-settings'])(
    'is passed over where %s is read back',
    async (id) => {
      const account = parseAccount(
        annJson({ incoming: { password: 'x' }, outgoing: { password: 'x' } }),
      )
      const { body } = await exportFormat(id, account)
      const cwd = temporaryFolder()
      writeFileSync(join(cwd, 'plain'), body)
      writeFileSync(join(cwd, 'marked'), Buffer.concat([MARK, body]))
      const plain = await runCli(['inspect', 'plain', '--json'], { cwd })
      const marked = await runCli(['inspect', 'marked', '--json'], { cwd })
      expect([plain.exitCode, marked.stdout.toString()]).toEqual([0, plain.stdout.toString()])
    },
  )
})

describe('text that is not UTF-8', () => {
  const broken = (text: string) => Buffer.from(text.replace('e', 'ü'), 'latin1')

  it.each(Object.entries(PLACES))(
    'is refused as %s, and not shown',
    async (_name, { text, named, code = 'invalid_configuration', give }) => {
      for (const [bytes, what] of [
        [broken(text), 'is not UTF-8.'],
        [Buffer.concat([Buffer.from('\uFEFF', 'utf16le'), Buffer.from(text, 'utf16le')]), 'UTF-16'],
        [Buffer.concat([MARK, broken(text)]), 'is not UTF-8.'],
      ] as const) {
        const { exitCode, stdout, stderr } = await give(bytes)
        expect([exitCode, stdout.length]).toEqual([1, 0])
        expect(stderr.slice(0, code.length + 2)).toBe(`${code}: `)
        expect(stderr.slice(code.length + 2)).toMatch(named)
        expect(stderr).toContain(what)
        expect(stderr).not.toMatch(/geh|g\ufffd|heim/)
      }
    },
  )

  it('is refused in the file of a variable, and in a variable, which are named', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'store.txt'), Buffer.from('redis://:gehüim@h', 'latin1'))
    const env = { MAILPROFILE_STORE_FILE: 'store.txt' }
    await expect(loadConfig({ env, cwd })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: 'The file that MAILPROFILE_STORE_FILE names is not UTF-8.',
    })
    await expect(loadConfig({ env: { MAILPROFILE_STORE: 'g\ufffd' }, cwd })).rejects.toMatchObject({
      message: 'MAILPROFILE_STORE: is not UTF-8.',
    })
  })

  it('is refused where a link is read back', async () => {
    const stdin = Buffer.from('dclogin:ann@example.com?p=gehüim&v=1', 'latin1')
    const { exitCode, stderr } = await runCli(['inspect', '-'], { stdin })
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^invalid_profile: The file is/)])
  })
})
