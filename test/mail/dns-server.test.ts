import { Resolver } from 'node:dns/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDnsServer, type DnsServer } from '../support/dns-server.js'
import { isMissing } from '../support/programs.js'

const RECORDS = [
  'example.test. MX 10 mail.example.test.',
  'example.test. TXT "v=UAAC1; a=sha256; d=abc" "and more"',
  'mail.example.test. A 127.0.0.1',
  'mail.example.test. AAAA ::1',
  'imap.example.test. CNAME mail.example.test.',
  '_imaps._tcp.example.test. SRV 0 1 993 mail.example.test.',
  '_imap._tcp.example.test. SRV 0 0 0 .',
]

const MAJOR = Number.parseInt(process.versions.node, 10)
// Since Node 24 records say of what type they are.
const of = (type: string) => (MAJOR < 24 ? {} : { type })

describe.skipIf(isMissing('knotd'))('the name server of the tests', () => {
  const resolver = new Resolver({ timeout: 5_000, tries: 2 })
  let server: DnsServer | undefined
  beforeAll(async () => {
    server = await startDnsServer(RECORDS)
    resolver.setServers([server.address])
  })
  afterAll(() => server?.stop())

  it.each([
    ['example.test', 'MX', [{ exchange: 'mail.example.test', priority: 10, ...of('MX') }]],
    ['example.test', 'TXT', [['v=UAAC1; a=sha256; d=abc', 'and more']]],
    ['mail.example.test', 'A', ['127.0.0.1']],
    ['mail.example.test', 'AAAA', ['::1']],
    ['imap.example.test', 'CNAME', ['mail.example.test']],
    ['imap.example.test', 'A', ['127.0.0.1']],
    [
      '_imaps._tcp.example.test',
      'SRV',
      [{ priority: 0, weight: 1, port: 993, name: 'mail.example.test', ...of('SRV') }],
    ],
    [
      '_imap._tcp.example.test',
      'SRV',
      [{ priority: 0, weight: 0, port: 0, name: '', ...of('SRV') }],
    ],
  ])('knows %s %s', async (name, type, records) => {
    expect(await resolver.resolve(name, type)).toEqual(records)
  })

  it.each([
    ['nobody.test', 'MX', 'ENOTFOUND'],
    ['_pop3s._tcp.example.test', 'SRV', 'ENOTFOUND'],
    ['mail.example.test', 'MX', 'ENODATA'],
  ])('has no %s %s: %s', async (name, type, code) => {
    await expect(resolver.resolve(name, type)).rejects.toMatchObject({ code })
  })

  it('takes no wrong record', async () => {
    await expect(startDnsServer(['example.test. MX mail.example.test.'])).rejects.toThrow('zone')
  })
})
