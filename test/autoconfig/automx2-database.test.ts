import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { importAutoconfig } from '../../src/autoconfig/import.js'
import { example, withPlaces } from '../support/examples.js'
import { isMissing } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const FOLDER = new URL('../vectors/other-programs/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')

const { answers } = JSON.parse(read('automx2-answers.json')) as {
  readonly answers: Readonly<Record<string, string>>
}

/** What the example of the page makes of a database, imported. */
function importDatabase() {
  const folder = temporaryFolder()
  const database = join(folder, 'db.sqlite')
  execFileSync('sqlite3', [database], { input: read('automx2-database.sql') })
  const script = withPlaces(example('docs/replacing.md: mkdir old'), [
    ['/var/lib/automx2/db.sqlite', database],
    ['mailprofile providers import', 'echo'],
  ])
  mkdirSync(join(folder, 'work'))
  const work = { cwd: join(folder, 'work') }
  execFileSync('sh', ['-euc', script], work)
  const made = join(folder, 'work/old')
  return readdirSync(made).map((name) => {
    const text = readFileSync(join(made, name), 'utf8')
    return { text, imported: importAutoconfig(text, name) }
  })
}

it.skipIf(isMissing('sqlite3'))('a database of automx2 becomes what automx2 answered', () => {
  const files = importDatabase()
  expect(files.map(({ imported }) => imported.provider.domains)).toEqual([
    ['brightpost.example', 'post.example', 'staff.example'],
    ['old.example'],
    ['eggs.example'],
  ])
  for (const [domain, document] of Object.entries(answers)) {
    const answered = importAutoconfig(document, 'a.xml', { domains: [domain] }).provider
    const [{ provider } = { provider: answered }] = files
      .map(({ imported }) => imported)
      .filter((file) => file.provider.domains.includes(domain))
    expect(provider).toMatchObject({
      name: answered.name,
      incoming: answered.incoming,
      outgoing: answered.outgoing,
    })
  }
})

it.skipIf(isMissing('sqlite3'))('and tells more than it answered, but no password', () => {
  const files = importDatabase()
  const [first, , eggs] = files.map(({ imported }) => imported)
  expect(first?.provider.calendar).toEqual({
    url: 'https://dav.brightpost.example/%EMAILADDRESS%/calendar/',
  })
  expect(eggs?.provider.contacts).toEqual({
    url: 'https://dav.eggs.example:8443/',
    username: '%EMAILADDRESS%',
  })
  expect(first?.warnings).toEqual([
    'Log-ins of the domain “staff.example” came from LDAP: here they are what the user names say.',
  ])
  expect(read('automx2-database.sql')).toContain('bind-password-of-nobody')
  for (const { text } of files) expect(text).not.toContain('bind-password-of-nobody')
})
