import { describe, expect, it } from 'vitest'
import { parseAccount, type RootCertificate } from '../../src/account/account.js'
import type { ErrorCode } from '../../src/errors.js'
import { appleProfile } from '../../src/formats/apple-profile/apple-profile.js'
import { annJson } from '../support/accounts.js'
import { ownKeys, payload, profileOf } from '../support/apple-profile.js'
import type { ServerJson } from '../support/arbitraries.js'

const MAIL = 'com.apple.mail.managed'

describe('the rest of a profile', () => {
  const root: RootCertificate = { name: 'Example CA', der: new Uint8Array([0x30, 1, 2, 0xff]) }
  const choices = [false, true]
  const rows = choices.flatMap((calendar) =>
    choices.flatMap((contacts) =>
      choices.flatMap((certificate) =>
        choices.map((named) => ({ calendar, contacts, certificate, named })),
      ),
    ),
  )

  it.each(rows)(
    'calendar $calendar, contacts $contacts, root $certificate, name $named',
    ({ calendar, contacts, certificate, named }) => {
      const account = parseAccount({
        ...annJson({ incoming: { password: 'pass' } }),
        identity: { address: 'ann@example.com', ...(named ? { name: 'Ann' } : {}) },
        ...(named ? { accountName: 'Example Mail' } : {}),
        ...(calendar ? { calendar: { url: 'https://dav.example.com:8443/cal/ann%20e/' } } : {}),
        ...(contacts ? { contacts: { url: 'https://dav.example.com' } } : {}),
      })
      const profile = profileOf(certificate ? { ...account, rootCertificate: root } : account)
      const title = named ? 'Example Mail' : 'ann@example.com'
      const dav = { HostName: 'dav.example.com', UseSSL: true, Username: 'ann@example.com' }
      const prefixed = (prefix: string, keys: Readonly<Record<string, unknown>>) =>
        Object.fromEntries(Object.entries(keys).map(([key, value]) => [prefix + key, value]))
      const shared = { AccountDescription: title, Password: 'pass', ...dav }
      const caldav = { ...shared, Port: 8443, PrincipalURL: '/cal/ann%20e/' }

      expect(profile.payloads.map((part) => part['PayloadType'])).toEqual([
        ...(certificate ? ['com.apple.security.root'] : []),
        MAIL,
        ...(calendar ? ['com.apple.caldav.account'] : []),
        ...(contacts ? ['com.apple.carddav.account'] : []),
      ])
      const mail = payload(profile, MAIL) ?? {}
      expect(mail['EmailAccountDescription']).toBe(title)
      expect(mail['EmailAccountName']).toBe(named ? 'Ann' : undefined)
      expect('EmailAccountName' in mail).toBe(named)
      for (const [there, type, keys] of [
        [calendar, 'com.apple.caldav.account', prefixed('CalDAV', caldav)],
        [contacts, 'com.apple.carddav.account', prefixed('CardDAV', { ...shared, Port: 443 })],
      ] as const) {
        if (there) expect(ownKeys(payload(profile, type) ?? {})).toEqual(keys)
      }
      const embedded = payload(profile, 'com.apple.security.root')
      if (certificate) {
        expect(Buffer.from(embedded?.['PayloadContent'] as Uint8Array)).toEqual(
          Buffer.from(root.der),
        )
      }
    },
  )

  it('has the keys that every profile and payload needs', () => {
    const { outer, payloads } = profileOf(parseAccount(annJson()))
    expect(outer).toMatchObject({ PayloadType: 'Configuration', PayloadVersion: 1 })
    expect(outer).not.toHaveProperty('PayloadOrganization')
    for (const dictionary of [outer, ...payloads]) {
      expect(dictionary['PayloadVersion']).toBe(1)
      for (const key of ['PayloadIdentifier', 'PayloadUUID', 'PayloadDisplayName', 'PayloadType']) {
        expect(dictionary[key]).toMatch(/./)
      }
    }
    expect(Object.keys(outer).filter((key) => /Removal|Scope|Expiration/.test(key))).toEqual([])
  })

  it('has no empty element, and no number that is not an integer', () => {
    const xml = appleProfile.render(parseAccount(annJson()), { organization: 'Example & Co' })
    expect(xml).not.toMatch(
      /<(\w+)>\s*<\/\1>|<(?:string|integer|real|data|dict|array|key)\/>|<real/,
    )
    expect(xml).toContain('<string>Example &amp; Co</string>')
  })
})

describe('accounts that a profile cannot carry', () => {
  it.each<[string, ErrorCode, Partial<ServerJson>]>([
    ['OAuth', 'oauth_only', { authentication: 'oauth2' }],
    ['Kerberos', 'unsupported_account', { authentication: 'gssapi' }],
    ['no TLS on 993', 'unsupported_account', { security: 'none', port: 993 }],
    ['no TLS on 995', 'unsupported_account', { security: 'none', port: 995 }],
    ['no TLS on 465', 'unsupported_account', { security: 'none', port: 465 }],
  ])('%s, on either server', (_, code, change) => {
    for (const direction of ['incoming', 'outgoing'] as const) {
      const support = appleProfile.support(parseAccount(annJson({ [direction]: change })))
      expect(support).toMatchObject({ supported: false, code })
    }
  })

  it.each([
    ['no TLS on its own port', { security: 'none', port: 143 }],
    ['STARTTLS on 993', { security: 'starttls', port: 993 }],
  ])('but %s it can', (_, incoming) => {
    const account = parseAccount(annJson({ incoming }))
    expect(appleProfile.support(account)).toEqual({ supported: true })
  })
})
