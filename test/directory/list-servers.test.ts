import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PeopleDirectory } from '../../src/directory/people-directory.js'
import {
  DIRECTORY_SERVERS,
  type DirectoryServer,
  type DirectorySettings,
} from '../support/directory-servers.js'
import { manyPeople, ODD } from '../support/people.js'
import { inLongSuite, some } from '../support/runs.js'
import { suite } from '../support/suite.js'
import { startTcpSwitch } from '../support/tcp-switch.js'
import { addressOf, listed, listsPeople, withDirectory } from './conformance.js'

const KINDS = ['slapd', 'mariadb', 'postgresql'] as const
const PEOPLE = [...ODD, ...manyPeople(3000)]
const FRENCH = { slapd: '(preferredLanguage=fr)', mariadb: 'fr', postgresql: 'fr' } as const

/** Whatever somebody may try with a filter. */
const INJECTIONS = [
  "' or ''='",
  "fr' or 1=1 --",
  "fr'; drop table people; --",
  'fr\\',
  '$1',
  '?',
  '%FILTER%',
  '%EMAILADDRESS%',
  "fr') union select 'x@x.example', 'x', 'x', 'x' --",
]

function failure(people: PeopleDirectory, filter = '*') {
  return listed(people, filter).then(
    () => undefined,
    (error: unknown) => {
      const { code, message } = error as { readonly code?: string; readonly message: string }
      return { code, message }
    },
  )
}

describe.each(some(KINDS, 1))('people listed by %s', (name) => {
  const { isSkipped } = DIRECTORY_SERVERS[name]
  describe.skipIf(isSkipped)('of a real server', () => {
    const folder = suite((path) => path)
    let server: DirectoryServer
    const settings = (changes: DirectorySettings = {}, port = server.port) =>
      server.settings({ host: '127.0.0.1', port }, changes)
    beforeAll(async () => {
      const own = join(folder(), name)
      mkdirSync(own)
      // Some refuse to run as root.
      chmodSync(folder(), 0o755)
      server = await DIRECTORY_SERVERS[name].start({
        folder: own,
        people: PEOPLE,
        // Of a page, and of all that is not in pages.
        sizeLimit: 'size.soft=500 size.hard=500 size.prtotal=unlimited',
      })
    })
    afterAll(async () => {
      await (server as DirectoryServer | undefined)?.stop()
    })

    it('are all there, and those whom a filter means', () =>
      withDirectory(settings(), (people) => listsPeople(people, PEOPLE, FRENCH[name])))

    inLongSuite('are not waited for when the server falls silent in between', async () => {
      const line = await startTcpSwitch(server.port)
      try {
        await withDirectory(settings({ timeout: 1 }, line.port), async (people) => {
          const reading = (async () => {
            for await (const entry of people.list('*')) {
              if (addressOf(entry).startsWith('p')) line.mute()
            }
          })()
          await expect(reading).rejects.toMatchObject({
            code: 'directory_unavailable',
            message: expect.stringContaining('It did not answer in time.') as string,
          })
        })
      } finally {
        await line.stop()
      }
    })

    inLongSuite('are not read any more when somebody stops', () =>
      withDirectory(settings(), async (people) => {
        const stop = new AbortController()
        const reading = (async () => {
          for await (const entry of people.list('*', { signal: stop.signal })) {
            if ('address' in entry) stop.abort(new Error('Enough.'))
          }
        })()
        await expect(reading).rejects.toThrow('Enough.')
        await people.check()
      }),
    )

    if (name === 'slapd') return

    inLongSuite('are not asked for by what a filter does to the statement', () =>
      withDirectory(settings(), async (people) => {
        for (const filter of INJECTIONS) expect(await listed(people, filter), filter).toEqual([])
        expect(await listed(people, 'fr')).not.toEqual([])
      }),
    )

    inLongSuite('need a statement, and one that reads', async () => {
      const lists: readonly (readonly [string, string, object])[] = [
        ['select * from nowhere', '*', { code: 'directory_unavailable' }],
        [
          'select name from people',
          '*',
          {
            code: 'directory_unavailable',
            message: expect.stringContaining('no column address') as string,
          },
        ],
        ['select address from people', 'fr', { code: 'invalid_request' }],
      ]
      for (const [list, filter, expected] of lists) {
        const found = withDirectory(settings({ list }), (people) => failure(people, filter))
        expect(await found, list).toMatchObject(expected)
      }
      const write = settings({ list: "update people set name = 'x' where %FILTER% = '*'" })
      await withDirectory(write, failure)
      await withDirectory(settings(), async (people) => {
        expect(await listed(people, 'fr')).not.toContainEqual(
          expect.objectContaining({ name: 'x' }),
        )
      })
    })

    inLongSuite('are not waited for when a statement takes too long', async () => {
      const sleep = name === 'postgresql' ? 'pg_sleep(30)' : 'sleep(30)'
      const list = `select ${sleep}, address, name from people`
      expect(await withDirectory(settings({ list, timeout: 1 }), failure)).toMatchObject({
        message: expect.stringMatching(/did not answer in time|failed with 57014/) as string,
      })
    })
  })
})

describe.skipIf(DIRECTORY_SERVERS.slapd.isSkipped)('slapd', () => {
  const folder = suite((path) => path)
  let server: DirectoryServer
  const settings = (changes: DirectorySettings = {}) =>
    server.settings({ host: '127.0.0.1', port: server.port }, changes)
  const ldap = (changes: DirectorySettings) => {
    const { ldap: usual, ...rest } = settings()
    return { ...rest, ldap: { ...(usual as DirectorySettings), ...changes } }
  }
  beforeAll(async () => {
    server = await DIRECTORY_SERVERS.slapd.start({
      folder: folder(),
      people: manyPeople(700),
      sizeLimit: 'size.soft=500 size.hard=500',
    })
  })
  afterAll(async () => {
    await (server as DirectoryServer | undefined)?.stop()
  })

  it('that gives no more than its limit is told of, with how many came and what to do', async () => {
    const error: unknown = await withDirectory(settings(), (people) => listed(people, '*')).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'directory_unavailable',
      message: expect.stringMatching(
        /It ended after [45]00 people, by its own limit of size \(LDAP result 4\)\.$/,
      ) as string,
      hint: expect.stringContaining('size.prtotal=unlimited') as string,
    })
  })

  it.each([
    ['(uid=m1)', ['p000001@btinternet.com']],
    ['uid=m1', ['p000001@btinternet.com']],
    ['(|(uid=m1)(uid=m2))', ['p000001@btinternet.com', 'p000002@btinternet.com']],
    ['(&(uid=m1)(preferredLanguage=fr))', []],
    ['(uid=m\\31)', ['p000001@btinternet.com']],
  ])('takes the filter %j', async (filter, addresses) => {
    await withDirectory(settings(), async (people) => {
      expect((await listed(people, filter)).map(addressOf)).toEqual(addresses)
    })
  })

  it.each([
    '(uid=m1))(|(uid=*)',
    'uid=m1)(uid=*',
    '(',
    ')',
    '()',
    '(uid)',
    'x',
    '(&)',
    '('.repeat(4000),
  ])('is not asked by %.20j', async (filter) => {
    await withDirectory(settings(), async (people) => {
      expect(await failure(people, filter)).toMatchObject({ code: 'invalid_request' })
    })
  })

  it('lists those whom a look-up would find, also where its parts are named by the address', async () => {
    const only = ldap({ filter: '(&(preferredLanguage=fr)(uid=%EMAILLOCALPART%)(uid=m1*))' })
    await withDirectory(only, async (people) => {
      const found = await listed(people, '(uid=*2)')
      expect(found.map(addressOf)).toEqual([
        'p000012@btinternet.com',
        'p000102@btinternet.com',
        'p000132@btinternet.com',
        'p000162@btinternet.com',
        'p000192@btinternet.com',
      ])
    })
    const parts = ldap({ base: 'ou=%EMAILDOMAIN%,dc=example,dc=com', scope: 'one' })
    await withDirectory(parts, async (people) => {
      expect(await listed(people, '(uid=m12)')).toHaveLength(1)
    })
  })

  it('gives what else is asked for', () =>
    withDirectory(settings(), async (people) => {
      const [one] = await listed(people, '(uid=m1)', { also: ['sn'] })
      expect(one).toMatchObject({ others: new Map([['sn', 'Person 1']]) })
    }))
})
