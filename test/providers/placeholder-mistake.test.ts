import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { placeholderMistake, type TemplatePlace } from '../../src/providers/placeholder-mistake.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { providerAccount } from '../../src/providers/provider-account.js'
import { parseProvider } from '../../src/providers/provider.js'
import { refusal } from '../support/errors.js'
import { runs } from '../support/runs.js'

const LENGTH = Math.max(250_000, runs(1_000_000))
const ADDRESS = '%EMAILADDRESS%'
const LOCAL = '%EMAILLOCALPART%'
const DOMAIN = '%EMAILDOMAIN%'

function providerWith(username: string, host = 'mail.example.com', url = '/'): string {
  return `id: mine
name: Mine
domains: [example.com]
incoming:
  - protocol: imap
    host: '${host}'
    port: 993
    security: tls
    authentication: password-cleartext
    username: '${username}'
outgoing:
  - { protocol: smtp, host: mail.example.com, port: 465, security: tls, authentication: none }
calendar:
  url: 'https://dav.example.com${url}'
`
}

describe('a placeholder that is none', () => {
  it.each<[text: string, suggestion: string | undefined, place?: TemplatePlace]>([
    ['%EMAIL%', ADDRESS],
    ['%email%', ADDRESS],
    ['%Email%', ADDRESS],
    ['%emailaddress%', ADDRESS],
    ['EMAILADDRESS', ADDRESS],
    ['emailaddress', ADDRESS],
    ['EmailAddress', ADDRESS],
    ['email address', ADDRESS],
    ['%EMAILADRESS%', ADDRESS],
    ['EMAILADRESS', ADDRESS],
    ['%EMAIL_ADDRESS%', ADDRESS],
    ['%EMAIL ADDRESS%', ADDRESS],
    ['%E-MAIL-ADDRESS%', ADDRESS],
    ['%EMAILADDRESS', ADDRESS],
    ['EMAILADDRESS%', ADDRESS],
    ['%%EMAILADDRESS%%', ADDRESS],
    ['\uFF05EMAIL\uFF05', ADDRESS],
    ['% EMAILADDRESS %', ADDRESS],
    ['%MAIL%', ADDRESS],
    ['%ADDRESS%', ADDRESS],
    ['%u', ADDRESS],
    ['{email}', ADDRESS],
    ['{{ email }}', ADDRESS],
    ['${EMAIL}', ADDRESS],
    ['$EMAIL', ADDRESS],
    ['<email>', ADDRESS],
    ['<email address>', ADDRESS],
    ['[email]', ADDRESS],
    ['__EMAIL__', ADDRESS],
    ['EMAIL', ADDRESS],
    ['%USER%', `${ADDRESS} or ${LOCAL}`],
    ['{user}', `${ADDRESS} or ${LOCAL}`],
    ['{username}', `${ADDRESS} or ${LOCAL}`],
    ['USERNAME', `${ADDRESS} or ${LOCAL}`],
    ['%EMAILLOCALPAR%', LOCAL],
    ['%emaillocalpart%', LOCAL],
    ['%LOCALPART%', LOCAL],
    ['{localpart}', LOCAL],
    ['%n@example.com', LOCAL],
    ['%EMAILLOCALPART%@%DOMAIN%', DOMAIN],
    ['%EMAILLOCALPART%@{domain}', DOMAIN],
    ['%EMAILLOCALPART%@EMAILDOMAIN', DOMAIN],
    ['DOMAIN\\%EMAILLOCALPRT%', LOCAL],
    ['%CUSTOMER%', undefined],
    ['%x', undefined],
    ['{id}', undefined],
    ['imap.%DOMAIN%', DOMAIN, 'host'],
    ['imap.%emaildomain%', DOMAIN, 'host'],
    ['imap.EMAILDOMAIN', DOMAIN, 'host'],
    ['imap.emaildomain', DOMAIN, 'host'],
    ['imap.EMAILDOMAIN.example', DOMAIN, 'host'],
    ['imap.{domain}', DOMAIN, 'host'],
    ['imap.$DOMAIN', DOMAIN, 'host'],
    ['/dav/%EMAIL%/', ADDRESS, 'url'],
    ['/dav/%emailaddress%/', ADDRESS, 'url'],
    ['/dav/EMAILADDRESS/', ADDRESS, 'url'],
    ['/dav/%ADDRESS%/', ADDRESS, 'url'],
    ['/dav/%USER%/', `${ADDRESS} or ${LOCAL}`, 'url'],
    ['/dav/{user}/', `${ADDRESS} or ${LOCAL}`, 'url'],
    ['/dav/%u/', ADDRESS, 'url'],
    ['/dav/%zz', undefined, 'url'],
  ])('%s: %s', (text, suggestion, place = 'username') => {
    const message = placeholderMistake(text, place) ?? ''
    expect(message).toContain(`not one of ${ADDRESS}, ${LOCAL} and ${DOMAIN}`)
    if (suggestion === undefined) expect(message).not.toContain('did you mean')
    else expect(message).toContain(`: did you mean ${suggestion}?`)
  })

  it.each<[text: string, place?: TemplatePlace]>([
    [ADDRESS],
    [LOCAL],
    [`${LOCAL}@${DOMAIN}`],
    [`${LOCAL}%${DOMAIN}`],
    [`${LOCAL}%mail.example.com`],
    [`${LOCAL}_mail`],
    [`${LOCAL}@mail`],
    [`mail-${LOCAL}`],
    [`user.${LOCAL}`],
    [`DOMAIN\\${LOCAL}`],
    [`MAILDOMAIN\\${LOCAL}`],
    [`EXAMPLE\\${ADDRESS}`],
    ['info'],
    ['email'],
    ['user'],
    ['username'],
    ['seeded-user'],
    ['ann@example.com'],
    ['ann%example.com'],
    ['svc-mail$'],
    ['p#m&a*i!l'],
    ['100%'],
    ['imap.titan.email', 'host'],
    ['mail.example.com', 'host'],
    ['secure.emailsrvr.com', 'host'],
    ['imap.emaildomain.com', 'host'],
    ['IMAP.EMAILDOMAIN.COM', 'host'],
    ['mail.emailaddress.example', 'host'],
    [`imap.${DOMAIN}`, 'host'],
    ['[2001:db8::1]', 'host'],
    ['/dav/%20/', 'url'],
    ['/dav/%C3%A9t%C3%A9/%DE%AD%BE%EF', 'url'],
    ['/dav/email/user/address/', 'url'],
    ['/~user/(main)/', 'url'],
    [`/${ADDRESS}/%7Euser/`, 'url'],
    ['/SOGo/dav/', 'url'],
  ])('%s passes', (text, place = 'username') => {
    expect(placeholderMistake(text, place)).toBeUndefined()
  })

  it.each([
    ['a user name', providerWith('%EMAIL%'), '10:15: incoming[0].username has a placeholder'],
    ['a host', providerWith('ann', 'imap.%DOMAIN%'), '6:11: incoming[0].host has a placeholder'],
    ['a path', providerWith('ann', 'a.b', '/{user}/'), '14:8: calendar.url has a placeholder'],
    [
      'a host of calendars',
      providerWith(ADDRESS).replace('dav.example.com', 'dav.%EMAILDOMAIN%'),
      '14:8: calendar.url takes placeholders in its path only',
    ],
    [
      'a name',
      providerWith(ADDRESS).replace('name: Mine', `name: 'Mail of %EMAILADDRESS%'`),
      '2:7: name takes no placeholder but %EMAILDOMAIN%',
    ],
    ['no quotes', providerWith(ADDRESS).replace(`'${ADDRESS}'`, '%EMAIL%'), '10:15: this is not'],
  ])('is told with its place: %s', async (_name, yaml, told) => {
    const error = await refusal(() => parseProvider(yaml, 'mine.yaml'))
    expect(error.code).toBe('invalid_configuration')
    expect(error.message).toContain(`mine.yaml:${told}`)
  })

  it.each(['{', '<', '{ ', '% ', '%a', '$', '[a', '__a', '@A', '_', ' ', 'EMAIL-', 'a_'])(
    'is looked for in a time that grows as the length does: %s',
    (piece) => {
      // Some milliseconds; what grows with the square of it takes many minutes.
      for (const place of ['username', 'host', 'url'] as const) {
        const message = placeholderMistake(piece.repeat(LENGTH / piece.length), place)
        expect(message === undefined || message.startsWith('has a')).toBe(true)
      }
    },
  )

  it('may be the domain in the name of the account', () => {
    const yaml = providerWith(ADDRESS).replace('name: Mine', `name: 'Mail of ${DOMAIN}'`)
    const provider = parseProvider(yaml, 'mine.yaml')
    const { accountName } = providerAccount({ provider }, parseAddress('ann@example.com'))
    expect(accountName).toBe('Mail of example.com')
    expect(new Catalogue([{ provider, file: 'mine.yaml' }]).providerNames).toEqual([accountName])
  })

  it('is none of the right ones', () => {
    const yaml = providerWith(`${LOCAL}@${DOMAIN}`, `imap.${DOMAIN}`, `/${ADDRESS}/`)
    expect(parseProvider(yaml, 'mine.yaml').incoming[0]?.host).toBe(`imap.${DOMAIN}`)
  })
})
