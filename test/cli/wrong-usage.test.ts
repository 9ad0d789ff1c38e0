import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ANN = 'ann@btinternet.com'
const ID = 'A'.repeat(22)

interface Usage {
  /** A command line that is right. */
  readonly right: readonly string[]
  /** How many of its words at the end are arguments that must be there. */
  readonly needed: number
  /** Its own ways to be wrong. */
  readonly wrong: readonly (readonly string[])[]
}

// What every command that looks an address up can be told.
const lookedUp = (argv: readonly string[]) => [
  [...argv, '--protocol', 'imap4'],
  [...argv, '--protocol', ''],
  [...argv, '--name'],
]

// What an account says itself.
const withAccount = (argv: readonly string[]) => [
  [...argv, '--account', 'a.json', ANN],
  [...argv, '--account', 'a.json', '--name', 'Ann'],
  [...argv, '--account', 'a.json', '--protocol', 'imap'],
  [...argv, '--account', 'a.json', '--discover'],
  [...argv, '--account', 'a.json', '--confirm', 'a.example'],
  [...argv, '--account', '-', '--password-stdin'],
  [...argv, '--account', '-', '--config', '-'],
]

const COMMANDS: Readonly<Record<string, Usage>> = {
  init: {
    right: ['init', '--domain', 'btinternet.com', '--yes'],
    needed: 0,
    wrong: [
      ['init'],
      ['init', '--yes'],
      ['init', '--domain', 'btinternet.com'],
      ['init', '--domain', ANN, '--yes'],
      ['init', '--domain', 'btinternet.com', '--yes', '--smtp', 'mail.example.com:465'],
      ['init', '--domain', 'btinternet.com', '--yes', '--key', 'key.pem'],
      ['init', '--domain', 'btinternet.com', '--yes', '--store', 'x'],
    ],
  },
  serve: {
    right: ['serve'],
    needed: 0,
    wrong: ['', 'x', '-1', '65536', '80.5', '0x50', '1e3', ' 80'].map((port) => [
      'serve',
      `--port=${port}`,
    ]),
  },
  lookup: { right: ['lookup', ANN], needed: 1, wrong: lookedUp(['lookup', ANN]) },
  export: {
    right: ['export', 'settings-sheet', ANN],
    needed: 2,
    wrong: [
      ...lookedUp(['export', 'settings-sheet', ANN]),
      ...withAccount(['export', 'k9-settings']),
      ['export', 'nope', ANN],
      ['export', 'constructor', ANN],
      ['export', 'settings-sheet', ANN, '--language'],
      ['export', 'settings-sheet', ANN, '--language', 'de_DE'],
      ['export', 'settings-sheet', ANN, '--password-stdin'],
      ['export', 'k9-settings', ANN, '--password-stdin', '--config', '-'],
    ],
  },
  formats: { right: ['formats'], needed: 0, wrong: [] },
  backup: {
    right: ['backup', 'a.backup'],
    needed: 1,
    wrong: [['backup', 'a.backup', '--config']],
  },
  restore: {
    right: ['restore', 'a.backup'],
    needed: 1,
    wrong: [
      ['restore', '-', '--config', '-'],
      ['restore', 'a.backup', '--config'],
    ],
  },
  qr: {
    right: ['qr', ANN],
    needed: 1,
    wrong: [
      ...lookedUp(['qr', ANN]),
      ['qr', ANN, '--text', 'x'],
      ['qr', '--text', 'x', '--for', 'thunderbird-qr'],
      ['qr', '--text', 'x', '--name', 'Ann'],
      ['qr', ANN, '--for', 'nope'],
      ['qr', ANN, '--for', 'k9-settings'],
      ['qr', ANN, '-o', 'code.gif'],
      ['qr', '--text', 'x', '-o', 'code'],
    ],
  },
  inspect: {
    right: ['inspect', 'file'],
    needed: 1,
    wrong: [
      ['inspect', 'file', '--as', 'nope'],
      ['inspect', '-', '--as', ''],
    ],
  },
  check: {
    right: ['check', ANN],
    needed: 1,
    wrong: [
      ...lookedUp(['check', ANN]),
      ...withAccount(['check']),
      ...['0', '-1', 'x', '', '601', '1e2'].map((time) => ['check', ANN, `--timeout=${time}`]),
    ],
  },
  probe: {
    right: ['probe', ANN],
    needed: 1,
    wrong: [
      ['probe', ANN, '--url', 'setup.example.com'],
      ['probe', ANN, '--server', 'ns.example.com'],
      ...['0', '-1', 'x', '', '61', '1e2'].map((time) => ['probe', ANN, `--timeout=${time}`]),
    ],
  },
  batch: {
    right: ['batch', '--out', 'made', 'people.csv'],
    needed: 1,
    wrong: [
      ['batch', 'people.csv'],
      ['batch', 'people.csv', '--out', 'made', '--format', 'nope'],
      ['batch', 'people.csv', '--out', 'made', '--code'],
      ['batch', '-', '--out', 'made', '--config', '-'],
      ...['0/8', '9/8', '3', 'x/y', ''].map((shard) => [
        'batch',
        ...['people.csv', '--out', 'made', `--shard=${shard}`],
      ]),
    ],
  },
  'providers import': {
    right: ['providers', 'import', '--out', 'made', 'folder'],
    needed: 1,
    wrong: [
      ['providers', 'import', 'folder'],
      ['providers', 'import', '--out', 'made', 'folder', '--domain', 'no domain'],
      ['providers', 'import', '--out', 'made', 'folder', '--domain', 'a.example'],
    ],
  },
  invite: {
    right: ['invite', ANN],
    needed: 1,
    wrong: [
      ['invite', ANN, '--protocol', 'imap4'],
      ...['0', '721', 'x', '', '1.5', '-1'].map((hours) => ['invite', ANN, `--expires=${hours}`]),
      ['invite', ANN, '--window', '61'],
      ['invite', ANN, '--downloads', '21'],
      ['invite', ANN, '-o', 'code.gif'],
      ['invite', ANN, '--password-stdin', '--config', '-'],
      ['invite', ANN, '--send'],
      ['invite', ANN, '--deliver-to', 'ann@example.org'],
    ],
  },
  'invite list': {
    right: ['invite', 'list'],
    needed: 0,
    wrong: [
      ['invite', 'list', '--state', 'gone'],
      ...['0', '-1', 'x', '', '1.5'].map((limit) => ['invite', 'list', `--limit=${limit}`]),
      // They would do nothing there.
      ['invite', '--code', 'list'],
      ['invite', '--json', 'list'],
      ['invite', '--config', 'a.yaml', 'list'],
    ],
  },
  'invite send': {
    right: ['invite', 'send', ANN, '--deliver-to', 'ann@example.org'],
    needed: 1,
    wrong: [['invite', 'send', ANN]],
  },
  'invite show': { right: ['invite', 'show', ID], needed: 1, wrong: [] },
  'invite revoke': { right: ['invite', 'revoke', ID], needed: 1, wrong: [] },
  'invite unlock': { right: ['invite', 'unlock', ID], needed: 1, wrong: [] },
  'keys new': {
    right: ['keys', 'new', 'helpdesk'],
    needed: 1,
    wrong: [
      ['keys', 'new', 'help desk'],
      ['keys', 'new', 'helpdesk', '--scope', 'all'],
      ['keys', 'new', 'helpdesk', '--domain', 'no domain'],
    ],
  },
  'config dns': {
    right: ['config', 'dns', 'btinternet.com'],
    needed: 1,
    wrong: [['config', 'dns', 'btinternet.com', '--server', 'ns.example.com']],
  },
  'config check': { right: ['config', 'check'], needed: 0, wrong: [] },
}

const WITHOUT_CONFIG = ['formats', 'inspect', 'providers import', 'keys new']

// With the ways to be wrong that all commands share.
function wrongOnes(name: string, { right, needed, wrong }: Usage): (readonly string[])[] {
  return [
    [...right, '--nope'],
    [...right, '--nope=1'],
    [...right, '-x'],
    [...right, 'surplus', 'surplus'],
    ...(WITHOUT_CONFIG.includes(name) ? [] : [[...right, '--config']]),
    ...Array.from({ length: needed }, (_, i) => right.slice(0, right.length - i - 1)),
    ...wrong,
  ]
}

const GROUPS = ['providers', 'keys', 'config']

function place() {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), 'store: sqlite:a.db\n')
  mkdirSync(join(cwd, 'folder'))
  for (const name of ['a.xml', 'b.xml']) writeFileSync(join(cwd, 'folder', name), '')
  return { cwd, env: { HOME: cwd, MAILPROFILE_BASE_URL: 'https://a.example' } }
}

// The names of the commands that a help lists.
function listed(help: string): string[] {
  const [list = ''] = (help.split('\nCommands:\n')[1] ?? '').split('\n\n')
  return [...list.matchAll(/^ {2}(\S+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help')
}

describe('wrong usage', () => {
  it.each(Object.entries(COMMANDS))('of %s is status 2', async (name, usage) => {
    for (const argv of wrongOnes(name, usage)) {
      const { exitCode, stdout, stderr } = await runCli(argv, { ...place(), stdin: '{}' })
      expect([argv, exitCode, stdout.length]).toEqual([argv, 2, 0])
      expect([argv, stderr]).toEqual([
        argv,
        expect.stringMatching(/^(?:usage_error|invalid_request|unknown_format): .+\n.+/),
      ])
    }
  })

  it('is tried with every command', async () => {
    const found: string[] = []
    for (const name of listed((await runCli(['--help'])).stdout.toString())) {
      const below = listed((await runCli([name, '--help'])).stdout.toString())
      if (!GROUPS.includes(name)) found.push(name)
      found.push(...below.map((one) => `${name} ${one}`))
    }
    expect(found.sort()).toEqual(Object.keys(COMMANDS).sort())
  })

  const withoutCommand: readonly (readonly string[])[] = [
    [],
    ...GROUPS.map((name) => [name]),
    ['nope'],
    [''],
    ['--nope'],
    ['-x'],
    ['--config', 'a.yaml', 'lookup', ANN],
    ...[...GROUPS, 'invite'].map((name) => [name, 'nope', '--nope']),
    ...GROUPS.map((name) => [name, 'nope']),
    // Nothing has a help that does not exist.
    ['nope', '--help'],
    ['nope', '-h'],
    ['help', 'nope'],
    ...GROUPS.map((name) => [name, 'nope', '--help']),
    ...GROUPS.map((name) => ['help', name, 'nope']),
  ]

  it.each(withoutCommand.map((argv) => [argv]))(
    'without a command that there is, %j, is status 2',
    async (argv) => {
      const { exitCode, stdout, stderr } = await runCli(argv)
      expect([exitCode, stdout.length]).toEqual([2, 0])
      expect(stderr).toMatch(/^usage_error: .+\n/)
    },
  )

  it('is told before anything else is wrong', async () => {
    const cwd = temporaryFolder()
    for (const argv of [
      ['serve', '--port', 'x'],
      ['export', 'nope', ANN],
      ['qr', ANN, '--for', 'nope'],
      ['invite', ANN, '--window', '61'],
      ['invite', 'list', '--state', 'gone'],
      ['config', 'dns', 'btinternet.com', '--server', 'x'],
    ]) {
      const { exitCode } = await runCli([...argv, '--config', 'missing.yaml'], { cwd })
      expect([argv, exitCode]).toEqual([argv, 2])
    }
  })
})

describe('help', () => {
  const names = [...Object.keys(COMMANDS), ...GROUPS, 'invite'].map((name) => name.split(' '))

  it.each(names.map((words) => [words]))('of %j is there in every way', async (words) => {
    const { exitCode, stdout } = await runCli([...words, '--help'])
    expect([exitCode, stdout.toString()]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^Usage: mailprofile ${words.join(' ')}(?: |$)`, 'm')),
    ])
    const [first = '', ...rest] = words
    for (const argv of [
      [...words, '-h'],
      ['help', ...words],
      ['help', ...words, '-h'],
      ...(rest.length === 0 ? [] : [[first, 'help', ...rest]]),
      ...(words[0] === 'invite' && rest.length > 0 && rest[0] !== 'list'
        ? [
            [...words, ID, '-h'],
            [...words, '-h', ID],
          ]
        : []),
    ]) {
      const again = await runCli(argv)
      expect([argv, again.exitCode, again.stdout.toString()]).toEqual([argv, 0, stdout.toString()])
      expect(again.stderr).toBe('')
    }
  })

  it.each([[['-h']], [['help']], [['help', '-h']], [['help', 'help']], [['help', '--help']]])(
    'of the whole program: %j',
    async (argv) => {
      const { exitCode, stdout } = await runCli(argv)
      expect([exitCode, stdout]).toEqual([0, (await runCli(['--help'])).stdout])
    },
  )
})

it('the help shows no list that is empty as a default', async () => {
  for (const argv of [['keys', 'new'], ['lookup'], ['invite'], ['config', 'check']]) {
    const { stdout } = await runCli([...argv, '--help'])
    expect(stdout.toString()).toContain('may be repeated')
    expect(stdout.toString()).not.toContain('default: []')
  }
})
