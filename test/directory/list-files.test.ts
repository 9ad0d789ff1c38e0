import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { LIST } from '../support/directory-servers.js'
import { insertPeople, manyPeople, ODD } from '../support/people.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { addressOf, listed, listsPeople, withDirectory } from './conformance.js'

const QUERY = 'select name, username, aliases, language from people where address = %EMAILADDRESS%'
const PEOPLE = [...ODD, ...manyPeople(1000)]

function executable(text: string): string {
  const file = join(temporaryFolder(), 'program')
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}

function csv(text: string): { readonly csv: string } {
  const file = join(temporaryFolder(), 'people.csv')
  writeFileSync(file, text)
  return { csv: file }
}

const given = suite((folder) => {
  const file = join(folder, 'people.csv')
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  const lines = PEOPLE.map(({ address, name, username, language }) =>
    [address, name, username, language].map(cell).join(','),
  )
  writeFileSync(file, `\uFEFFAddress,Name,username,language\r\n${lines.join('\r\n')}\r\n`)
  const sqlite = join(folder, 'people.db')
  const database = new Database(sqlite)
  database.exec(insertPeople(PEOPLE))
  database.close()
  const listCommand = join(folder, 'list-people')
  writeFileSync(
    listCommand,
    `#!${process.execPath}
const people = ${JSON.stringify(PEOPLE)}
let text = ''
process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => {
  const [filter, ...rest] = text.split('\\n')
  if (rest.join() !== '' || process.argv[2] !== '--only=' + filter) process.exit(1)
  for (const one of people) {
    if (filter === '*' || filter === one.language) process.stdout.write(JSON.stringify(one) + '\\n')
  }
})
`,
  )
  chmodSync(listCommand, 0o755)
  return {
    csv: { csv: file },
    sqlite: { sql: { url: `sqlite:${sqlite}`, query: QUERY, list: LIST } },
    command: { command: ['true'], listCommand: [listCommand, '--only=%FILTER%'] },
  }
})

describe.each([
  ['csv', 'language=fr'],
  ['sqlite', 'fr'],
  ['command', 'fr'],
] as const)('people listed by %s', (kind, french) => {
  it('are all there, and those whom a filter means', () =>
    withDirectory(given()[kind], (people) => listsPeople(people, PEOPLE, french)))
})

describe('a list', () => {
  it('tells those of whom no person can be made, and goes on', async () => {
    const rows = [
      'ann@example.com,Ann,u1,en,12',
      ',Nobody,,,',
      'no address,Nobody,,,',
      `bob@example.com,Bob,"u\u200B2",,`,
      'SMTP:carl@example.com,  ,,no_language!,7',
      `dora@example.com,Dora,,,${'x'.repeat(60_000)}`,
    ]
    const settings = csv(`address,name,username,language,Room\n${rows.join('\n')}\n`)
    await withDirectory(settings, async (people) => {
      const found = await listed(people, '*')
      expect(found.slice(0, 5)).toEqual([
        {
          address: 'ann@example.com',
          name: 'Ann',
          username: 'u1',
          language: 'en',
          others: new Map([['room', '12']]),
        },
        { trouble: 'It has no mail address.' },
        { trouble: 'Its mail address is none.' },
        { trouble: 'It has a log-in that cannot be one.' },
        { address: 'carl@example.com', others: new Map([['room', '7']]) },
      ])
      expect(found.map(addressOf)[5]).toBe('dora@example.com')
    })
  })

  it('has the addresses where the configuration says that they are', async () => {
    const settings = {
      ...csv('street,Primary mail,name\nHigh Street,ann@example.com,Ann\n'),
      attributes: { address: 'primary mail' },
    }
    await withDirectory(settings, async (people) => {
      expect(await listed(people, '*')).toEqual([
        { address: 'ann@example.com', name: 'Ann', others: new Map([['street', 'High Street']]) },
      ])
    })
  })

  it.each([
    ['department= sales ', ['ann@example.com', 'carl@example.com']],
    ['DEPARTMENT=Sales', ['ann@example.com', 'carl@example.com']],
    ['department=', ['dora@example.com']],
    ['note=a=b', ['bob@example.com']],
  ])('of a file is filtered by %j', async (filter, expected) => {
    const settings = csv(
      'address,Department,note\nann@example.com,Sales,\nbob@example.com,IT,a=b\ncarl@example.com,SALES,\ndora@example.com,,\n',
    )
    await withDirectory({ ...settings, attributes: { name: 'note' } }, async (people) => {
      expect((await listed(people, filter)).map(addressOf)).toEqual(expected)
    })
  })

  it.each([
    ['department', 'invalid_request', /no COLUMN=VALUE/],
    ['=Sales', 'invalid_request', /no COLUMN=VALUE/],
    ['constructor=Sales', 'invalid_request', /no column “constructor”/],
  ])('of a file is not filtered by %j', async (filter, code, message) => {
    await withDirectory(csv('address,name\nann@example.com,Ann\n'), async (people) => {
      await expect(listed(people, filter)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as string,
      })
    })
  })

  it.each<[string, Readonly<Record<string, unknown>>, string, RegExp]>([
    [
      'SQL without a statement',
      { sql: { url: 'sqlite:/nowhere/people.db', query: QUERY } },
      'invalid_configuration',
      /set directory\.sql\.list/,
    ],
    [
      'a program that lists nobody',
      { command: ['true'] },
      'invalid_configuration',
      /set directory\.listCommand/,
    ],
    [
      'a database that is not there',
      { sql: { url: 'sqlite:/nowhere/people.db', query: QUERY, list: LIST } },
      'directory_unavailable',
      /It failed with ENOENT\.$/,
    ],
    [
      'a file that is not there',
      { csv: '/nowhere/people.csv' },
      'directory_unavailable',
      /It failed with ENOENT\.$/,
    ],
    [
      'a program that is not there',
      { command: ['true'], listCommand: ['/nowhere/list-people'] },
      'directory_unavailable',
      /It failed with ENOENT\.$/,
    ],
  ])('of %s is told of', async (_what, settings, code, message) => {
    await withDirectory(settings, async (people) => {
      await expect(listed(people, '*')).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as string,
      })
    })
  })

  it('of a statement has the filter as a parameter, and addresses', async () => {
    const { sql } = given().sqlite
    const list = (text: string, filter: string) =>
      withDirectory({ sql: { ...sql, list: text } }, (people) => listed(people, filter))
    for (const filter of [
      "' or ''='",
      "fr' or 1=1 --",
      '?',
      '%FILTER%',
      "fr'; drop table people",
    ]) {
      expect(await list(LIST, filter), filter).toEqual([])
    }
    await expect(list('select address from people', 'fr')).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('has no %FILTER%') as string,
    })
    expect(await list('select address from people', '*')).toHaveLength(PEOPLE.length)
    await expect(list('select name from people', '*')).rejects.toMatchObject({
      message: expect.stringContaining('Its list has no column address.') as string,
      hint: expect.stringContaining('name one with “as address”') as string,
    })
    await expect(list('select nothing from people', '*')).rejects.toMatchObject({
      code: 'directory_unavailable',
    })
  })
})

describe('a program that lists people', () => {
  const list = (script: string, timeout = 20) =>
    withDirectory(
      { command: ['true'], listCommand: [executable(`#!/bin/sh\n${script}\n`)], timeout },
      (people) => listed(people, '*'),
    )

  it('may write lines that are nothing, and some that are wrong', async () => {
    const found = await list(
      `printf '{"address":"a@example.com","room":7,"tall":true,"list":["x"]}\\n\\nnull\\nAnn\\n[]\\n{"address":"b@example.com"}'`,
    )
    expect(found).toEqual([
      {
        address: 'a@example.com',
        others: new Map([
          ['room', '7'],
          ['tall', 'true'],
          ['list', 'x'],
        ]),
      },
      { trouble: 'The program writes what is not JSON.' },
      { trouble: 'The program writes JSON that is no object.' },
      { address: 'b@example.com', others: new Map() },
    ])
  })

  it.each([
    ['fails at the end', `echo '{"address":"a@example.com"}'; exit 3`, 'ended with status 3.'],
    ['writes Latin 1', `printf '{"name":"M\\374ller"}\\n'`, 'writes what is not UTF-8.'],
    ['writes one line without end', "yes | tr -d '\\n'", 'line that is longer than 64 KB.'],
  ])('has no list when it %s', async (_what, script, message) => {
    await expect(list(script)).rejects.toMatchObject({
      code: 'directory_unavailable',
      message: expect.stringContaining(message) as string,
    })
  })

  it('is ended with all that it has started when it says nothing more', async () => {
    const file = join(temporaryFolder(), 'pid')
    const script = `echo '{"address":"a@example.com"}'; sleep 1000 & echo $! > '${file}'; wait`
    await expect(list(script, 1)).rejects.toMatchObject({
      message: expect.stringContaining('It did not answer in time.') as string,
      hint: expect.stringContaining('directory.timeout') as string,
    })
    await expect
      .poll(() => {
        const stat = `/proc/${Number(readFileSync(file, 'utf8'))}/stat`
        return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'))
      })
      .toBe(false)
  })
})
