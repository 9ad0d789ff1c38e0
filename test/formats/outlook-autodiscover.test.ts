import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { parseAddress, type Address } from '../../src/account/address.js'
import type { MailService } from '../../src/account/mail-service.js'
import {
  autodiscoverSupport,
  outlookAutodiscover,
  renderAutodiscover,
  renderAutodiscoverError,
} from '../../src/formats/outlook-autodiscover/outlook-autodiscover.js'
import { parseAutodiscover } from '../../src/formats/outlook-autodiscover/reader.js'
import { fairemailAutodiscover, thunderbirdAutodiscover } from '../readers/autodiscover.js'
import { annJson } from '../support/accounts.js'
import { refusal, refusalCode } from '../support/errors.js'
import { enough, runs } from '../support/runs.js'
import { mailService } from '../support/services.js'
import { vectors } from '../support/vectors.js'

interface Input {
  readonly service: MailService
  readonly asked: string
}

function askedBy(asked: string): Address | `@${string}` {
  return asked.startsWith('@') ? `@${asked.slice(1)}` : parseAddress(asked)
}

describe('the Autodiscover answer', () => {
  it.each(vectors('outlook-autodiscover', 'autodiscover-answer'))(
    '%s',
    (_, { input, expected }) => {
      const { service, asked } = input as Input
      expect(renderAutodiscover(service, askedBy(asked))).toBe(expected['xml'])
    },
  )

  it.each(vectors('outlook-autodiscover', 'autodiscover-refused'))(
    '%s',
    async (_, { input, expected }) => {
      const { service, asked } = input as Input
      const error = await refusal(() => renderAutodiscover(service, askedBy(asked)))
      expect(error).toMatchObject(expected)
    },
  )

  it('of any service is read alike by the letter, by the port and by the last protocol', () => {
    const address = parseAddress('ann@example.org')
    let read = 0
    fc.assert(
      fc.property(mailService, (service) => {
        if (!autodiscoverSupport(service, address).supported) return
        const document = renderAutodiscover(service, address)
        const { protocols, collections, others } = parseAutodiscover(document)
        expect(others).toEqual([])
        expect(collections.map(({ type }) => type)).toEqual([
          ...(service.calendar === undefined ? [] : ['CalDAV']),
          ...(service.contacts === undefined ? [] : ['CardDAV']),
        ])
        for (const { url } of collections) expect(new URL(url).protocol).toBe('https:')
        const thunderbird = thunderbirdAutodiscover(document, address)
        const fairemail = fairemailAutodiscover(document, address)
        expect(new Set(protocols.map(({ type }) => type)).size).toBe(protocols.length)
        for (const { type, host, port, security, username } of protocols) {
          expect(['tls', 'starttls']).toContain(security)
          const kind = type.toLowerCase() as 'imap' | 'pop3' | 'smtp'
          expect(thunderbird[kind]).toMatchObject({ host, port })
          const isUsual = [143, 110, 25, 587].includes(port) === (security === 'starttls')
          if (!isUsual) continue
          read++
          expect(thunderbird[kind]).toEqual({ host, port, security, username: username ?? address })
          if (kind !== 'pop3' && port !== 110 && port !== 25) {
            expect(fairemail[kind]?.security).toBe(security)
          }
        }
      }),
      { numRuns: runs(2000) },
    )
    expect(read).toBeGreaterThan(enough(100))
  })

  it('is refused by its reader when Outlook could not use it', async () => {
    const document = outlookAutodiscover.render(parseAccount(annJson()), {})
    for (const broken of [
      '<Autodiscover/>',
      document.slice(0, 300),
      // As Mailu and jeboehm's server had it.
      document.replaceAll('http://schemas', 'https://schemas'),
      document.replace('<AccountType>email</AccountType>', ''),
      document.replace('<SSL>on</SSL>', '<SSL>yes</SSL>'),
      document.replace('<Encryption>SSL</Encryption>', '<Encryption>STARTTLS</Encryption>'),
      document.replace(/<Port>\d+<\/Port>/, ''),
      renderAutodiscoverError({ errorCode: 600, now: new Date(0) }),
    ]) {
      expect(await refusalCode(() => outlookAutodiscover.inspect(broken))).toBe('invalid_profile')
    }
  })
})

describe('the answers of other servers', () => {
  // The elements are those of mailcow, automx2 and of Exchange, in their order.
  const answer = (...protocols: string[]) =>
    '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">' +
    '<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">' +
    '<Account><AccountType>email</AccountType><Action>settings</Action>' +
    protocols.map((protocol) => `<Protocol>${protocol}</Protocol>`).join('') +
    '</Account></Response></Autodiscover>'
  const IMAP =
    '<Type>IMAP</Type><Server>mail.example.com</Server><Port>993</Port><SSL>on</SSL>' +
    '<LoginName>ann@example.com</LoginName>'
  const DAV =
    '<Server>https://mail.example.com/SOGo/dav/ann@example.com/</Server><DomainRequired>off</DomainRequired>' +
    '<LoginName>ann@example.com</LoginName>'

  it('are read with calendars and contacts, which have no port', async () => {
    const { sections, warnings } = await outlookAutodiscover.inspect(
      answer(IMAP, `<Type>CalDAV</Type>${DAV}`, `<Type>CardDAV</Type>${DAV}`),
    )
    expect(sections.map(({ title }) => title)).toEqual(['IMAP', 'CalDAV', 'CardDAV'])
    expect(sections[1]?.rows).toEqual([
      ['Server', 'https://mail.example.com/SOGo/dav/ann@example.com/'],
      ['User name', 'ann@example.com'],
    ])
    expect(warnings).toEqual([])
  })

  it('are read with servers of a type that mail programs pass over', async () => {
    const { sections, warnings } = await outlookAutodiscover.inspect(
      answer('<Type>EXCH</Type><Server>guid@example.com</Server>', IMAP, '<Type>EXCH</Type>'),
    )
    expect(sections.map(({ title }) => title)).toEqual(['IMAP'])
    expect(warnings).toEqual(['Nothing is made of what it says of EXCH.'])
  })

  it('are refused without any server for mail', async () => {
    expect(
      await refusalCode(() =>
        outlookAutodiscover.inspect(answer('<Type>EXCH</Type>', `<Type>CalDAV</Type>${DAV}`)),
      ),
    ).toBe('invalid_profile')
  })
})

describe('an Autodiscover error', () => {
  it('has the form of MS-OXDSCLI', () => {
    expect(
      renderAutodiscoverError({ errorCode: 600, now: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)) }),
    ).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">\n' +
        '  <Response>\n' +
        '    <Error Time="03:04:05.006" Id="1">\n' +
        '      <ErrorCode>600</ErrorCode>\n' +
        '      <Message>Invalid Request</Message>\n' +
        '      <DebugData/>\n' +
        '    </Error>\n' +
        '  </Response>\n' +
        '</Autodiscover>\n',
    )
  })
})
