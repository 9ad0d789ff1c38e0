import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { CsvRecords } from '../../src/batch/list/csv-records.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { putDevelopmentCertificate } from '../support/development-certificate.js'
import { openTestStore } from '../support/open-test-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const PEOPLE = 5000
const KILLS = 20
// Tomorrow: the development certificate is made today.
const SOURCE_DATE_EPOCH = String(Math.floor(Date.now() / 1000) + 86_400)

/** A folder with a configuration, the certificate of this run of the tests, and a list. */
async function place(): Promise<string> {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), 'baseUrl: https://setup.example.com\n')
  const rows = Array.from({ length: PEOPLE }, (_, i) => `person${i}@btinternet.com,Person ${i}`)
  writeFileSync(join(cwd, 'people.csv'), `address,name\n${rows.join('\n')}\n`)
  mkdirSync(join(cwd, 'certs'))
  await putDevelopmentCertificate(join(cwd, 'certs'))
  return cwd
}

function start(cwd: string) {
  const argv = ['batch', 'people.csv', '--out', 'out', '--invitations', '--quiet']
  const child = spawn(process.execPath, [BIN, ...argv, '--format', 'apple-profile'], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, SOURCE_DATE_EPOCH },
    stdio: 'ignore',
  })
  return { child, ended: once(child, 'exit') as Promise<[number | null, string | null]> }
}

function journalSize(cwd: string): number {
  const path = join(cwd, 'out/.mailprofile-journal')
  return existsSync(path) ? statSync(path).size : 0
}

function profiles(cwd: string): ReadonlyMap<string, Buffer> {
  const out = join(cwd, 'out')
  const names = readdirSync(out, { recursive: true, encoding: 'utf8' })
  return new Map(
    names
      .filter((name) => name.endsWith('.mobileconfig'))
      .sort()
      .map((name) => [name, readFileSync(join(out, name))]),
  )
}

it('a run that is killed again and again makes what one run makes, and nothing twice', async () => {
  const clean = await place()
  expect(await start(clean).ended).toEqual([0, null])
  const wanted = profiles(clean)
  expect(wanted.size).toBe(PEOPLE)

  const cwd = await place()
  let kills = 0
  for (let i = 0; i < KILLS; i++) {
    const begin = journalSize(cwd)
    // A whole run writes about 1.5 MB: most of them get somewhere, and some hardly begin.
    const enough = begin + Math.floor(Math.random() * 100_000)
    const { child, ended } = start(cwd)
    while (
      child.exitCode === null &&
      (i % 4 > 0 ? journalSize(cwd) <= enough : journalSize(cwd) === 0 || Math.random() > 0.2)
    ) {
      await sleep(1)
    }
    child.kill('SIGKILL')
    const [, signal] = await ended
    if (signal === 'SIGKILL') kills++
  }
  expect(kills).toBe(KILLS)
  expect(await start(cwd).ended).toEqual([0, null])

  expect(profiles(cwd)).toEqual(wanted)
  const rest = readdirSync(join(cwd, 'out')).filter((name) => !/^\d{4}$/.test(name))
  expect(rest).toEqual(['results.csv'])
  const store = await openTestStore(`sqlite:${join(cwd, 'data/mailprofile.db')}`)
  try {
    const invitations = new Invitations({ store })
    let count = 0
    for (let cursor: string | undefined; ;) {
      const page = await invitations.list({ limit: 100, cursor })
      count += page.invitations.length
      cursor = page.cursor
      if (cursor === undefined) break
    }
    expect(count).toBe(PEOPLE)
    const [, ...rows] = new CsvRecords(',').read(
      readFileSync(join(cwd, 'out/results.csv'), 'utf8'),
      true,
    )
    expect(rows).toHaveLength(PEOPLE)
    for (const row of rows) {
      const [, address, , , link = ''] = 'cells' in row ? row.cells : []
      expect((await invitations.open(link.slice(-22)))?.person?.address).toBe(address)
    }
  } finally {
    await store.close()
  }
}, 900_000)
