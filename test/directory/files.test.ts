import { writeFileSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, it } from 'vitest'
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
