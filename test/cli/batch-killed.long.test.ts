import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Invitations } from '../../src/invitations/invitations.js'
import { putDevelopmentCertificate } from '../support/development-certificate.js'
import { fetchMail } from '../support/mail-clients.js'
import { mailServers, noMailServers, type MailServers } from '../support/mail-servers.js'
import { openTestStore } from '../support/open-test-store.js'
import { program } from '../support/programs.js'
import { readCsv } from '../support/read-csv.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const PEOPLE = 5000
const MAILS = 1000
const KILLS = 20
// Tomorrow: the development certificate is made today.
const SOURCE_DATE_EPOCH = String(Math.floor(Date.now() / 1000) + 86_400)

/** A folder with a configuration, the certificate of this run of the tests, and a list. */
async function place(people: number, more = '', last = ''): Promise<string> {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), `baseUrl: https://setup.example.com\n${more}`)
  const rows = Array.from(
    { length: people },
    (_, i) => `person${i}@btinternet.com,Person ${i}${last}`,
  )
  writeFileSync(
    join(cwd, 'people.csv'),
    `address,name${last && ',deliverTo'}\n${rows.join('\n')}\n`,
  )
  mkdirSync(join(cwd, 'certs'))
  await putDevelopmentCertificate(join(cwd, 'certs'))
  return cwd
}

function start(cwd: string, more: readonly string[]) {
  const argv = [BIN, 'batch', 'people.csv', '--out', 'out', '--invitations', '--quiet', ...more]
  const child = spawn(process.execPath, argv, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, SOURCE_DATE_EPOCH },
    stdio: 'ignore',
  })
  return { child, ended: once(child, 'exit') as Promise<[number | null, string | null]> }
}

/**
 * Kills a run again and again, each time when it has written so much more, so that it comes to its end after the last of
 * them; a machine that is slow to kill may let it come there before.
 */
async function killAgain(cwd: string, more: readonly string[], written: number): Promise<void> {
  let kills = 0
  for (let i = 0; i < KILLS; i++) {
    const begin = journalSize(cwd)
    const enough = begin + Math.floor(Math.random() * written)
    const { child, ended } = start(cwd, more)
    // Some are killed as soon as they have begun.
    const hasEnough = () => (i % 4 === 0 ? begin + 1 : enough) <= journalSize(cwd)
    while (child.exitCode === null && !hasEnough()) await sleep(1)
    if (i % 4 === 0) await sleep(Math.random() * 50)
    child.kill('SIGKILL')
    if ((await ended)[1] === 'SIGKILL') kills++
  }
  expect(kills).toBeGreaterThan(KILLS / 2)
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

/** The rows of results.csv. */
function results(cwd: string) {
  return readCsv(join(cwd, 'out/results.csv'))
}

/** How many invitations the store has, and for whom each link is. */
async function invitationsOf(cwd: string) {
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
    const invited: (string | undefined)[] = []
    for (const { link = '' } of results(cwd)) {
      invited.push((await invitations.open(link.slice(-22)))?.person?.address)
    }
    return { count, invited }
  } finally {
    await store.close()
  }
}

describe('a run that is killed again and again', () => {
  it('makes what one run makes, and nothing twice', async () => {
    const more = ['--format', 'apple-profile']
    const clean = await place(PEOPLE)
    expect(await start(clean, more).ended).toEqual([0, null])
    const wanted = profiles(clean)
    expect(wanted.size).toBe(PEOPLE)

    const cwd = await place(PEOPLE)
    // A whole run writes about 1.5 MB.
    await killAgain(cwd, more, 60_000)
    expect(await start(cwd, more).ended).toEqual([0, null])

    expect(profiles(cwd)).toEqual(wanted)
    const rest = readdirSync(join(cwd, 'out')).filter((name) => !/^\d{4}$/.test(name))
    expect(rest).toEqual(['results.csv'])
    const { count, invited } = await invitationsOf(cwd)
    expect(count).toBe(PEOPLE)
    expect(invited).toEqual(results(cwd).map(({ address }) => address))
  }, 900_000)

  describe.skipIf(noMailServers())('with a real mail server', () => {
    const servers = mailServers()

    it('sends no mail twice, tells which may have been sent, and prints each letter once', async () => {
      const { ports, mailboxes, ca } = servers()
      const cwd = await place(
        MAILS,
        `delivery:
  smtp: { host: localhost, port: ${ports.smtp.tls}, security: tls, username: ${JSON.stringify(mailboxes.ann.outgoingUsername)} }
  password: ${JSON.stringify(mailboxes.ann.password)}
  from: ${mailboxes.ann.address}
  ca: ca.pem
`,
        ',bob@example.test',
      )
      writeFileSync(join(cwd, 'ca.pem'), ca)
      const more = ['--mail', '--letters', 'letters.pdf']
      await killAgain(cwd, more, 20_000)
      const [status] = await start(cwd, more).ended
      const rows = results(cwd)
      const states = new Set(rows.map(({ mail = '' }) => mail.split(':', 1)[0]))
      expect(rows).toHaveLength(MAILS)
      expect([...states].filter((state) => state !== 'sent' && state !== 'uncertain')).toEqual([])
      expect(status).toBe(states.has('uncertain') ? 1 : 0)
      const sent = rows.filter(({ mail }) => mail === 'sent')
      let mails: string[] = []
      // The server puts them into the mailbox one after the other.
      while (mails.length < sent.length) mails = await mailsOfBob(servers())
      const countOf = ({ link = '' }: Readonly<Record<string, string>>) =>
        mails.filter((mail) => mail.replaceAll('=\r\n', '').includes(link.slice(-22))).length
      expect(sent.filter((row) => countOf(row) !== 1)).toEqual([])
      expect(rows.filter((row) => countOf(row) > 1)).toEqual([])
      expect((await invitationsOf(cwd)).count).toBe(MAILS)
      const own = [
        'ca.pem',
        'certs',
        'data',
        'letters.pdf',
        'mailprofile.yaml',
        'out',
        'people.csv',
      ]
      expect(readdirSync(cwd).sort()).toEqual(own)
      const letters = join(cwd, 'letters.pdf')
      const info = execFileSync(program('pdfinfo'), [letters], { encoding: 'utf8' })
      expect(info).toMatch(new RegExp(`^Pages: +${MAILS}$`, 'm'))
    }, 900_000)
  })
})

async function mailsOfBob({ account, ca, mailboxes }: MailServers): Promise<string[]> {
  const { host, port } = account('bob').incoming
  const { incomingUsername: username, password } = mailboxes.bob
  const security = 'tls'
  return fetchMail(
    { protocol: 'imap', host, port, security, authentication: 'password', username, password },
    ca,
  )
}
