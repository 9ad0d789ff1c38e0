import { describe, expect, it } from 'vitest'
import { listPeople, listSearch } from '../../src/directory/ldap/list.js'
import { rawPerson, type RawEntry } from '../../src/directory/source.js'
import { DirectoryTrouble } from '../../src/directory/trouble.js'

const PLACE = {
  base: 'dc=example,dc=com',
  filter: '(mail=%EMAILADDRESS%)',
  scope: 'sub',
  attributes: ['displayName'],
  addresses: ['mail'],
} as const

/** What is listed of pages that a server gives. */
async function list(
  pages: Iterable<{ readonly dns: readonly string[]; readonly references?: readonly string[] }>,
): Promise<RawEntry[]> {
  const client = {
    async *searchPaginated() {
      for (const { dns, references = [] } of pages) {
        const searchEntries = dns.map((dn) => ({ dn, mail: `${dn}@example.com` }))
        yield await Promise.resolve({ searchEntries, searchReferences: [...references] })
      }
    },
  }
  const search = listSearch(PLACE, { filter: '*', also: [] })
  const all: RawEntry[] = []
  for await (const piece of listPeople(client, search, { timeout: 1000 })) all.push(...piece)
  return all
}

describe('a list by LDAP', () => {
  it('tells of people who may be elsewhere, and not of what Active Directory has there', async () => {
    const found = await list([
      {
        dns: ['a'],
        references: [
          'ldap://ForestDnsZones.example.com/DC=ForestDnsZones,DC=example,DC=com',
          'ldap://DomainDnsZones.example.com/DC=DomainDnsZones,DC=example,DC=com',
          'ldap://example.com/CN=Configuration,DC=example,DC=com',
          'ldap://branch.example.com/DC=branch,DC=example,DC=com',
        ],
      },
      { dns: [] },
      { dns: ['b'] },
    ])
    expect(found).toEqual([
      rawPerson([['mail', 'a@example.com']]),
      expect.any(DirectoryTrouble),
      rawPerson([['mail', 'b@example.com']]),
    ])
  })

  it('ends where a server gives pages without anybody for ever', async () => {
    function* empty() {
      for (;;) yield { dns: [] }
    }
    await expect(list(empty())).rejects.toThrow('It goes on, and brings nobody.')
  })

  it.each([
    ['(mail=%EMAILADDRESS%)', '(mail=*)'],
    ['(proxyAddresses=smtp:%EMAILADDRESS%)', '(proxyAddresses=smtp:*)'],
    ['(|(mail=%EMAILADDRESS%)(uid=%EMAILLOCALPART%))', '(|(mail=*)(uid=*))'],
    ['(mail=*%EMAILADDRESS%*)', '(mail=*)'],
  ])('finds whom look-ups by %s find', (filter, expected) => {
    const search = listSearch({ ...PLACE, filter }, { filter: '(ou=x)', also: ['sn'] })
    expect(String(search.filter)).toBe(`(&(|(mail=*))${expected}(ou=x))`)
    expect(search.attributes).toEqual(['mail', 'displayName', 'sn'])
  })

  it.each([
    ['dc=example,dc=com', 'one', 'dc=example,dc=com', 'one'],
    ['ou=%EMAILDOMAIN%,dc=example,dc=com', 'one', 'dc=example,dc=com', 'sub'],
    ['uid=%EMAILLOCALPART%, ou=a\\,b, dc=com', 'base', 'ou=a\\,b, dc=com', 'sub'],
    ['ou=x,ou=%EMAILDOMAIN%,dc=com', 'sub', 'dc=com', 'sub'],
    ['ou=%EMAILDOMAIN%', 'one', '', 'sub'],
  ] as const)('begins above what an address names in %s', (base, scope, expected, wide) => {
    expect(listSearch({ ...PLACE, base, scope }, { filter: '*', also: [] })).toMatchObject({
      base: expected,
      scope: wide,
    })
  })
})
