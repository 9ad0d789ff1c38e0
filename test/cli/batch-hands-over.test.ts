import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCli } from '../support/cli.js'
import { program } from '../support/programs.js'
import { readCsv } from '../support/read-csv.js'
import { startScriptedSmtp } from '../support/scripted-smtp.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { readQrCode } from '../support/zbar.js'

const LIST =
  'Email,Name,Language,Private email\n' +
  'ann@btinternet.com,Ann,en,ann@home.example\n' +
  'bob@btinternet.com,Bob,de,bob@home.example\n'

function place(configuration: string, list = LIST) {
  const cwd = temporaryFolder()
  writeFileSync(
    join(cwd, 'mailprofile.yaml'),
    `baseUrl: https://setup.example.com\n${configuration}`,
  )
  writeFileSync(join(cwd, 'people.csv'), list)
  const batch = async (...argv: readonly string[]) => {
    // One thread, so that each test loads the program once.
    const all = ['batch', 'people.csv', '--out', 'out', '--threads', '1', ...argv]
    const { exitCode, stdout, stderr } = await runCli(all, { cwd })
    return { exitCode, stdout: stdout.toString(), stderr }
  }
  const results = () => readCsv(join(cwd, 'out/results.csv'))
  return { cwd, batch, results }
}

/** What a PDF says, and where the codes of its pages lead. */
function read(pdf: string, pages: number) {
  const text = execFileSync(program('pdftotext'), ['-layout', pdf, '-'], { encoding: 'utf8' })
  const folder = temporaryFolder()
  execFileSync(program('pdftoppm'), ['-r', '150', '-png', pdf, join(folder, 'page')])
  const codes = readdirSync(folder)
    .sort()
    .map((name) => readQrCode(readFileSync(join(folder, name))))
  expect(codes).toHaveLength(pages)
  return { text, codes }
}

describe('batch --letters', () => {
  it('prints a letter for each with the code of their invitation, and none twice', async () => {
    const { cwd, batch, results } = place('branding: { name: Example Mail }\n')
    const argv = ['--invitations', '--code', '--letters', 'letters.pdf', '--envelope', 'din5008b']
    expect((await batch(...argv)).stdout).toMatch(
      /^2 invitations, 2 letters, of 2 lines\.\nThe letters are in letters\.pdf\.\n/,
    )
    const { text, codes } = read(join(cwd, 'letters.pdf'), 2)
    expect(codes).toEqual(results().map(({ link }) => link))
    expect(text).toContain('Example Mail')
    for (const { code = '' } of results()) {
      expect(code).toMatch(/^\d{3} \d{3}$/)
      expect(text).toContain(code)
    }
    expect((await batch(...argv)).stdout).toMatch(/^nothing to make/)
    expect(existsSync(join(cwd, 'letters-2.pdf'))).toBe(false)

    writeFileSync(join(cwd, 'people.csv'), `${LIST}carl@btinternet.com,Carl,fr,carl@home.example\n`)
    expect((await batch(...argv)).stdout).toMatch(
      /^1 invitation, 1 letter, of 3 lines\.\n2 lines .*\nThe letters are in letters-2\.pdf\.\n/,
    )
    expect(read(join(cwd, 'letters-2.pdf'), 1).codes).toEqual([results()[2]?.['link']])
    expect(readdirSync(cwd).filter((name) => name.includes('.part'))).toEqual([])
  })

  it('makes nothing where the letters cannot be written, and its own folder for them', async () => {
    const { cwd, batch } = place('')
    for (const argv of [[], ['--dry-run']]) {
      const { exitCode, stderr } = await batch('--invitations', '--letters', 'none/l.pdf', ...argv)
      expect(exitCode).toBe(1)
      expect(stderr).toContain(
        'file_error: The file of letters none/l.pdf cannot be written: the folder none is not there.',
      )
    }
    expect(existsSync(join(cwd, 'out'))).toBe(false)
    const { stdout } = await batch('--letters', 'out/l.pdf')
    expect(stdout).toContain('The letters are in out/l.pdf.')
    expect(existsSync(join(cwd, 'out/l.pdf'))).toBe(true)
  })

  it('leads to the setup page where there are no invitations, and tells what no font has', async () => {
    const { cwd, batch } = place('', 'address,name\nann@btinternet.com,Ann 🙂\n')
    const { stderr } = await batch('--letters', 'l.pdf', '--paper', 'letter')
    expect(stderr).toContain('Warning: line 2: no font has 🙂; a box stands for it on the letter.')
    expect(read(join(cwd, 'l.pdf'), 1).codes).toEqual([
      'https://setup.example.com/setup?address=ann%40btinternet.com&name=Ann%20%F0%9F%99%82',
    ])
  })

  it('writes where nobody else does, and follows no link', async () => {
    const { cwd, batch } = place('', 'address\nann@btinternet.com\n')
    writeFileSync(join(cwd, 'victim'), 'precious')
    // As another run has it that is under way, or somebody who wants to read letters.
    symlinkSync('victim', join(cwd, '.l.pdf.part'))
    await batch('--letters', 'l.pdf')
    expect(readFileSync(join(cwd, 'victim'), 'utf8')).toBe('precious')
    expect(lstatSync(join(cwd, 'l-2.pdf'))).toMatchObject({ mode: 0o100600 })
    expect(existsSync(join(cwd, 'l.pdf'))).toBe(false)
  })

  it('goes on in a file of its own where a run was killed', async () => {
    const { cwd, batch } = place('', 'address\nann@btinternet.com\n')
    mkdirSync(join(cwd, 'out'))
    writeFileSync(
      join(cwd, 'out/.mailprofile-journal'),
      '{"file":"letters l.pdf","name":"l.pdf"}\n',
    )
    writeFileSync(join(cwd, '.l.pdf.part'), 'half of it', { mode: 0o644 })
    await batch('--letters', 'l.pdf')
    expect(statSync(join(cwd, 'l.pdf')).mode & 0o777).toBe(0o600)
    expect(read(join(cwd, 'l.pdf'), 1).codes).toHaveLength(1)
    expect(existsSync(join(cwd, '.l.pdf.part'))).toBe(false)
  })

  it('gives each tenant a file with its own name', async () => {
    const tenants = `tenants:
  - { baseUrl: "https://a.example", domains: [btinternet.com], branding: { name: First } }
  - { baseUrl: "https://b.example", domains: [gmx.de], branding: { name: Second } }
`
    const list = 'address\nann@btinternet.com\nbob@gmx.de\ncarl@gmx.net\n'
    const { cwd, batch } = place(tenants, list)
    await batch('--letters', 'letters.pdf')
    expect(readdirSync(cwd).filter((name) => name.endsWith('.pdf'))).toEqual([
      'letters-a.example.pdf',
      'letters-b.example.pdf',
      'letters.pdf',
    ])
    const { text, codes } = read(join(cwd, 'letters-b.example.pdf'), 1)
    expect(text).toContain('Second')
    expect(text).not.toContain('First')
    expect(codes).toEqual(['https://b.example/setup?address=bob%40gmx.de'])
  })
})

describe('batch --mail', () => {
  const delivery = (port: number) => `branding: { name: Example Mail }
delivery: { smtp: { host: 127.0.0.1, port: ${port} }, from: setup@example.com, retries: 0, timeout: 2 }
`

  it('sends each their invitation once, and tries again what was refused', async () => {
    const server = await startScriptedSmtp({ rcpt: ['250 ok', '550 5.1.1 no such user', '250 ok'] })
    onTestFinished(() => server.stop())
    const { batch, results } = place(delivery(server.port))
    const first = await batch('--mail', '--code')
    expect(first.exitCode).toBe(1)
    expect(first.stdout).toMatch(/^2 invitations, 1 mail, of 2 lines\.\n1 mail not taken: /)
    const states = results().map(({ mail = '' }) => mail.split(':', 1)[0])
    expect(states.sort()).toEqual(['failed', 'sent'])
    const second = await batch('--mail', '--code')
    expect(second).toMatchObject({ exitCode: 0 })
    expect(second.stdout).toMatch(/^1 mail, of 2 lines\.\n1 line had been done before/)
    const mails = server.arrived.map((mail) => mail.replaceAll('=\r\n', ''))
    expect(mails).toHaveLength(2)
    for (const { link = '', code = '' } of results()) {
      expect(mails.filter((mail) => mail.includes(link))).toHaveLength(1)
      expect(mails.join('')).not.toContain(code.replace(' ', ''))
      expect(mails.join('')).not.toContain(code)
    }
    expect((await batch('--mail', '--code')).stdout).toMatch(/^nothing to make/)
    expect(server.arrived).toHaveLength(2)
  })

  it('makes another invitation for those who have got none before it ended', async () => {
    const server = await startScriptedSmtp({ rcpt: ['250 ok', '550 5.1.1 no such user', '250 ok'] })
    onTestFinished(() => server.stop())
    const { cwd, batch, results } = place(delivery(server.port))
    const endAll = () => {
      const path = join(cwd, 'out/results.csv')
      const text = readFileSync(path, 'utf8')
      writeFileSync(path, text.replace(/,20\d\d(?=-\d\d-\d\dT)/g, ',2001'))
    }
    await batch('--mail')
    const before = results()
    endAll()
    const { exitCode, stdout } = await batch('--mail')
    expect(stdout).toMatch(/^1 invitation, 1 mail, of 2 lines\.\n1 line had been done before/)
    expect(exitCode).toBe(0)
    for (const [i, { mail = '', link = '' }] of before.entries()) {
      expect(results()[i]?.['link'] === link).toBe(mail === 'sent')
    }
    endAll()
    // Everybody has got theirs.
    expect((await batch('--mail')).stdout).toMatch(/^nothing to make/)
    // Letters are for everybody.
    expect((await batch('--mail', '--letters', 'l.pdf')).stdout).toMatch(
      /^2 invitations, 2 letters, of 2 lines/,
    )
    expect(read(join(cwd, 'l.pdf'), 2).codes).toEqual(results().map(({ link }) => link))
  })

  it('goes on where the store knows an invitation no more', async () => {
    const server = await startScriptedSmtp({ rcpt: ['550 5.1.1 no', '550 5.1.1 no', '250 ok'] })
    onTestFinished(() => server.stop())
    const { cwd, batch, results } = place(`${delivery(server.port)}store: "sqlite:a.db"\n`)
    await batch('--mail')
    const file = join(cwd, 'mailprofile.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('a.db', 'b.db'))
    expect((await batch('--mail')).stdout).toMatch(/2 mails not taken/)
    expect(results().map(({ mail }) => mail)).toEqual(
      Array(2).fill('failed: There is no such invitation.'),
    )
    expect((await batch('--mail')).stdout).toMatch(/^2 invitations, 2 mails, of 2 lines/)
  })

  it('sends nothing again that may have been taken', async () => {
    const server = await startScriptedSmtp({ end: ['close'] })
    onTestFinished(() => server.stop())
    const { batch, results } = place(delivery(server.port), LIST.split('\n').slice(0, 2).join('\n'))
    for (let run = 0; run < 2; run++) {
      const { exitCode, stdout } = await batch('--mail')
      expect(exitCode).toBe(1)
      expect(stdout).toContain('1 mail may have been sent, so no run sends them again')
      expect(results()[0]?.['mail']).toMatch(/^uncertain: /)
    }
    expect(server.arrived).toHaveLength(1)
  })

  it('goes on without a mail whose invitation nobody knows any more', async () => {
    const server = await startScriptedSmtp({ rcpt: ['550 5.1.1 no such user', '250 ok'] })
    onTestFinished(() => server.stop())
    const { cwd, batch, results } = place(
      delivery(server.port),
      LIST.split('\n').slice(0, 2).join('\n'),
    )
    await batch('--mail')
    rmSync(join(cwd, 'data'), { recursive: true })
    writeFileSync(join(cwd, 'people.csv'), LIST)
    const { exitCode, stdout } = await batch('--mail')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^1 invitation, 1 mail, of 2 lines\.\n1 mail not taken: /)
    expect(results()[0]?.['mail']).toBe('failed: There is no such invitation.')
  })

  it('rejects whoever has no second address, and makes nothing for them', async () => {
    const server = await startScriptedSmtp()
    onTestFinished(() => server.stop())
    const { cwd, batch } = place(
      delivery(server.port),
      'email,deliver to\nann@btinternet.com,\nbob@btinternet.com,bob@btinternet.com\ncarl@btinternet.com,a@b.example;c@d.example\n',
    )
    const { exitCode, stdout } = await batch('--mail', '--dry-run')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('line 2, ann@btinternet.com: The value of deliverTo is missing.')
    expect((await batch('--mail')).stdout).toMatch(
      /^nothing to make, of 3 lines\.\n3 lines rejected/,
    )
    const rejected = readFileSync(join(cwd, 'out/rejected.csv'), 'utf8')
    expect(rejected).toContain('The value of deliverTo is the mailbox that is set up')
    expect(server.connections).toBe(0)
  })

  it('says so where nothing can be sent, and makes nothing', async () => {
    const { cwd, batch } = place('')
    const { exitCode, stderr } = await batch('--mail')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('invalid_configuration: Nothing can be sent: there is no delivery.')
    expect(existsSync(join(cwd, 'out'))).toBe(false)
  })

  it('stops where the server takes nothing from anybody, and goes on the next time', async () => {
    const server = await startScriptedSmtp()
    const { batch, results } = place(delivery(server.port))
    server.stop()
    const first = await batch('--mail')
    expect(first).toMatchObject({ exitCode: 1, stdout: '' })
    expect(first.stderr).toContain('delivery_unavailable: The mail server takes no connections.')
    expect(first.stderr).toContain('Run the same command again to go on.')
    const again = await startScriptedSmtp({}, server.port)
    onTestFinished(() => again.stop())
    expect((await batch('--mail')).stdout).toMatch(/^2 mails, of 2 lines\./)
    expect(results().map(({ mail }) => mail)).toEqual(['sent', 'sent'])
  })
})
