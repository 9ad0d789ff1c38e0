import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { loadCatalogue } from '../../src/providers/load.js'
import { runCli } from '../support/cli.js'
import { SIMPLE } from '../support/client-configs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const simpleOf = (domain: string) => SIMPLE.replaceAll('simple.example', domain)

// A folder with autoconfig files, and where to put what becomes of them.
function workplace(files: Readonly<Record<string, string>>) {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'xml'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, 'xml', name), text)
  const importAll = async (...options: string[]) => {
    const argv = ['providers', 'import', 'xml', '--out', 'made', ...options]
    const { exitCode, stdout, stderr } = await runCli(argv, { cwd })
    return { exitCode, stdout: stdout.toString(), stderr }
  }
  return { cwd, made: join(cwd, 'made'), importAll }
}

describe('providers import', () => {
  it('makes files that look addresses up', async () => {
    const { importAll, made } = workplace({
      'b.example.xml': `\uFEFF${simpleOf('b.example').replace('imap.b.example', 'imap.%EMAILDOMAIN%')}`,
      'a.example.xml': simpleOf('a.example').replace(
        '<domain>',
        '<domain>a2.example</domain><domain>',
      ),
      'notes.txt': 'not for reading',
    })
    const { exitCode, stdout, stderr } = await importAll()
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toBe(
      'a.example.xml: a-example.yaml with 2 domains\n' +
        'b.example.xml: b-example.yaml with 1 domain\n' +
        'Imported 2 files with 3 domains.\n',
    )
    const catalogue = await loadCatalogue([made], { shipped: false })
    expect(catalogue.account('ann@b.example')).toMatchObject({
      incoming: { host: 'imap.b.example', port: 993, username: 'ann@b.example' },
      outgoing: { host: 'smtp.b.example', port: 465 },
    })
    expect(catalogue.find(parseAddress('ann@a2.example')).source).toBe('a-example.yaml')
  })

  it('takes one file, whatever its name', async () => {
    const { cwd, made } = workplace({ 'simple.example': SIMPLE })
    const argv = ['providers', 'import', 'xml/simple.example', '--out', 'made']
    expect((await runCli(argv, { cwd })).exitCode).toBe(0)
    expect(readdirSync(made)).toEqual(['simple-example.yaml'])
  })

  it('takes what other programs have, and names a file for its first domain', async () => {
    const variables = (domain: string) =>
      `DOMAIN=${domain}\nIMAP_HOST=imap.${domain}\nIMAP_PORT=993\nIMAP_SOCKET=SSL\n` +
      `SMTP_HOST=smtp.${domain}\nSMTP_PORT=465\nSMTP_SOCKET=SSL\nLDAP_HOST=ldap.${domain}\n`
    const { importAll, cwd, made } = workplace({
      '.env': variables('a.example'),
      'other.env': `\uFEFF${variables('b.example').replaceAll('\n', '\r\n')}`,
      'seed.json': JSON.stringify({
        provider: 'C',
        domains: ['c.example'],
        servers: ['imap', 'smtp'].map((type) => ({ type, name: `${type}.c.example` })),
      }),
      'compose.yml': `services:\n  one:\n    environment:\n${variables('d.example').replace(/^(?=.)/gm, '      - ')}`,
      'simple.xml': SIMPLE,
    })
    const { exitCode, stdout } = await importAll()
    expect(exitCode).toBe(0)
    expect(stdout).toContain(
      '.env: a-example.yaml with 1 domain\n  not used: LDAP address book (LDAP_…). ',
    )
    expect(readdirSync(made).sort()).toEqual(
      ['a', 'b', 'c'].map((name) => `${name}-example.yaml`).concat('simple.yaml'),
    )
    const argv = [
      'providers',
      'import',
      'xml/compose.yml',
      '--out',
      'made',
      '--domain',
      'e.example',
    ]
    expect((await runCli(argv, { cwd })).exitCode).toBe(0)
    const catalogue = await loadCatalogue([made], { shipped: false })
    expect(catalogue.account('ann@e.example')).toMatchObject({
      incoming: { host: 'imap.d.example', username: 'ann@e.example' },
    })
    expect(catalogue.account('ann@c.example').incoming).toMatchObject({ host: 'imap.c.example' })
  })

  it('names what it cannot use and goes on', async () => {
    const { importAll, made } = workplace({
      'a.xml': 'Not found',
      'b.xml': SIMPLE.replace('<domain>', '<domain>*.simple.example</domain><domain>').replace(
        '465',
        '586',
      ),
      'c.xml': `<!DOCTYPE clientConfig>${SIMPLE}`,
      'd.xml': SIMPLE.replace('type="smtp"', 'type="jmap"'),
      'e.xml': `${SIMPLE}${' '.repeat(70_000)}`,
    })
    writeFileSync(join(made, '../xml/f.xml'), Buffer.from([0x3c, 0x61, 0xff, 0x3e]))
    symlinkSync('nowhere', join(made, '../xml/g.xml'))
    mkdirSync(join(made, '../xml/h.xml'))
    const { exitCode, stdout } = await importAll()
    expect(exitCode).toBe(1)
    expect(readdirSync(made)).toEqual(['b.yaml'])
    for (const name of ['a', 'c', 'd', 'e', 'f', 'g', 'h']) {
      expect(stdout).toMatch(new RegExp(`^${name}\\.xml: not imported\\. .+\\.$`, 'm'))
    }
    expect(stdout).toContain(
      'b.xml: b.yaml with 1 domain\n' +
        '  not used: domain “*.simple.example”. It is not a domain such as example.com.\n' +
        '  check: Port 586 with TLS is unusual for the outgoing server 1 (smtp).\n',
    )
    expect(stdout).toContain('Imported 1 file with 1 domain; 7 files could not be imported.\n')
  })

  it('prints JSON', async () => {
    const { importAll } = workplace({ 'a.xml': 'Not found', 'b.xml': SIMPLE })
    const { exitCode, stdout } = await importAll('--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      files: [
        { file: 'a.xml', outcome: 'failed', error: { code: 'invalid_autoconfig' } },
        { file: 'b.xml', outcome: 'imported', provider: 'b.yaml', domains: 1, skipped: [] },
      ],
      imported: 1,
      failed: 1,
      domains: 1,
    })
  })

  it('gives every file an id of its own, the same each time', async () => {
    const { importAll, made } = workplace({
      'a.b.xml': simpleOf('one.example'),
      'a-b.xml': simpleOf('two.example'),
      'a_b.XML': simpleOf('three.example'),
    })
    expect((await importAll()).exitCode).toBe(0)
    expect(readdirSync(made).sort()).toEqual(['a-b-2.yaml', 'a-b-3.yaml', 'a-b.yaml'])
    const before = readFileSync(join(made, 'a-b-2.yaml'), 'utf8')
    expect((await importAll('--force')).exitCode).toBe(0)
    expect(readFileSync(join(made, 'a-b-2.yaml'), 'utf8')).toBe(before)
    expect((await loadCatalogue([made], { shipped: false })).entries).toHaveLength(3)
  })

  it('leaves a domain to the first file that names it', async () => {
    const both = simpleOf('b.example').replace('<domain>', '<domain>a.example</domain><domain>')
    const { importAll, made } = workplace({
      'a.xml': simpleOf('a.example'),
      'b.xml': both,
      'c.xml': both,
    })
    mkdirSync(made)
    writeFileSync(join(made, 'broken.yaml'), 'id: [')
    const { exitCode, stdout } = await importAll()
    expect(exitCode).toBe(1)
    expect(stdout).toContain('not used: domain “a.example”. It is named by a.xml already.')
    expect(stdout).toContain('c.xml: not imported. Its domains are named by a.xml already.')
    expect(readdirSync(made)).toEqual(['a.yaml', 'b.yaml', 'broken.yaml'])
  })

  it('replaces nothing without --force, and leaves alone what the folder has', async () => {
    const { importAll, made, cwd } = workplace({ 'simple.xml': SIMPLE })
    expect((await importAll()).exitCode).toBe(0)
    const { exitCode, stdout } = await importAll()
    expect(exitCode).toBe(1)
    expect(stdout).toContain('simple.xml: not imported. simple.yaml is already there.')
    expect((await importAll('--force')).exitCode).toBe(0)

    writeFileSync(
      join(cwd, 'xml/other.xml'),
      SIMPLE.replace('<domain>', '<domain>o.example</domain><domain>'),
    )
    const more = await importAll()
    expect(more.stdout).toContain('domain “simple.example”. It is named by simple.yaml already.')
    const catalogue = await loadCatalogue([made], { shipped: false })
    expect(catalogue.find(parseAddress('a@o.example')).source).toBe('other.yaml')
    expect(readdirSync(made)).toEqual(['other.yaml', 'simple.yaml'])
  })

  it.each([
    ['no --out', ['providers', 'import', 'xml'], 2, /^usage_error: /],
    ['no path', ['providers', 'import', '--out', 'made'], 2, /^usage_error: /],
    ['a path that is missing', ['providers', 'import', 'no', '--out', 'made'], 1, /^file_error: /],
    [
      'a folder without files',
      ['providers', 'import', '.', '--out', 'made'],
      1,
      /^invalid_request: /,
    ],
  ])('refuses %s', async (_name, argv, code, said) => {
    const { exitCode, stderr } = await runCli(argv, { cwd: workplace({}).cwd })
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(said)])
  })

  it('writes nothing through a link that somebody else has put there', async () => {
    const { importAll, made, cwd } = workplace({ 'a.example.xml': simpleOf('a.example') })
    mkdirSync(made)
    writeFileSync(join(cwd, 'other'), 'somebody’s')
    symlinkSync(join(cwd, 'other'), join(made, 'a-example.yaml.unfinished'))
    expect((await importAll()).exitCode).toBe(0)
    expect(readFileSync(join(cwd, 'other'), 'utf8')).toBe('somebody’s')
    expect(readdirSync(made)).toEqual(['a-example.yaml', 'a-example.yaml.unfinished'])
  })

  it('says which file cannot be written, and goes on', async () => {
    const { importAll, made } = workplace({
      'a.example.xml': simpleOf('a.example'),
      'b.example.xml': simpleOf('b.example'),
    })
    mkdirSync(join(made, 'a-example.yaml'), { recursive: true })
    const { exitCode, stdout } = await importAll('--force')
    expect([exitCode, stdout]).toEqual([
      1,
      `a.example.xml: not imported. The file ${join(made, 'a-example.yaml')} cannot be written: it is a ` +
        'folder, not a file. Check the path, and who may use it.\n' +
        'b.example.xml: b-example.yaml with 1 domain\n' +
        'Imported 1 file with 1 domain; 1 file could not be imported.\n',
    ])
    expect(readdirSync(made)).toEqual(['a-example.yaml', 'b-example.yaml'])
  })

  it('takes the domain from the command line where the document is for any', async () => {
    const anyDomain = SIMPLE.replace(/<domain>.*<\/domain>/, '<domain>%EMAILDOMAIN%</domain>')
    const { cwd, made, importAll } = workplace({ 'any.xml': anyDomain })
    const refused = await importAll()
    expect(refused.exitCode).toBe(1)
    expect(refused.stdout).toContain('%EMAILDOMAIN%')
    expect(refused.stdout).toContain('--domain example.com')
    const { exitCode } = await importAll('--domain', 'Bücher.example', '--domain', 'b.example')
    expect(exitCode).toBe(0)
    const catalogue = await loadCatalogue([made], { shipped: false })
    expect(catalogue.find(parseAddress('ann@xn--bcher-kva.example')).provider.domains).toContain(
      'b.example',
    )
    expect((await importAll('--domain', 'no domain')).exitCode).toBe(2)
    writeFileSync(join(cwd, 'xml', 'other.xml'), SIMPLE)
    expect((await importAll('--domain', 'b.example', '--force')).stderr).toContain('one file')
  })

  it('says why a document names no domain', async () => {
    const { importAll } = workplace({
      'a.xml': SIMPLE.replace(/<domain>.*<\/domain>/, '<domain>no domain</domain>'),
    })
    expect((await importAll()).stdout).toContain(
      '“no domain”: It is not a domain such as example.com.',
    )
  })

  it('reads a document in the encoding that it names', async () => {
    const text = SIMPLE.replace(
      /^(<\?xml[^>]*\?>)?/,
      '<?xml version="1.0" encoding="ISO-8859-1"?>',
    ).replace(/<displayName>.*<\/displayName>/, '<displayName>Télécom Süd</displayName>')
    const { cwd, made, importAll } = workplace({})
    writeFileSync(join(cwd, 'xml', 'latin.xml'), Buffer.from(text, 'latin1'))
    expect((await importAll()).exitCode).toBe(0)
    const catalogue = await loadCatalogue([made], { shipped: false })
    expect(catalogue.find(parseAddress('ann@simple.example')).provider.name).toBe('Télécom Süd')
    writeFileSync(
      join(cwd, 'xml', 'broken.xml'),
      Buffer.from(text.replace('ISO-8859-1', 'UTF-8'), 'latin1'),
    )
    expect((await importAll('--force')).stdout).toContain('encoding that it names')
  })

  it('says in its help when it fails', async () => {
    const { exitCode, stdout } = await runCli(['providers', 'import', '--help'])
    expect(exitCode).toBe(0)
    expect(stdout.toString()).toContain('could not be imported at all')
  })
})
