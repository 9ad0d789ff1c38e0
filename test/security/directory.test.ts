import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { localPart, parseAddress } from '../../src/account/address.js'
import { formats } from '../../src/formats/index.js'
import { directoryConfig } from '../directory/conformance.js'
import { apiApp } from '../support/api.js'
import { createDeployment, pathOf, type Deployment } from '../support/deployment.js'
import { DIRECTORY_SERVERS, type DirectoryServer } from '../support/directory-servers.js'
import { getRequest } from '../support/herd.js'
import { KeptConnection } from '../support/kept-connection.js'
import { listeningPort } from '../support/listening-port.js'
import { pour, startLyingServer } from '../support/lying-server.js'
import { openTestDirectory } from '../support/open-test-directory.js'
import { ANN, insertPeople, NOBODY, PEOPLE, type ListedPerson } from '../support/people.js'
import { promise } from '../support/promise.js'
import { inLongSuite, runs } from '../support/runs.js'
import { createServerCertificate } from '../support/server-certificate.js'
import type { RunningServer } from '../support/server.js'
import { LDAP_READER, LDAP_SUFFIX, startSlapd } from '../support/slapd.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const LISTED = ANN.address
// As long, so that no length differs.
const UNLISTED = LISTED.replace('ann', 'bob')
const SECRETS = [ANN.name, ANN.username, ...ANN.aliases]

/** A program that knows Ann, and keeps a list of whom it was asked for. */
function recorder(folder: string) {
  const list = join(folder, 'asked.txt')
  const program = join(folder, 'find-person')
  const { name, username, aliases, language } = ANN
  writeFileSync(join(folder, 'ann.json'), JSON.stringify({ name, username, aliases, language }))
  writeFileSync(
    program,
    `#!/bin/sh
read -r address
echo "$address" >> '${list}'
if [ "$address" = '${LISTED}' ]; then cat '${join(folder, 'ann.json')}'; fi
`,
  )
  chmodSync(program, 0o755)
  return {
    yaml: `directory: { command: [${JSON.stringify(program)}], cacheFor: 0, cacheMissingFor: 0 }
`,
    /** But for those of a start and of \`/readyz\`, which are for nobody. */
    asked: () =>
      existsSync(list)
        ? readFileSync(list, 'utf8')
            .trimEnd()
            .split('\n')
            .filter((address) => !address.endsWith('.invalid'))
        : [],
  }
}

function autodiscover(address: string): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml' },
    body: `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`,
  }
}

/** All that a stranger can ask with an address. */
function anonymousQuestions(address: string): (readonly [path: string, init?: RequestInit])[] {
  const query = `address=${encodeURIComponent(address)}`
  return [
    ['/'],
    [`/?${query}`],
    [`/setup?${query}`, { headers: { Accept: 'text/html' } }],
    [`/setup?${query}&protocol=pop3`, { headers: { Accept: 'text/html' } }],
    [`/setup/qr.svg?${query}`],
    [`/setup/qr.png?${query}`],
    ...formats.map(({ id }) => [`/formats/${id}?${query}`] as const),
    [`/mail/config-v1.1.xml?emailaddress=${address}`],
    [`/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=${address}`],
    ['/autodiscover/autodiscover.xml', autodiscover(address)],
    [`/autodiscover/autodiscover.json/v1.0/${address}?Protocol=AutodiscoverV1`],
    [`/autodiscover/autodiscover.json?Email=${address}&Protocol=AutodiscoverV1`],
    [`/.well-known/user-agent-configuration.json?emailaddress=${address}`],
    [`/email.mobileconfig?email=${address}`],
    [`/mobileconfig?emailaddress=${address}`],
    [`/api/v1/accounts/${address}`],
    ['/api/v1/invitations', { method: 'POST', body: JSON.stringify({ address }) }],
    [`/api/v1/accounts/${address}`, { headers: { Authorization: 'Bearer mp_wrong' } }],
  ]
}

async function answerTo(url: string, [path, init]: readonly [string, RequestInit?]) {
  const answer = await fetch(`${url}${path}`, { redirect: 'manual', ...init })
  const bytes = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, type: answer.headers.get('Content-Type'), bytes }
}

// A signature has a time and, with an elliptic curve, a random number in it.
const IS_SIGNED = /^\/(?:formats\/apple-|.*mobileconfig)/

promise(
  'No answer to a stranger depends on whom the directory of people has, and none shows what it says: pages, formats, autoconfig, Autodiscover and PACC never ask it.',
  () => {
    const folder = suite((path) => path)
    let deployment: Deployment
    let server: RunningServer
    // The same without a directory.
    let other: RunningServer
    let asked: () => string[]
    beforeAll(async () => {
      const recording = recorder(folder())
      asked = recording.asked
      const more = 'pacc: { enabled: true }\n'
      deployment = createDeployment(folder(), 'memory:', recording.yaml + more)
      const plain = join(folder(), 'plain')
      mkdirSync(plain)
      server = await deployment.start()
      other = await createDeployment(plain, 'memory:', more).start()
    })
    afterAll(() => Promise.all([server.stop(), other.stop()]))

    it('whatever a stranger asks', async () => {
      const statuses = new Map<string, number[]>()
      for (const address of [LISTED, UNLISTED]) {
        for (const [index, question] of anonymousQuestions(address).entries()) {
          const [path] = question
          const answer = await answerTo(server.url, question)
          const without = await answerTo(other.url, question)
          expect([answer.status, answer.type], path).toEqual([without.status, without.type])
          if (!IS_SIGNED.test(path)) expect(answer.bytes.equals(without.bytes), path).toBe(true)
          for (const secret of SECRETS) expect(answer.bytes.includes(secret), path).toBe(false)
          statuses.set(String(index), [...(statuses.get(String(index)) ?? []), answer.status])
        }
      }
      for (const [listed, unlisted] of statuses.values()) expect(unlisted).toBe(listed)
      expect(
        [...statuses.values()].flat().filter((status) => status === 200).length,
      ).toBeGreaterThan(40)
      expect(asked()).toEqual([])
    })

    it('and whoever has a key is answered from it, as the key allows', async () => {
      const get = (address: string) =>
        fetch(`${server.url}/api/v1/accounts/${address}`, {
          headers: { Authorization: `Bearer ${deployment.apiKey}` },
        })
      expect(await (await get(LISTED)).json()).toMatchObject({
        account: { identity: { name: ANN.name }, incoming: { username: ANN.username } },
        person: { aliases: ANN.aliases, language: ANN.language },
      })
      expect(await (await get(UNLISTED)).json()).not.toHaveProperty('person')
      expect(asked()).toEqual([LISTED, UNLISTED])
      // What is not an account here is none of the directory's business.
      expect((await get('ann@unknown.example')).status).toBe(404)
      const made = await deployment.invite(server.url, { address: LISTED })
      expect(asked()).toEqual([LISTED, UNLISTED, LISTED])
      // A download is made of what was sealed then.
      const opened = await fetch(`${server.url}${pathOf(made)}/formats/settings-sheet`)
      expect(await opened.text()).toContain(ANN.username)
      expect(asked()).toHaveLength(3)
    })
  },
)

describe('the time of an answer', () => {
  let questions = 0
  const { app } = apiApp({
    people: {
      async find() {
        questions++
        await new Promise((resolve) => setTimeout(resolve, 20))
        return { aliases: [] }
      },
    },
  })
  const port = listeningPort(app)

  it('tells nothing of a mailbox', async () => {
    const connection = new KeptConnection(port(), 60_000)
    const timeOf = async (address: string) => {
      const begin = performance.now()
      await connection.send(Buffer.from(getRequest(`/setup?address=${address}`)))
      return performance.now() - begin
    }
    const pairs = runs(2000)
    let slower = 0
    for (let i = -50; i < pairs; i++) {
      // In turns, either first.
      const order = i % 2 === 0 ? [LISTED, UNLISTED] : [UNLISTED, LISTED]
      const times = new Map<string, number>()
      for (const address of order) times.set(address, await timeOf(address))
      const isSlower = (times.get(LISTED) ?? 0) > (times.get(UNLISTED) ?? 0)
      if (i >= 0 && isSlower) slower++
    }
    connection.close()
    expect(Math.abs(slower / pairs - 0.5)).toBeLessThan(1 / 3)
    expect(questions).toBe(0)
  })
})

promise(
  'What an address holds means nothing to a directory: it is a value in a filter or a name of LDAP, a parameter of a query, a line on standard input, and never a part of the language around it.',
  () => {
    async function finds(
      settings: Readonly<Record<string, unknown>>,
      listed: readonly ListedPerson[] = PEOPLE,
    ): Promise<void> {
      const people = await openTestDirectory(directoryConfig(settings))
      ends.push(() => people.close())
      for (const { address, username } of listed) {
        expect(await people.find(parseAddress(address)), address).toMatchObject({ username })
      }
      for (const address of NOBODY) {
        expect(await people.find(parseAddress(address)), address).toBeUndefined()
      }
    }

    it('in SQLite', async () => {
      const file = join(temporaryFolder(), 'people.db')
      const database = new Database(file)
      database.exec(insertPeople())
      database.close()
      const query = 'select username from people where address = %EMAILADDRESS%'
      await finds({ sql: { url: `sqlite:${file}`, query } })
    })

    it('to a program, which gets it as a line and within an argument', async () => {
      const folder = temporaryFolder()
      const program = join(folder, 'find-person')
      writeFileSync(
        program,
        `#!${process.execPath}
const [given, ...more] = process.argv.slice(2)
const line = require('node:fs').readFileSync(0, 'utf8')
const found = ${JSON.stringify(PEOPLE)}.find(({ address }) => '--address=' + address === given)
if (more.length > 0 || '--address=' + line !== given + '\\n') process.exit(1)
process.stdout.write(JSON.stringify(found ?? null))
`,
      )
      chmodSync(program, 0o755)
      await finds({ command: [program, '--address=%EMAILADDRESS%'] })
    })

    it.each([
      [{ command: ['find-person', '%EMAILADDRESS%'] }],
      [{ command: ['%EMAILLOCALPART%'] }],
      [{ ldap: { url: 'ldaps://x.example', base: 'dc=x', filter: '(%EMAILLOCALPART%=x)' } }],
      [{ ldap: { url: 'ldaps://x.example', base: '%EMAILADDRESS%,dc=x' } }],
      [{ sql: { url: 'sqlite:x', query: "select 1 where a = '%EMAILADDRESS%'" } }],
    ])('and nothing else can be configured: %j', (settings) => {
      expect(() => directoryConfig(settings)).toThrow(/must/)
    })

    const folder = suite((path) => path)
    async function findsAt(name: keyof typeof DIRECTORY_SERVERS): Promise<void> {
      chmodSync(folder(), 0o755)
      const own = join(folder(), name)
      mkdirSync(own)
      const server: DirectoryServer = await DIRECTORY_SERVERS[name].start({
        folder: own,
        people: PEOPLE,
      })
      ends.push(() => server.stop())
      await finds(server.settings({ host: '127.0.0.1', port: server.port }))
    }
    it.skipIf(DIRECTORY_SERVERS.slapd.isSkipped)('in filters of LDAP', () => findsAt('slapd'))
    for (const name of ['postgresql', 'mariadb'] as const) {
      if (!DIRECTORY_SERVERS[name].isSkipped) inLongSuite(`in ${name}`, () => findsAt(name))
    }
    it.skipIf(DIRECTORY_SERVERS.slapd.isSkipped)('in names of LDAP', async () => {
      const named = PEOPLE.map((one) => ({
        ...one,
        username: localPart(parseAddress(one.address)),
      }))
      const own = join(folder(), 'names')
      mkdirSync(own)
      const slapd = await startSlapd({ folder: own, people: named })
      ends.push(() => slapd.stop())
      await finds(
        {
          ldap: {
            url: `ldap://127.0.0.1:${slapd.port}`,
            base: `uid=%EMAILLOCALPART%,ou=people,${LDAP_SUFFIX}`,
            filter: '(objectClass=inetOrgPerson)',
            scope: 'base',
            bindDn: LDAP_READER.dn,
          },
          password: LDAP_READER.password,
          attributes: { username: 'uid' },
        },
        named,
      )
    })
  },
)

promise(
  'A directory that is away, silent or lying costs a look-up no more than its time limit and a megabyte; invitations and accounts answer 503 meanwhile, and everything else goes on.',
  () => {
    it.each([
      ['silent', () => undefined],
      [
        'talking without end',
        (socket: Parameters<typeof pour>[0]) => pour(socket, Buffer.alloc(65536, 0x30)),
      ],
    ])('when it is %s', async (_how, behave) => {
      const lying = await startLyingServer(behave)
      ends.push(() => lying.stop())
      const folder = temporaryFolder()
      const deployment = createDeployment(
        folder,
        'memory:',
        `directory: { ldap: { url: 'ldap://localhost:${lying.port}', base: dc=example }, timeout: 1 }\n`,
      )
      const server = await deployment.start()
      ends.push(() => server.stop())
      const headers = { Authorization: `Bearer ${deployment.apiKey}` }
      const account = await fetch(`${server.url}/api/v1/accounts/${LISTED}`, { headers })
      expect(account.status).toBe(503)
      expect(account.headers.get('Retry-After')).toBe('60')
      expect(await account.json()).toMatchObject({ error: { code: 'directory_unavailable' } })
      await expect(deployment.invite(server.url, { address: LISTED })).rejects.toThrow(/^503 /)
      // Whoever says everything needs no directory.
      const all = { address: LISTED, name: 'Ann', username: 'ann', language: 'de' }
      expect((await deployment.invite(server.url, all)).state).toBe('pending')
      for (const path of [
        `/setup?address=${LISTED}`,
        `/formats/settings-sheet?address=${LISTED}`,
      ]) {
        expect((await fetch(`${server.url}${path}`)).status).toBe(200)
      }
      const readiness = await fetch(`${server.url}/readyz`)
      expect(readiness.status).toBe(200)
      expect(await readiness.text()).toContain('The directory of people does not answer')
    })
  },
)

promise(
  'What is asked of a directory and what it answers stands in no log, error or `/readyz`; nor do its password and its place in what others than the operator get.',
  () => {
    it('also where it goes wrong', async () => {
      const folder = temporaryFolder()
      const file = join(folder, 'people.db')
      const database = new Database(file)
      database.exec(insertPeople())
      database.close()
      // What PostgreSQL says of a wrong value quotes it; SQLite does so with this function of JSON.
      const query = "select json_extract('{}', %EMAILADDRESS%) as name from people limit 1"
      const deployment = createDeployment(
        folder,
        'memory:',
        `log: { level: trace }
directory: { sql: { url: 'sqlite:${file}', query: ${JSON.stringify(query)} } }\n`,
      )
      const server = await deployment.start()
      ends.push(() => server.stop())
      const headers = { Authorization: `Bearer ${deployment.apiKey}` }
      const answer = await fetch(`${server.url}/api/v1/accounts/${LISTED}`, { headers })
      const texts = [
        await answer.text(),
        await (await fetch(`${server.url}/readyz`)).text(),
        server.lines.join('\n'),
      ]
      expect(answer.status).toBe(503)
      for (const text of texts) expect(text).not.toMatch(/ann@|btinternet/)
      expect(texts.slice(0, 2).join('')).not.toContain(folder)
      expect(texts[2]).toContain('directory_unavailable')
    })

    it('nor does a password of a server that refuses it', async () => {
      const lying = await startLyingServer((socket) => socket.end('no\n'))
      ends.push(() => lying.stop())
      const folder = temporaryFolder()
      const deployment = createDeployment(
        folder,
        'memory:',
        `log: { level: trace }
directory:
  sql:
    url: postgres://mail:planted-secret@localhost:${lying.port}/mail
    query: select 1 where %EMAILADDRESS% = ''
`,
      )
      const server = await deployment.start()
      ends.push(() => server.stop())
      const headers = { Authorization: `Bearer ${deployment.apiKey}` }
      const answer = await fetch(`${server.url}/api/v1/accounts/${LISTED}`, { headers })
      const said = [await answer.text(), await (await fetch(`${server.url}/readyz`)).text()]
      expect([...said, ...server.lines].join('\n')).not.toContain('planted-secret')
      for (const text of said) expect(text).not.toMatch(/localhost|postgres/)
    })
  },
)

promise(
  'A directory’s server hears nothing of a person, and no password, before its certificate has been found good for the configured name; what comes in clear before TLS counts for nothing.',
  () => {
    it('with StartTLS that is interfered with', async () => {
      const sent: Buffer[] = []
      const success = Buffer.from([0x30, 12, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0])
      const injected = Buffer.from([0x30, 12, 2, 1, 2, 0x61, 7, 0x0a, 1, 0, 4, 0, 4, 0])
      const lying = await startLyingServer((socket, first) => {
        socket.on('data', (chunk: Buffer) => sent.push(chunk))
        void first.then(() => socket.write(Buffer.concat([success, injected])))
      })
      ends.push(() => lying.stop())
      const people = await openTestDirectory(
        directoryConfig({
          ldap: {
            url: `ldap://localhost:${lying.port}`,
            base: 'dc=example',
            bindDn: 'cn=reader',
          },
          password: 'planted-secret',
          tls: true,
        }),
      )
      ends.push(() => people.close())
      await expect(people.find(parseAddress(LISTED))).rejects.toMatchObject({
        code: 'directory_unavailable',
      })
      expect(Buffer.concat(sent).toString('latin1')).not.toMatch(/ann|reader|planted/)
    })

    it.skipIf(DIRECTORY_SERVERS.slapd.isSkipped)('with a certificate of another name', async () => {
      const folder = temporaryFolder()
      const certificate = createServerCertificate({ names: ['other.example.test'] })
      const ca = join(folder, 'ca.pem')
      writeFileSync(ca, certificate.ca)
      const slapd = await DIRECTORY_SERVERS.slapd.start({
        folder,
        people: PEOPLE,
        tls: certificate,
      })
      ends.push(() => slapd.stop())
      const settings = slapd.settings({ host: 'localhost', port: slapd.port }, { tls: true, ca })
      const people = await openTestDirectory(directoryConfig(settings))
      ends.push(() => people.close())
      await expect(people.find(parseAddress(LISTED))).rejects.toMatchObject({
        code: 'directory_unavailable',
        cause: { message: 'It failed with ERR_TLS_CERT_ALTNAME_INVALID.' },
      })
      expect(slapd.log()).not.toMatch(/BIND|SRCH/)
    })
  },
)
