import { Resolver } from 'node:dns/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MailService } from '../../src/account/mail-service.js'
import { quoteTxt } from '../../src/encoding/quote-txt.js'
import { dataOf } from '../../src/dns/record.js'
import {
  dnsRecordsFormat,
  dnsSupport,
  renderZone,
  zoneRecords,
  type ZoneOptions,
} from '../../src/formats/dns-records/dns-records.js'
import { parseZone } from '../../src/formats/dns-records/reader.js'
import { startDnsServer } from '../support/dns-server.js'
import { refusalCode } from '../support/errors.js'
import { isMissing } from '../support/programs.js'
import { enough, runs } from '../support/runs.js'
import { mailService } from '../support/services.js'
import { vectors } from '../support/vectors.js'

interface Input {
  readonly service: MailService
  readonly domain: string
  readonly options: ZoneOptions
}

const OPTIONS = { publicUrl: 'https://setup.example.com/', pacc: '03', complete: true } as const

describe('the DNS records', () => {
  it.each(vectors('dns-records', 'dns-zone'))('%s', (_, { input, expected }) => {
    const { service, domain, options } = input as Input
    const { origin, records } = parseZone(renderZone(service, domain, options))
    expect(origin).toBe(domain)
    expect(records.map((record) => `${record.owner} ${record.type} ${dataOf(record)}`)).toEqual(
      expected['records'],
    )
  })

  it('say what they cannot say', () => {
    const [, first] = vectors('dns-records', 'dns-zone')[2] ?? []
    const { service, domain } = first?.input as Input
    const zone = renderZone(service, domain, { pacc: '03' })
    expect(zone).toContain('; SRV records name no user')
    expect(zone).toContain('; The names autoconfig and autodiscover are missing')
    expect(zone).toContain('; There is no PACC for this domain.')
  })

  it('of any service read back as they were planned', () => {
    let read = 0
    fc.assert(
      fc.property(mailService, (service) => {
        if (!dnsSupport(service, 'example.org').supported) return
        read++
        const { records } = parseZone(renderZone(service, 'example.org', OPTIONS))
        const planned = zoneRecords(service, 'example.org', OPTIONS)
        expect(records).toEqual(planned)
      }),
      { numRuns: runs(1000) },
    )
    expect(read).toBeGreaterThan(enough(50))
  })

  it('quote any text so that it is read back', () => {
    const anything = fc
      .string({ unit: 'binary', maxLength: 700 })
      .filter((text) => !/\p{Cs}/u.test(text))
    fc.assert(
      fc.property(anything, (text) => {
        const { records } = parseZone(`$ORIGIN example.org.\nx IN TXT ${quoteTxt(text)}\n`)
        expect(records).toEqual([{ owner: 'x', type: 'TXT', text }])
      }),
    )
  })

  it.each([
    '_imaps._tcp IN SRV 0 1 993 mail.example.org.\n',
    '$ORIGIN example.org.\n_imaps._tcp IN SRV 0 1 99993 mail.example.org.\n',
    '$ORIGIN example.org.\n_imaps._tcp IN SRV 0 1 993 mail\n',
    '$ORIGIN example.org.\nautoconfig IN CNAME a.example.\nautoconfig IN TXT "x"\n',
    '$ORIGIN example.org.\nx IN TXT no quotes\n',
    '$ORIGIN example.org.\nx IN MX 10 mail.example.org.\n',
  ])('are refused by their reader: %j', async (text) => {
    expect(await refusalCode(() => dnsRecordsFormat.inspect(text))).toBe('invalid_profile')
  })
})

describe.skipIf(isMissing('knotd'))('a real name server', () => {
  it('loads the records and answers with them', async () => {
    const services = vectors('dns-records', 'dns-zone').map(([, { input }]) => input as Input)
    const path = `/${'x'.repeat(300)}";\\`
    const [first] = services
    if (first === undefined) throw new Error('There is no vector.')
    const calendar = { url: new URL(path, 'https://dav.example.net').href }
    const zones = services.map(({ service }, i) =>
      renderZone({ ...service, calendar }, `d${i}.example`, OPTIONS),
    )
    const dns = await startDnsServer(zones)
    try {
      const resolver = new Resolver({ timeout: 2000, tries: 2 })
      resolver.setServers([dns.address])
      const domain = 'd0.example'
      expect(await resolver.resolveSrv(`_imaps._tcp.${domain}`)).toMatchObject([
        { priority: 0, weight: 1, port: 993, name: 'mail.btinternet.com' },
      ])
      expect(await resolver.resolveSrv(`_imap._tcp.${domain}`)).toMatchObject([
        { priority: 0, weight: 0, port: 0, name: '' },
      ])
      expect(await resolver.resolveCname(`autoconfig.${domain}`)).toEqual(['setup.example.com'])
      const [pieces = []] = await resolver.resolveTxt(`_caldavs._tcp.${domain}`)
      expect(pieces.length).toBe(2)
      expect(pieces.join('')).toBe(`path=${new URL(calendar.url).pathname}`)
    } finally {
      await dns.stop()
    }
  })
})
