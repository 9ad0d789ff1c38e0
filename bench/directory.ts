import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { parseAddress } from '../src/account/address.js'
import { directoryConfig } from '../test/directory/conformance.js'
import { DIRECTORY_SERVERS, type DirectorySettings } from '../test/support/directory-servers.js'
import { openTestDirectory } from '../test/support/open-test-directory.js'
import { insertPeople, type ListedPerson } from '../test/support/people.js'

// How long ten thousand look-ups take in each kind of directory, of ten thousand people, each asked for once
// and 32 at a time, and then once more from what is kept. A program is started for each look-up. Without names
// of kinds it is all of them.

const PEOPLE = 10_000
const AT_ONCE = 32
const KINDS = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))
// Some servers refuse to run as root.
chmodSync(folder, 0o755)

const people: ListedPerson[] = Array.from({ length: PEOPLE }, (_, n) => ({
  address: `person${n}@example.com`,
  name: `Person Number ${n}`,
  username: `u${n}`,
  aliases: [`p${n}@example.com`],
  language: 'de',
}))
const addresses = people.map(({ address }) => parseAddress(address))

async function measure(kind: string, settings: DirectorySettings): Promise<void> {
  if (KINDS.length > 0 && !KINDS.includes(kind)) return
  const directory = await openTestDirectory(directoryConfig({ timeout: 30, ...settings }))
  const times: number[] = []
  const all = async () => {
    const begin = performance.now()
    let next = 0
    const work = async () => {
      for (let i = next++; i < PEOPLE; i = next++) {
        const [address] = addresses.slice(i, i + 1)
        if (address === undefined) return
        const asked = performance.now()
        const found = await directory.find(address)
        if (found?.username !== `u${i}`) throw new Error(`${kind} has another ${address}.`)
        times.push(performance.now() - asked)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return performance.now() - begin
  }
  await directory.check()
  const cold = await all()
  const sorted = times.splice(0).sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1)
  const kept = await all()
  await directory.close()
  const perSecond = (milliseconds: number) => Math.round((PEOPLE / milliseconds) * 1000)
  console.log(
    `${kind}: ${(cold / 1000).toFixed(2)} s, ${perSecond(cold)} a second; each ${at(0.5)} ms, ` +
      `99 of 100 within ${at(0.99)} ms; kept: ${perSecond(kept)} a second`,
  )
}

const csv = join(folder, 'people.csv')
writeFileSync(
  csv,
  ['address,name,username,aliases,language']
    .concat(
      people.map((one) => [one.address, one.name, one.username, ...one.aliases, 'de'].join(',')),
    )
    .join('\n'),
)
const sqlite = join(folder, 'people.db')
const database = new Database(sqlite)
database.exec(insertPeople(people))
database.close()
const program = join(folder, 'find-person')
writeFileSync(
  program,
  `#!/bin/sh
read -r address
number=\${address#person}
echo "{\\"username\\":\\"u\${number%@*}\\"}"
`,
)
chmodSync(program, 0o755)
const query = 'select name, username, aliases, language from people where address = %EMAILADDRESS%'
try {
  await measure('csv', { csv })
  await measure('sqlite', { sql: { url: `sqlite:${sqlite}`, query } })
  await measure('command', { command: [program] })
  for (const name of ['slapd', 'postgresql', 'mariadb'] as const) {
    const isWanted = KINDS.length === 0 || KINDS.includes(name)
    if (!isWanted || DIRECTORY_SERVERS[name].isSkipped) continue
    const own = join(folder, name)
    mkdirSync(own)
    const server = await DIRECTORY_SERVERS[name].start({ folder: own, people })
    try {
      await measure(name, server.settings({ host: '127.0.0.1', port: server.port }))
    } finally {
      await server.stop()
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
