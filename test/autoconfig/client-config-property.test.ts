import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseClientConfig, type ClientConfig } from '../../src/autoconfig/client-config.js'
import { providerFromConfig } from '../../src/autoconfig/provider-from-config.js'
import { providerYaml } from '../../src/autoconfig/provider-yaml.js'
import { MailProfileError } from '../../src/errors.js'
import { parseProvider } from '../../src/providers/provider.js'
import { readClientConfig } from '../readers/client-config.js'
import { clientConfigDocument, SIMPLE } from '../support/client-configs.js'
import { enough, runs } from '../support/runs.js'

describe('any autoconfig document', () => {
  it('means the same to an independent reader', () => {
    fc.assert(
      fc.property(clientConfigDocument, (document) => {
        const { domains, mxDomains, displayName, incoming, outgoing } = parseClientConfig(document)
        expect({
          domains,
          mxDomains,
          displayName,
          incoming: incoming.map(withoutNetwork),
          outgoing: outgoing.map(withoutNetwork),
        }).toEqual(readClientConfig(document))
      }),
      { numRuns: runs(1500) },
    )
  })

  it('becomes a file that parseProvider reads back as the same provider', () => {
    let imported = 0
    fc.assert(
      fc.property(clientConfigDocument, (document) => {
        const provider = providerOf(parseClientConfig(document))
        if (provider === undefined) return
        imported++
        expect(parseProvider(providerYaml(provider, 'Made by a test.'), 'a.yaml')).toEqual(provider)
      }),
      { numRuns: runs(600) },
    )
    expect(imported).toBeGreaterThan(enough(50))
  })
})

describe('a hostile document', () => {
  const refusedOrRead = (document: string) => {
    try {
      providerOf(parseClientConfig(document))
    } catch (error) {
      expect(error).toBeInstanceOf(MailProfileError)
    }
  }

  it('meets nothing but a MailProfileError: bytes changed, cut, doubled', () => {
    const change = fc.record({
      at: fc.nat(SIMPLE.length),
      length: fc.nat(40),
      text: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.constantFrom(
          '<',
          '</',
          '&',
          ']]>',
          '<!--',
          '<![CDATA[',
          '&#0;',
          '&#xD800;',
          '\u0000',
          '\ud800',
          '%EMAIL',
        ),
      ),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        refusedOrRead(
          changes.reduce(
            (document, { at, length, text }) =>
              `${document.slice(0, at)}${text}${document.slice(at + length)}`,
            SIMPLE,
          ),
        )
      }),
      { numRuns: runs(2000) },
    )
  })

  it.each([
    ['open elements', '<a>'.repeat(20_000)],
    ['attributes', `<a ${Array.from({ length: 6000 }, (_, index) => `a${index}=""`).join(' ')}/>`],
    [
      'namespaces',
      `<a ${Array.from({ length: 3000 }, (_, index) => `xmlns:a${index}="u"`).join(' ')}/>`,
    ],
    ['domains', '<domain>a.example</domain>'.repeat(2500)],
    ['domains that are none', '<domain>%%%%%%%%</domain>'.repeat(2600)],
    ['servers', '<incomingServer type="imap"/>'.repeat(2200)],
    [
      'a long host name',
      `<incomingServer type="imap"><hostname>${'a-'.repeat(31_000)}</hostname></incomingServer>`,
    ],
    ['white space', `<displayName>${' '.repeat(64_000)}a</displayName>`],
    [
      'placeholders',
      `<incomingServer type="imap"><hostname>${'%EMAIL'.repeat(10_000)}</hostname></incomingServer>`,
    ],
    ['less-than signs', '<'.repeat(64_000)],
    ['ampersands', `<displayName>${'&amp;'.repeat(13_000)}</displayName>`],
    ['broken CDATA', `<displayName>${'<![CDATA[ ]]'.repeat(5000)}</displayName>`],
  ])('with ever more %s comes to an end', (_name, content) => {
    refusedOrRead(SIMPLE.replace('<domain>', () => `${content}<domain>`).slice(0, 65_000))
    refusedOrRead(
      `${SIMPLE.slice(0, 110)}${content.slice(0, 64_000)}${SIMPLE.slice(110)}`.slice(0, 65_400),
    )
  })
})

function providerOf(config: ClientConfig) {
  try {
    return providerFromConfig(config, { id: 'any' }).provider
  } catch (error) {
    if (error instanceof MailProfileError) return undefined
    throw error
  }
}

function withoutNetwork({
  protocol,
  host,
  port,
  security,
  authentications,
  username,
}: ClientConfig['incoming' | 'outgoing'][number]) {
  const server = { protocol, host, port, security, authentications }
  return username === undefined ? server : { ...server, username }
}
