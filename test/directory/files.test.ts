import { writeFileSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { insertPeople, PEOPLE } from '../support/people.js'
import { suite } from '../support/suite.js'
import { findsPeople, takesAddressesLiterally, withDirectory } from './conformance.js'

const QUERY = 'select name, username, aliases, language from people where address = %EMAILADDRESS%'

const given = suite((folder) => {
  const csv = join(folder, 'people.csv')
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  const lines = PEOPLE.map(({ address, name, username, aliases, language }) =>
    [address, name, username, aliases.join(' '), language].map(cell).join(','),
  )
  writeFileSync(csv, `\uFEFFAddress,Name,username,Aliases,language\r\n${lines.join('\r\n')}\r\n`)
  const sqlite = join(folder, 'people.db')
  const database = new Database(sqlite)
  database.exec(insertPeople())
  database.close()
  const program = join(folder, 'find-person')
  writeFileSync(
    program,
    `#!${process.execPath}
const people = ${JSON.stringify(PEOPLE)}
let text = ''
process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => {
  const found = people.find(({ address }) => address + '\\n' === text)
  process.stdout.write(JSON.stringify(found ?? null))
})
`,
  )
  chmodSync(program, 0o755)
  return {
    csv: { csv },
    sqlite: { sql: { url: `sqlite:${sqlite}`, query: QUERY } },
    command: { command: [program] },
  }
})

describe.each(['csv', 'sqlite', 'command'] as const)('people in %s', (kind) => {
  it('are found', () => withDirectory(given()[kind], findsPeople))
  it('are told apart by what their addresses are, not by what they mean elsewhere', () =>
    withDirectory(given()[kind], takesAddressesLiterally))
})

describe('an SQLite file', () => {
  const reasonOf = (sql: { readonly url: string; readonly query: string }) =>
    withDirectory({ sql, timeout: 20 }, (people) =>
      people.find(parseAddress('ann@example.com')).then(
        () => undefined,
        (error: unknown) => String((error as Error).cause),
      ),
    )

  it('that answers with more than a megabyte gives no answer', async () => {
    const query = (size: number) =>
      `select 'Ann' as name, hex(zeroblob(${size})) as aliases where %EMAILADDRESS% <> ''`
    const { url } = given().sqlite.sql
    expect(await reasonOf({ url, query: query(400_000) })).toBeUndefined()
    expect(await reasonOf({ url, query: query(600_000) })).toBe(
      'DirectoryTrouble: It failed with SQLITE_TOOBIG.',
    )
  })

  it('that is not there gives no answer, and is not made', async () => {
    expect(await reasonOf({ url: 'sqlite:/nowhere/people.db', query: QUERY })).toBe(
      'DirectoryTrouble: It failed with ENOENT.',
    )
  })
})
