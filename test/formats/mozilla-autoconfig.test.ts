import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import type { MailService } from '../../src/account/mail-service.js'
import { childOf, childrenOf, readXml, textOf } from '../../src/encoding/read-xml.js'
import { exportFormat } from '../../src/formats/export.js'
import {
  autoconfigSupport,
  mozillaAutoconfig,
  renderAutoconfig,
} from '../../src/formats/mozilla-autoconfig/mozilla-autoconfig.js'
import { thunderbirdAutoconfig, thunderbirdDesktopAutoconfig } from '../readers/autoconfig.js'
import { annJson } from '../support/accounts.js'
import { refusal, refusalCode } from '../support/errors.js'
import { enough, runs } from '../support/runs.js'
import { mailService } from '../support/services.js'
import { vectors } from '../support/vectors.js'

interface Input {
  readonly service: MailService
  readonly domain: string
}

describe('the autoconfig document', () => {
  it.each(vectors('mozilla-autoconfig', 'autoconfig-served'))('%s', (_, { input, expected }) => {
    const { service, domain } = input as Input
    const document = renderAutoconfig(service, domain)
    const root = readXml(document)
    expect([root.name, root.attributes]).toEqual(['clientConfig', { version: '1.1' }])
    const provider = childOf(root, 'emailProvider')
    expect(provider?.attributes).toEqual({ id: domain })
    expect(childrenOf(provider, 'domain').map(({ text }) => text)).toEqual([domain])
    expect(textOf(provider, 'displayName')).toBe(expected['displayName'])
    const servers = provider?.elements.filter(({ name }) => name.endsWith('Server')) ?? []
    expect(
      servers.map((server) => [
        server.attributes['type'],
        textOf(server, 'hostname'),
        Number(textOf(server, 'port')),
        textOf(server, 'socketType'),
        childrenOf(server, 'authentication').map(({ text }) => text),
        textOf(server, 'username'),
      ]),
    ).toEqual(expected['servers'])
    for (const server of servers) {
      const isOutgoing = server.attributes['type'] === 'smtp'
      expect(server.name).toBe(isOutgoing ? 'outgoingServer' : 'incomingServer')
    }
  })

  it.each(vectors('mozilla-autoconfig', 'autoconfig-refused'))(
    '%s',
    async (_, { input, expected }) => {
      const { service, domain } = input as Input
      expect(autoconfigSupport(service, domain)).toMatchObject({
        supported: false,
        code: 'unsupported_account',
        ...expected,
      })
      expect(await refusal(() => renderAutoconfig(service, domain))).toMatchObject(expected)
    },
  )

  it('of any service is taken by Thunderbird on phones and desktops, or refused', () => {
    let taken = 0
    fc.assert(
      fc.property(mailService, (service) => {
        const support = autoconfigSupport(service, 'example.org')
        if (!support.supported) {
          expect(support.reason).toMatch(/\S/)
          return
        }
        const document = renderAutoconfig(service, 'example.org')
        expect(document).not.toMatch(/<socketType>plain|%EMAILDOMAIN%.*<\/hostname>/)
        const provider = childOf(readXml(document), 'emailProvider')
        const [first] = childrenOf(provider, 'incomingServer')
        const hasImap = document.includes('type="imap"')
        if (hasImap) {
          taken++
          expect(first?.attributes['type']).toBe('imap')
          expect(thunderbirdAutoconfig(document, 'ann@example.org').outcome).toBe('ok')
        }
        if (!document.includes('OAuth2')) {
          expect(thunderbirdDesktopAutoconfig(document, 'ann@example.org').outcome).toBe('ok')
        }
        expect(Array.from(textOf(provider, 'displayShortName') ?? '').length).toBeLessThan(21)
      }),
      { numRuns: runs(2000) },
    )
    expect(taken).toBeGreaterThan(enough(100))
  })

  it('tells all of the domain, whichever protocol a person chose', async () => {
    const [, vector] = vectors('mozilla-autoconfig', 'autoconfig-served')[0] ?? []
    const { service } = vector?.input as Input
    const account = parseAccount(annJson({ incoming: { protocol: 'pop3', port: 995 } }))
    const { body, fileName } = await exportFormat('mozilla-autoconfig', account, { service })
    expect(fileName).toBe('config-v1.1.xml')
    expect(Buffer.from(body).toString()).toMatch(/type="imap"[^]*type="pop3"/)
    const alone = await exportFormat('mozilla-autoconfig', account)
    expect(Buffer.from(alone.body).toString()).not.toContain('imap"')
  })

  it('is refused by its reader when it is of no use', async () => {
    const document = mozillaAutoconfig.render(parseAccount(annJson()), {})
    for (const broken of [
      '<html/>',
      document.slice(0, 200),
      document.replaceAll('incomingServer', 'otherServer'),
      document.replace(/<domain>.*<\/domain>/, ''),
      `<!DOCTYPE x>${document.replace(/<\?.*\?>/, '')}`,
    ]) {
      expect(await refusalCode(() => mozillaAutoconfig.inspect(broken))).toBe('invalid_profile')
    }
  })
})
