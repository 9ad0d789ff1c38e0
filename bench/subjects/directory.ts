import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { parseAddress } from '../../src/account/address.js'
import { directoryConfig } from '../../test/directory/conformance.js'
import { DIRECTORY_SERVERS, type DirectorySettings } from '../../test/support/directory-servers.js'
import { openTestDirectory } from '../../test/support/open-test-directory.js'
import { insertPeople, type ListedPerson } from '../../test/support/people.js'
import { inFolder } from '../support/in-folder.js'
import { row, type Options, type Row, type Subject } from '../support/subject.js'

const PEOPLE = 10_000
const AT_ONCE = 32
const ROUNDS = 5
const QUERY = 'select name, username, aliases, language from people where address = %EMAILADDRESS%'
const SERVERS = ['mariadb', 'postgresql', 'slapd'] as const
/** How many are looked up in a round, of those that take longest; each once, all rounds together. */
const SLOW: Readonly<Record<string, number>> = { slapd: 200, command: 40 }

const people: readonly ListedPerson[] = Array.from({ length: PEOPLE }, (_, n) => ({
  address: `person${n}@example.com`,
  name: `Person Number ${n}`,
  username: `u${n}`,
  aliases: [`p${n}@example.com`],
  language: 'de',
}))
const addresses = people.map(({ address }) => parseAddress(address))

/**
 * How long look-ups take in each kind of directory of ten thousand people, each asked for once, and then once more from
 * what is kept. A program is started for each look-up.
 */
export const directory: Subject = {
  name: 'directory',
  about: `finding people, of ${PEOPLE}, ${AT_ONCE} at a time`,
  run: (options) =>
    inFolder(async (folder) => {
      // Some servers refuse to run as root.
      chmodSync(folder, 0o755)
      const rows: Row[] = []
      for (const [kind, settings] of Object.entries(writeDirectories(folder))) {
        rows.push(...(await directoryRows(kind, settings, options)))
      }
      for (const name of SERVERS) {
        const own = join(folder, name)
        mkdirSync(own)
        const server = await DIRECTORY_SERVERS[name].start({ folder: own, people })
        try {
          const settings = server.settings({ host: '127.0.0.1', port: server.port })
          rows.push(...(await directoryRows(name, settings, options)))
        } finally {
          await server.stop()
        }
      }
      return rows
    }),
}

/** Makes those that are no servers. */
function writeDirectories(folder: string): Readonly<Record<string, DirectorySettings>> {
  const csv = join(folder, 'people.csv')
  const lines = people.map((one) =>
    [one.address, one.name, one.username, ...one.aliases, 'de'].join(','),
  )
  writeFileSync(csv, ['address,name,username,aliases,language', ...lines].join('\n'))
  const sqlite = join(folder, 'people.db')
  const database = new Database(sqlite)
  database.exec(insertPeople(people))
  database.close()
  const program = join(folder, 'find-person')
  const shell = `#!/bin/sh
read -r address
number=\${address#person}
echo "{\\"username\\":\\"u\${number%@*}\\"}"
`
  writeFileSync(program, shell, { mode: 0o755 })
  return {
    csv: { csv },
    sqlite: { sql: { url: `sqlite:${sqlite}`, query: QUERY } },
    command: { command: [program] },
  }
}

async function directoryRows(
  kind: string,
  settings: DirectorySettings,
  { isQuick }: Options,
): Promise<readonly Row[]> {
  const opened = await openTestDirectory(directoryConfig({ timeout: 30, ...settings }))
  const each = Math.ceil((SLOW[kind] ?? PEOPLE / ROUNDS) / (isQuick ? 2 : 1))
  const times: number[] = []
  const round = async (number: number) => {
    const begin = performance.now()
    const end = (number + 1) * each
    let next = number * each
    const work = async () => {
      for (let i = next++; i < end; i = next++) {
        const [address] = addresses.slice(i, i + 1)
        if (address === undefined) return
        const asked = performance.now()
        const found = await opened.find(address)
        if (found?.username !== `u${i}`) throw new Error(`${kind} has another ${address}.`)
        times.push(performance.now() - asked)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return each / ((performance.now() - begin) / 1000)
  }
  const all = async () => {
    const rates: number[] = []
    for (let number = 0; number < ROUNDS; number++) rates.push(await round(number))
    return rates
  }
  try {
    await opened.check()
    const cold = await all()
    const waited = times.splice(0)
    return [
      row([kind, kind], 'look-ups/s', cold),
      row([`${kind}-each`, '  each of them'], 'ms', waited),
      row([`${kind}-kept`, '  from what is kept'], 'look-ups/s', await all()),
    ]
  } finally {
    await opened.close()
  }
}
