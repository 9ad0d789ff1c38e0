import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { PeopleDirectory } from '../../src/directory/people-directory.js'
import { DirectoryTrouble } from '../../src/directory/trouble.js'
import {
  DIRECTORY_SERVERS,
  type DirectoryServer,
  type DirectorySettings,
} from '../support/directory-servers.js'
import { ANN, ODD, PEOPLE } from '../support/people.js'
import { inLongSuite, some } from '../support/runs.js'
import { BAD_CERTIFICATES, createServerCertificate } from '../support/server-certificate.js'
import { LDAP_READER, LDAP_SUFFIX, startSlapd, type Slapd } from '../support/slapd.js'
import { suite } from '../support/suite.js'
import { startTcpSwitch } from '../support/tcp-switch.js'
import { findsPeople, listed, takesAddressesLiterally, withDirectory } from './conformance.js'

const address = parseAddress(ANN.address)
const other = parseAddress(ODD[0]?.address)

/** Why a directory does not answer, as the log has it. */
async function trouble(settings: DirectorySettings): Promise<string> {
  return withDirectory(settings, async (people) => {
    const error: unknown = await people.check().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DirectoryTrouble)
    return (error as DirectoryTrouble).message
  })
}

function unavailable(people: PeopleDirectory) {
  return expect(people.find(other)).rejects.toMatchObject({ code: 'directory_unavailable' })
}

// To make a database takes seconds: the short suite does without.
const KINDS = ['slapd', 'mariadb', 'postgresql'] as const

describe.each(some(KINDS, 1))('people in %s', (name) => {
  const { isSkipped } = DIRECTORY_SERVERS[name]
  describe.skipIf(isSkipped)('of a real server', () => {
    const folder = suite((path) => path)
    const certificate = createServerCertificate()
    let server: DirectoryServer
    let ca: string
    const place = () => ({ host: '127.0.0.1', port: server.port })
    // The name that the certificate has.
    const named = () => ({ host: 'localhost', port: server.port })
    beforeAll(async () => {
      const own = join(folder(), name)
      mkdirSync(own)
      // Some refuse to run as root.
      chmodSync(folder(), 0o755)
      ca = join(folder(), 'ca.pem')
      writeFileSync(ca, certificate.ca)
      server = await DIRECTORY_SERVERS[name].start({
        folder: own,
        people: PEOPLE,
        tls: certificate,
      })
    })
    afterAll(async () => {
      await (server as DirectoryServer | undefined)?.stop()
    })

    it('are found', () => withDirectory(server.settings(place()), findsPeople))

    inLongSuite('are told apart by what their addresses are', () =>
      withDirectory(server.settings(place()), takesAddressesLiterally),
    )

    inLongSuite('are found over TLS', async () => {
      await withDirectory(server.settings(named(), { tls: true, ca }), findsPeople)
      // Nobody whom Node knows has signed it.
      expect(await trouble(server.settings(named(), { tls: true }))).toMatch(
        /^It failed with (?:UNABLE_TO_|SELF_SIGNED|HANDSHAKE_SSL_ERROR)/,
      )
    })

    inLongSuite('are not asked for where the certificate has another name', async () => {
      const own = join(folder(), `other-${name}`)
      mkdirSync(own)
      const wrong = createServerCertificate(BAD_CERTIFICATES['for another name'])
      const file = join(own, 'ca.pem')
      writeFileSync(file, wrong.ca)
      const stranger = await DIRECTORY_SERVERS[name].start({
        folder: own,
        people: PEOPLE,
        tls: wrong,
      })
      try {
        const settings = stranger.settings(
          { host: 'localhost', port: stranger.port },
          { tls: true, ca: file },
        )
        expect(await trouble(settings)).toMatch(
          /^It failed with (?:ERR_TLS_CERT_ALTNAME_INVALID|HANDSHAKE_SSL_ERROR)\.$/,
        )
      } finally {
        await stranger.stop()
      }
    })

    inLongSuite('are not found with a wrong password', async () => {
      expect(await trouble(server.settings(place(), { password: 'wrong' }))).toMatch(
        /^It (?:refused with LDAP result 49|failed with (?:28P01|ER_ACCESS_DENIED_ERROR))\.$/,
      )
    })

    inLongSuite('are found again when connections have died', async () => {
      const line = await startTcpSwitch(server.port)
      try {
        await withDirectory(server.settings({ ...place(), port: line.port }), async (people) => {
          await findsPeople(people)
          line.lead(server.port)
          expect(await people.find(other)).toMatchObject({ username: ODD[0]?.username })
        })
      } finally {
        await line.stop()
      }
    })

    inLongSuite('are not waited for when the server falls silent', async () => {
      const line = await startTcpSwitch(server.port)
      try {
        const settings = server.settings({ ...place(), port: line.port }, { timeout: 1 })
        await withDirectory(settings, async (people) => {
          await findsPeople(people)
          line.mute()
          await unavailable(people)
          // Who is known goes on being known, and everybody is found once it speaks again.
          expect(await people.find(address)).toMatchObject({ name: ANN.name })
        })
      } finally {
        await line.stop()
      }
    })

    inLongSuite('are asked for by many at once with few connections', () =>
      withDirectory(server.settings(place(), { connections: 2, cacheFor: 0 }), async (people) => {
        const all = [...PEOPLE, ...PEOPLE, ...PEOPLE]
        const found = await Promise.all(all.map((one) => people.find(parseAddress(one.address))))
        expect(found.map((one) => one?.username)).toEqual(all.map(({ username }) => username))
      }),
    )

    if (name === 'slapd') return
    const settings = (query: string) => server.settings(place(), { query, timeout: 1 })

    inLongSuite('are not looked for without an end', async () => {
      const sleep = name === 'postgresql' ? 'pg_sleep(30)' : 'sleep(30)'
      const query = `select ${sleep}, name from people where address <> %EMAILADDRESS%`
      expect(await trouble(settings(query))).toMatch(
        /^It (?:did not answer in time|failed with 57014)\.$/,
      )
    })

    inLongSuite('are nobody where a query finds several', async () => {
      await withDirectory(
        settings('select * from people where address <> %EMAILADDRESS%'),
        unavailable,
      )
    })

    inLongSuite('are not looked for by a query that brings more than a person', async () => {
      const text = name === 'postgresql' ? "repeat('x', 100000000)" : "repeat('x', 10000000)"
      const query = `select ${text} as name from people where address = %EMAILADDRESS%`
      await withDirectory(settings(query), unavailable)
    })

    inLongSuite('are not changed by a query', async () => {
      const query = "update people set name = 'x' where address = %EMAILADDRESS%"
      expect(await trouble(settings(query))).toMatch(
        /^It failed with (?:25006|ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION|ER_TABLEACCESS_DENIED_ERROR)\.$/,
      )
    })

    inLongSuite('are not looked for by a query that is wrong', async () => {
      expect(
        await trouble(settings('select nothing from people where address = %EMAILADDRESS%')),
      ).toMatch(/^It failed with (?:42703|ER_BAD_FIELD_ERROR)\.$/)
    })
  })
})

describe.skipIf(DIRECTORY_SERVERS.slapd.isSkipped)('slapd', () => {
  const folder = suite((path) => path)
  const certificate = createServerCertificate()
  let slapd: Slapd | undefined
  const ldap = (changes: DirectorySettings, more: DirectorySettings = {}) => ({
    ldap: {
      url: `ldap://127.0.0.1:${slapd?.port ?? 0}`,
      base: `ou=people,${LDAP_SUFFIX}`,
      bindDn: LDAP_READER.dn,
      ...changes,
    },
    password: LDAP_READER.password,
    ...more,
  })
  beforeAll(async () => {
    slapd = await startSlapd({
      folder: folder(),
      people: PEOPLE,
      tls: certificate,
      // Whoever asks for what is elsewhere is sent there.
      referral: 'ldap://127.0.0.1:9/',
    })
    writeFileSync(join(folder(), 'ca.pem'), certificate.ca)
  })
  afterAll(() => slapd?.stop())

  it('is asked over LDAPS', () =>
    withDirectory(
      ldap({ url: `ldaps://localhost:${slapd?.tlsPort ?? 0}` }, { ca: join(folder(), 'ca.pem') }),
      async (people) => {
        // By default that is what others see, not how somebody logs in.
        expect(await people.find(address)).toEqual({
          name: ANN.name,
          language: ANN.language,
          aliases: [],
        })
      },
    ))

  it('shows nobody to nobody in particular, where its rules say so', async () => {
    const { ldap: settings } = ldap({ bindDn: undefined })
    expect(await trouble({ ldap: settings })).toBe('It refused with LDAP result 50.')
  })

  it('has several people for an address where the filter finds them', () =>
    withDirectory(ldap({ filter: '(|(mail=*)(mail=%EMAILADDRESS%))' }), unavailable))

  it('has nobody in a part that is not there, when that is named by the address', async () => {
    await withDirectory(ldap({ base: `ou=%EMAILDOMAIN%,${LDAP_SUFFIX}` }), async (people) => {
      expect(await people.find(address)).toBeUndefined()
    })
    expect(await trouble(ldap({ base: `ou=nowhere,${LDAP_SUFFIX}` }))).toBe(
      'It refused with LDAP result 32.',
    )
  })

  it('sends elsewhere in vain', async () => {
    const elsewhere = ldap({ base: 'dc=elsewhere,dc=org' })
    expect(await trouble(elsewhere)).toBe('It refused with LDAP result 10.')
    await expect(withDirectory(elsewhere, (people) => listed(people, '*'))).rejects.toMatchObject({
      code: 'directory_unavailable',
      message: expect.stringMatching(/It refers to another server after 0 people\.$/) as string,
      hint: expect.stringContaining('directory.ldap.url') as string,
    })
  })
})
