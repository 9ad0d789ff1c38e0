import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import type { MailService } from '../../src/account/mail-service.js'
import { exportFormat } from '../../src/formats/export.js'
import type { PaccRevision } from '../../src/formats/format.js'
import { paccDigest } from '../../src/dns/plan.js'
import { pacc, paccSupport, renderPacc } from '../../src/formats/pacc/pacc.js'
import { parsePacc } from '../../src/formats/pacc/reader.js'
import { annJson } from '../support/accounts.js'
import { refusal, refusalCode } from '../support/errors.js'
import { isMissing, program } from '../support/programs.js'
import { runs } from '../support/runs.js'
import { mailService } from '../support/services.js'
import { vectors } from '../support/vectors.js'

interface Input {
  readonly service: MailService
  readonly domain: string
  readonly revision: PaccRevision
}

const fits = {
  host: 'mail.%EMAILDOMAIN%',
  security: 'tls',
  authentication: 'password-cleartext',
  username: '%EMAILADDRESS%',
} as const
const fitting = mailService.map((service): MailService => ({
  ...service,
  incoming: [...service.incoming, { ...fits, protocol: 'imap', port: 993 }],
  outgoing: [...service.outgoing, { ...fits, protocol: 'smtp', port: 465 }],
}))

describe('the PACC document', () => {
  it.each(vectors('pacc', 'pacc-document'))('%s', (_, { input, expected }) => {
    const { service, domain, revision } = input as Input
    const body = renderPacc(service, domain, revision)
    expect(body).toBe(expected['body'])
    expect(paccDigest(body)).toBe(expected['digest'])
  })

  it.each(vectors('pacc', 'pacc-refused'))('%s', async (_, { input, expected }) => {
    const { service, domain } = input as Input
    const error = await refusal(() => renderPacc(service, domain, '03'))
    expect(error).toMatchObject(expected)
  })

  it('of any service has its keys in order, does not change, and is read back', () => {
    fc.assert(
      fc.property(fitting, (service) => {
        expect(paccSupport(service, 'example.org')).toEqual({ supported: true })
        const body = renderPacc(service, 'example.org', '03')
        expect(renderPacc(structuredClone(service), 'example.org', '03')).toBe(body)
        expect(JSON.stringify(JSON.parse(body))).toBe(body)
        const { servers, urls } = parsePacc(body)
        expect(servers.map(({ protocol }) => protocol)).toContain('submit')
        expect(urls).toHaveLength(Number(!!service.calendar) + Number(!!service.contacts))
      }),
      { numRuns: runs(1000) },
    )
  })

  it.skipIf(isMissing('openssl'))('has the digest that OpenSSL gives', () => {
    const body = pacc.render(parseAccount(annJson()), {})
    const digest = execFileSync(program('openssl'), ['dgst', '-sha256', '-binary'], { input: body })
    expect(paccDigest(body)).toBe(digest.toString('base64'))
  })

  it('has the revision that is served, the newest by default', async () => {
    const account = parseAccount(annJson())
    const of = async (revision?: PaccRevision) =>
      Buffer.from((await exportFormat('pacc', account, { pacc: revision })).body).toString()
    expect(await of('02')).toContain('"smtp":')
    expect(await of('03')).toContain('"submit":')
    expect(await of()).toBe(await of('03'))
  })

  it.each([
    '{"protocols":{}}',
    '{"protocols":{"imap":{"host":"a b"}},"authentication":{},"info":{"provider":{"name":"x"}}}',
    '{"protocols":{"imap":{"host":"a.b"}},"authentication":{},"info":{"provider":{}}}',
    '{"protocols":{"imap":{"host":"a.b"}},"info":{"provider":{"name":"x"}}}',
    '{"protocols":{"caldav":{"url":"http://a.b"}},"authentication":{},"info":{"provider":{"name":"x"}}}',
    '{"protocols":[]',
    '[]',
  ])('is refused by its reader: %s', async (text) => {
    expect(await refusalCode(() => pacc.inspect(text))).toBe('invalid_profile')
  })
})
