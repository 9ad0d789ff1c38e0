import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bashCompletion } from '../../packaging/command-line/bash.js'
import { allCommands, commandLine } from '../../packaging/command-line/definition.js'
import { fishCompletion } from '../../packaging/command-line/fish.js'
import { zshCompletion } from '../../packaging/command-line/zsh.js'
import { formats } from '../../src/formats/index.js'
import { isMissing, program } from '../support/programs.js'
import { runOnTerminal } from '../support/pty.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const run = promisify(execFile)
const definition = await commandLine()

/** What is typed before the tabulator, and what is offered then. */
const LINES: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ['exp', ['export']],
  ['export apple-', ['apple-profile', 'apple-exchange', 'apple-google']],
  ['export k9-settings ann@example.com --uns', ['--unsigned']],
  ['export --protocol ', ['imap', 'pop3']],
  ['export --config file k9-', ['k9-settings']],
  ['qr --for thunder', ['thunderbird-qr']],
  ['batch --format fair', ['fairemail-profile']],
  ['invite re', ['revoke']],
  ['invite list --sta', ['--state']],
  ['invite ann@example.com --pass', ['--password-stdin']],
  ['config dns example.com --format o', ['octodns']],
  ['inspect one', ['one.mobileconfig']],
  ['serve --providers fol', ['folder']],
  ['export -o one', ['one.mobileconfig']],
  ['export --config=file k9-', ['k9-settings']],
  ['inspect --json one', ['one.mobileconfig']],
]

function folderWithFiles(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'folder'))
  for (const name of ['one.mobileconfig', 'folly']) writeFileSync(join(folder, name), '')
  return folder
}

it('knows every command, and every format by its id', () => {
  const paths = allCommands(definition).map(({ path }) => path.join(' '))
  expect(paths).toEqual(expect.arrayContaining(['export', 'invite list', 'config dns']))
  const [format] = allCommands(definition).find(({ path }) => path[0] === 'export')?.arguments ?? []
  expect(format?.completion).toEqual(formats.map(({ id }) => id))
})

describe('bash', () => {
  // As Readline takes words apart.
  const SCRIPT = `
    complete() { :; }; compopt() { :; }; . ./completion
    line="mailprofile $1"; COMP_WORDS=()
    while [[ $line =~ ^([^@=:\\ ]+|[@=:]|\\ +)(.*)$ ]]; do
      [[ \${BASH_REMATCH[1]} == ' '* ]] || COMP_WORDS+=("\${BASH_REMATCH[1]}")
      line=\${BASH_REMATCH[2]}
    done
    [[ $1 == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _mailprofile; printf '%s\\n' "\${COMPREPLY[@]}"`

  it.each(LINES)('completes “%s”', async (typed, offered) => {
    const folder = folderWithFiles()
    writeFileSync(join(folder, 'completion'), bashCompletion(definition))
    const { stdout } = await run('bash', ['-c', SCRIPT, 'bash', typed], { cwd: folder })
    expect(stdout.trim().split('\n')).toEqual(offered)
  })

  it('does so on a terminal', async () => {
    const folder = folderWithFiles()
    writeFileSync(join(folder, 'rc'), `PS1='ready '\n${bashCompletion(definition)}`)
    const { shown } = await runOnTerminal(
      ['bash', '--noprofile', '--rcfile', 'rc', '-i'],
      [
        ['ready ', 'mailprofile exp\t'],
        ['mailprofile export ', '\x15exit\r'],
      ],
      { cwd: folder },
    )
    expect(shown).toContain('mailprofile export ')
  })
})

describe.skipIf(isMissing('fish'))('fish', () => {
  it.each(LINES)('completes “%s”', async (typed, offered) => {
    const folder = folderWithFiles()
    writeFileSync(join(folder, 'completion'), fishCompletion(definition))
    const script = `source completion; complete -C "mailprofile ${typed}"`
    const { stdout } = await run(program('fish'), ['--no-config', '-c', script], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder },
    })
    const words = stdout.trim().split('\n')
    // It describes what it offers, and orders it.
    const names = words.map((line) => line.replace(/\t.*/, '').replace(/\/$/, ''))
    expect(names.toSorted()).toEqual([...offered].toSorted())
  })
})

describe.skipIf(isMissing('zsh'))('zsh', () => {
  it('completes by its own system', async () => {
    const folder = folderWithFiles()
    writeFileSync(join(folder, '_mailprofile'), zshCompletion(definition))
    const rc = `fpath=("${folder}" $fpath); autoload -U compinit; compinit -u -D
      PS1='ready '; unsetopt prompt_sp; LISTMAX=999
      # What is offered, instead of a list that is drawn.
      compadd() { local -a found; builtin compadd -O found "$@"; offered+=($found); builtin compadd "$@" }
      show() { offered=(); zle complete-word; print -r -- "offered:{\${(j: :)\${(u)offered}}}"; zle send-break }
      zle -N show; bindkey '^X' show`
    writeFileSync(join(folder, '.zshrc'), rc)
    chmodSync(join(folder, '.zshrc'), 0o644)
    const lines = LINES.flatMap(([typed]): [string, string][] => [
      ['ready ', `mailprofile ${typed}\x18`],
    ])
    const { shown } = await runOnTerminal(
      [program('zsh'), '-i'],
      [...lines, ['ready ', 'exit\r']],
      { cwd: folder, env: { ZDOTDIR: folder } },
    )
    const offers = [...shown.matchAll(/offered:\{([^}]*)\}/g)].map(([, words = '']) =>
      words.split(' '),
    )
    expect(offers).toHaveLength(LINES.length)
    for (const [index, [, offered]] of LINES.entries()) {
      const found = (offers[index] ?? []).map((word) => word.replace(/[=/]$/, ''))
      expect(new Set(found)).toEqual(new Set(offered))
    }
  })
})
