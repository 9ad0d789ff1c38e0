import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { withDirectory } from './conformance.js'

const address = parseAddress('ann@example.com')

/** What comes of a question to a program: somebody, or why not. */
async function ask(
  script: string,
  {
    argv = [],
    timeout = 20,
  }: { readonly argv?: readonly string[]; readonly timeout?: number } = {},
) {
  const program = join(temporaryFolder(), 'find-person')
  writeFileSync(program, `#!/bin/sh\n${script}\n`)
  chmodSync(program, 0o755)
  return withDirectory({ command: [program, ...argv], timeout }, (people) =>
    people.find(address).catch((error: unknown) => String((error as Error).cause)),
  )
}

/** Whether a process runs whose number is in a file; a zombie, which nobody has waited for, is dead too. */
function isRunning(file: string): boolean {
  const stat = `/proc/${Number(readFileSync(file, 'utf8'))}/stat`
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'))
}

describe('a program that lists people', () => {
  it.each([
    ['nothing', 'true'],
    ['null', 'echo null'],
    ['nothing but a line', 'echo'],
  ])('knows nobody when it writes %s', async (_what, script) => {
    expect(await ask(script)).toBeUndefined()
  })

  it.each([
    ['fails', 'exit 3', 'The program ended with status 3.'],
    ['is killed', 'kill -9 $$', 'The program ended by SIGKILL.'],
    ['writes no JSON', 'echo Ann', 'The program writes what is not JSON.'],
    ['writes a list', "echo '[]'", 'The program writes JSON that is no object.'],
    ['writes a key twice', 'echo \'{"name":"A","name":"B"}\'', 'The program writes a key twice.'],
    ['writes Latin 1', 'printf \'{"name":"M\\374ller"}\'', 'The program writes what is not UTF-8.'],
    ['writes without end', 'yes', 'The program writes too much.'],
  ])('gives no answer when it %s', async (_what, script, reason) => {
    expect(await ask(script)).toBe(`DirectoryTrouble: ${reason}`)
  })

  it('gives no answer when it is not there', async () => {
    await withDirectory({ command: ['/nowhere/find-person'] }, async (people) => {
      await expect(people.check()).rejects.toThrow('It failed with ENOENT.')
    })
  })

  it('is ended with all that it has started when it takes too long', async () => {
    const file = join(temporaryFolder(), 'pid')
    const script = `sleep 1000 & echo $! > '${file}'; wait`
    expect(await ask(script, { timeout: 1 })).toBe('DirectoryTrouble: It did not answer in time.')
    await expect.poll(() => isRunning(file)).toBe(false)
  })

  it('is ended with all that it has started when nobody waits any more', async () => {
    const folder = temporaryFolder()
    const [program, file] = [join(folder, 'find-person'), join(folder, 'pid')]
    writeFileSync(program, `#!/bin/sh\nsleep 1000 & echo $! > '${file}'; wait\n`)
    chmodSync(program, 0o755)
    const config = join(folder, 'mailprofile.yaml')
    writeFileSync(config, `directory: { command: [${JSON.stringify(program)}], timeout: 30 }\n`)
    const stop = new AbortController()
    const over = runCli(['lookup', 'ann@gmx.net', '--config', config], {
      signal: stop.signal,
    })
    await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8') !== '').toBe(true)
    stop.abort()
    const { exitCode, stderr } = await over
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Stopped')])
    await expect.poll(() => isRunning(file)).toBe(false)
  })

  it('has nothing of the environment but PATH and a language, and no shell reads its arguments', async () => {
    process.env['MAILPROFILE_SIGNING_PASSPHRASE'] = 'planted'
    try {
      const others = "env | grep -cvE '^(PATH|LC_ALL|PWD|_|SHLVL|OLDPWD)='"
      const found = await ask(`echo "{\\"name\\":\\"$(${others}) $1\\"}"`, {
        argv: ['$(id) --for=%EMAILADDRESS%'],
      })
      expect(found).toMatchObject({ name: '0 $(id) --for=ann@example.com' })
    } finally {
      delete process.env['MAILPROFILE_SIGNING_PASSPHRASE']
    }
  })
})

describe('a file that lists people', () => {
  const csv = (text: string | Buffer) => {
    const file = join(temporaryFolder(), 'people.csv')
    writeFileSync(file, text)
    return file
  }
  const find = (file: string) =>
    withDirectory({ csv: file }, (people) =>
      people.find(address).catch((error: unknown) => String((error as Error).cause)),
    )

  it('is read again when it changes', async () => {
    const file = csv('address,name\nann@example.com,Ann\n')
    await withDirectory({ csv: file, cacheFor: 0, cacheMissingFor: 0 }, async (people) => {
      expect(await people.find(address)).toMatchObject({ name: 'Ann' })
      writeFileSync(file, 'address,name\nann@example.com,Anna\n')
      expect(await people.find(address)).toMatchObject({ name: 'Anna' })
      writeFileSync(file, '')
      await expect(people.find(address)).rejects.toMatchObject({ code: 'directory_unavailable' })
      writeFileSync(file, 'address\nbob@example.com\n')
      expect(await people.find(address)).toBeUndefined()
    })
  })

  it.each<[string, string | Buffer, unknown]>([
    ['rows that are short', 'address,name\nann@example.com\n', { aliases: [] }],
    ['rows that are nothing', 'address\n\n,\nann@example.com\n', { aliases: [] }],
    [
      'somebody as an alias',
      'address,name,aliases\nx@example.com,X,"a@b.example; Ann@example.com"\n',
      { name: 'X' },
    ],
    ['two of an address', 'address\nann@example.com\nAnn@Example.com\n', /several people/],
    ['no column', 'mail\nann@example.com\n', /names no column address\.$/],
    ['semicolons', 'address;name\nann@example.com;Ann\n', /separated by commas/],
    [
      'a name in Latin 1',
      Buffer.from('address,name\na@b.example,M\xFCller\n', 'latin1'),
      /not UTF-8/,
    ],
    ['half a letter', Buffer.from('address,name\na@b.example,M\xC3', 'latin1'), /not UTF-8/],
    [
      'columns that mean nothing',
      'address,full_name\nann@example.com,Ann\n',
      /none of the columns name, username, aliases, language/,
    ],
    ['a quote that does not end', `address\n"${'x'.repeat(100_000)}`, /CSV_/],
  ])('with %s is understood, or told of', async (_what, text, expected) => {
    const found = await find(csv(text))
    if (expected instanceof RegExp) expect(found).toMatch(expected)
    else expect(found).toMatchObject(expected as object)
  })

  it('has the columns that the operator names', async () => {
    const file = csv('address,full_name,login\nann@example.com,Ann,u1\n')
    const check = (attributes: Readonly<Record<string, unknown>>) =>
      withDirectory({ csv: file, attributes }, (people) => people.check())
    await expect(check({ name: 'fullname', username: 'login' })).rejects.toThrow(
      'It has no column fullname, which directory.attributes.name names.',
    )
    // Of several names the first that is there counts.
    await expect(check({ name: ['display', 'Full_Name'] })).resolves.toBeUndefined()
  })

  it('with an alias that everybody has takes no longer for it', async () => {
    const everybody = Array.from(
      { length: 100_000 },
      (_, n) => `p${n}@example.com,info@example.com`,
    )
    const file = csv(['address,aliases', ...everybody].join('\n'))
    await withDirectory({ csv: file, timeout: 30 }, async (people) => {
      await expect(people.find(parseAddress('info@example.com'))).rejects.toMatchObject({
        cause: { message: 'It has several people for one address.' },
      })
      expect(await people.find(parseAddress('p99999@example.com'))).toBeDefined()
    })
  })

  it('that is a folder or not there gives no answer', async () => {
    expect(await find(temporaryFolder())).toMatch(/It is no file/)
    expect(await find('/nowhere/people.csv')).toMatch(/ENOENT/)
  })
})

describe('a table in a file that lists people', () => {
  const table = () => {
    const file = join(temporaryFolder(), 'people.db')
    const database = new Database(file)
    database.exec(
      "create table people (address, full_name); insert into people values ('ann@example.com', 'Ann')",
    )
    database.close()
    return `sqlite:${file}`
  }
  const WHO = 'from people where address = %EMAILADDRESS%'

  it.each([
    ['no name that is known', { query: `select full_name ${WHO}` }, /none of the columns name, /],
    [
      'not the column that the operator names',
      { query: `select * ${WHO}`, attributes: { name: 'fullname' } },
      /no column fullname, which directory\.attributes\.name names/,
    ],
  ])('and answers with %s gives no answer', async (_what, { query, ...more }, expected) => {
    const trouble = await withDirectory({ sql: { url: table(), query }, ...more }, (people) =>
      people.find(address).catch((error: unknown) => String((error as Error).cause)),
    )
    expect(trouble).toMatch(expected)
  })

  it('that is not there is told by its code', async () => {
    const sql = { url: 'sqlite:/nowhere/people.db', query: `select full_name as name ${WHO}` }
    await withDirectory({ sql }, async (people) => {
      await expect(people.check()).rejects.toThrow('It failed with ENOENT.')
    })
  })
})
