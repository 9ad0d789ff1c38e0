import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importAutoconfig } from '../../src/autoconfig/import.js'
import { parseSettings } from '../../src/autoconfig/settings.js'
import { parseProvider } from '../../src/providers/provider.js'
import { SIMPLE } from '../support/client-configs.js'
import { refusal } from '../support/errors.js'
import { runs } from '../support/runs.js'

const FOLDER = new URL('../vectors/other-programs/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')
const importVector = (name: string) => importAutoconfig(read(name), name, { id: 'brightpost' })
const brief = ({ host, port, security, username }: object & Record<string, unknown>) =>
  `${String(host)} ${String(port)} ${String(security)} ${String(username)}`
const MAIL = {
  incoming: ['imap.brightpost.example 993 tls %EMAILADDRESS%'],
  outgoing: ['smtp.brightpost.example 587 starttls %EMAILADDRESS%'],
}

const serversOf = ({ provider }: ReturnType<typeof importAutoconfig>) => ({
  incoming: provider.incoming.map((server) => brief({ ...server })),
  outgoing: provider.outgoing.map((server) => brief({ ...server })),
})

describe('the variables of autodiscover-email-settings', () => {
  it.each([
    'monogramm.env',
    'monogramm-compose-list.yml',
    'monogramm-compose-map.yml',
    'monogramm-environment.yml',
    'monogramm.service',
  ])('are read from %s', (name) => {
    const imported = importVector(name)
    const { provider, yaml, warnings } = imported
    expect(serversOf(imported)).toEqual(MAIL)
    expect(provider).toMatchObject({
      name: 'Bright Post',
      domains: ['brightpost.example'],
      help: 'https://www.brightpost.example/help',
    })
    expect(warnings).toEqual([])
    expect(parseProvider(yaml, 'made.yaml')).toEqual(provider)
  })

  it('are named with the reason where they cannot be carried', () => {
    expect(importVector('monogramm.env').skipped.map(({ what }) => what)).toEqual([
      'Exchange ActiveSync (MOBILESYNC_…)',
      'LDAP address book (LDAP_…)',
      'identifiers of its profile (PROFILE_…, MAIL_UUID, LDAP_UUID)',
      'variable IMAP_SECURITY',
    ])
    expect(importVector('monogramm-compose-list.yml').skipped.map(({ what }) => what)).toEqual([
      'service second',
    ])
  })

  it('that say POP3 as well, or alone', () => {
    const of = (...lines: string[]) =>
      importAutoconfig(['DOMAIN=a.example', ...lines].join('\n'), '.env')
    const smtp = ['SMTP_HOST=smtp.a.example', 'SMTP_PORT=465', 'SMTP_SOCKET=SSL']
    const pop = ['POP_HOST=pop.a.example', 'POP_PORT=995', 'POP_SOCKET=SSL']
    const imap = ['IMAP_HOST=imap.a.example', 'IMAP_PORT=143', 'IMAP_SOCKET=STARTTLS']
    const protocols = (...lines: string[]) =>
      of(...smtp, ...lines).provider.incoming.map(({ protocol }) => protocol)
    expect(protocols(...pop, ...imap)).toEqual(['imap', 'pop3'])
    expect(protocols(...pop)).toEqual(['pop3'])
    expect(protocols(...pop, 'IMAP_HOST=')).toEqual(['pop3'])
    // The last one counts, as for a shell.
    expect(of(...smtp, ...pop, 'POP_HOST=pop2.a.example').provider.incoming[0]?.host).toBe(
      'pop2.a.example',
    )
  })

  it('leave out the page of the program itself', () => {
    const { provider, skipped } = importAutoconfig(
      read('monogramm.env').replace(
        'www.brightpost.example/help',
        'autodiscover.brightpost.example',
      ),
      '.env',
    )
    expect(provider.help).toBeUndefined()
    expect(skipped.map(({ what }) => what)).toContain('SUPPORT_URL')
  })

  it.each([
    ['no domain', /^export DOMAIN=.*$/m, '', 'no mail domain'],
    ['a domain from elsewhere', /^export DOMAIN=.*$/m, 'DOMAIN=${DOMAIN}', 'no mail domain'],
    ['a host from elsewhere', /^IMAP_HOST=.*$/m, 'IMAP_HOST=${HOST}', '“${HOST}”, is none'],
    ['no port', /^SMTP_PORT=.*$/m, '', 'port is not a number'],
    ['a socket that is none', /^SMTP_SOCKET=.*$/m, 'SMTP_SOCKET=yes', 'socketType'],
    ['control characters', /^IMAP_HOST=.*$/m, 'IMAP_HOST=a\u001b[2J', '(what cannot be shown)'],
    ['no server for sending', /^SMTP_HOST=.*$/m, '', 'no outgoing server'],
  ])('are refused with %s', async (_name, line, instead, reason) => {
    const text = read('monogramm.env').replace(line, () => instead)
    const error = await refusal(() => importAutoconfig(text, '.env'))
    expect([error.code, error.message]).toEqual([
      'invalid_autoconfig',
      expect.stringContaining(reason),
    ])
  })

  it('are read from compose files that merge them', () => {
    const servers = ['IMAP_PORT: 993', 'SMTP_PORT: 465'].flatMap((port) => {
      const name = port.slice(0, 4)
      return [`${name}_HOST: mail.a.example`, port, `${name}_SOCKET: SSL`]
    })
    const all = (indent: string, domain = 'a.example') =>
      [`DOMAIN: ${domain}`, ...servers].map((line) => `${indent}${line}\n`).join('')
    for (const text of [
      `x: &all\n${all('  ')}services:\n  mail:\n    environment:\n      <<: *all\n`,
      `x: &all\n  environment:\n${all('    ')}services:\n  mail:\n    <<: *all\n`,
      `x: &all\n${all('  ', 'b.example')}y: &own { DOMAIN: a.example }\n` +
        'services:\n  mail:\n    environment:\n      <<: [*own, *all]\n',
      `x: &all\n${all('  ', 'b.example')}services:\n  mail:\n    environment:\n` +
        '      DOMAIN: a.example\n      <<: *all\n',
    ]) {
      expect(importAutoconfig(text, 'compose.yml').provider.domains).toEqual(['a.example'])
    }
  })

  it('say nothing about a domain that they do not have', async () => {
    const text = read('monogramm.env').replace(/^export DOMAIN=.*$/m, '')
    expect((await refusal(() => importAutoconfig(text, '.env'))).message).toBe(
      'The document names no mail domain.',
    )
  })

  it.each([
    ['a key twice', 'environment:\n  IMAP_HOST: a.example\n  IMAP_HOST: b.example\n'],
    ['what multiplies itself', `services: &a [${'*a,'.repeat(60)}]\n`],
    ['what is merged into itself', 'services:\n  a:\n    environment: &a\n      <<: *a\n'],
    ['much nesting', `environment:\n  IMAP_HOST: ${'['.repeat(5000)}\n`],
  ])('are refused as YAML with %s', async (_name, text) => {
    expect((await refusal(() => parseSettings(text))).code).toBe('invalid_autoconfig')
  })
})

describe('the JSON of automx2', () => {
  it.each(['automx2-v1.json', 'automx2-v2.json'])('is read from %s', (name) => {
    const imported = importVector(name)
    const { provider, yaml } = imported
    expect(serversOf(imported)).toEqual({
      incoming: [
        'imap.brightpost.example 993 tls %EMAILADDRESS%',
        'imap2.brightpost.example 143 starttls %EMAILADDRESS%',
        'pop.brightpost.example 995 tls %EMAILADDRESS%',
      ],
      outgoing: [
        'smtp.brightpost.example 465 tls %EMAILADDRESS%',
        'relay.brightpost.example 587 starttls %EMAILADDRESS%',
      ],
    })
    expect(provider).toMatchObject({
      name: 'Bright Post Ltd.',
      domains: ['brightpost.example', 'post.example'],
      calendar: { url: 'https://dav.brightpost.example/%EMAILADDRESS%/calendar/' },
      contacts: { url: 'https://dav.brightpost.example/%EMAILADDRESS%/contacts/' },
    })
    expect(parseProvider(yaml, 'made.yaml')).toEqual(provider)
  })

  it('is named with the reason where it cannot be carried', () => {
    const { skipped, warnings } = importVector('automx2-v2.json')
    expect(skipped.map(({ what }) => what)).toEqual(['LDAP server 1', 'LDAP server 2'])
    expect(warnings).toEqual([
      'Log-ins of the domain “post.example” came from LDAP: here they are what the user names say.',
    ])
    const text = read('automx2-v2.json')
    const shown = JSON.stringify(importAutoconfig(text, 'a.json'))
    for (const secret of ['bind-password-of-nobody', 'uid=reader']) {
      expect(text).toContain(secret)
      expect(shown).not.toContain(secret)
    }
  })

  it('with columns of its database', () => {
    const config = parseSettings(
      JSON.stringify({
        version: 2,
        provider: 'Bright Post',
        domains: [{ name: 'a.example' }],
        servers: [
          {
            type: 'imap',
            name: 'imap.a.example',
            port: '1143',
            socket_type: 'STARTTLS',
            user_name: '%EMAILLOCALPART%',
            authentication: 'NTLM',
          },
          { type: 'smtp', name: 'b.a.example', prio: 20 },
          { type: 'smtp', name: 'a.a.example' },
          { type: 'jmap', name: 'jmap.a.example' },
          { type: 'caldav', url: 'http://dav.a.example/' },
          { type: 'carddav', url: 'https://dav.a.example/', port: 8443, user_name: 'x' },
        ],
      }),
    )
    expect(config.contacts).toEqual({ url: 'https://dav.a.example/', username: 'x' })
    expect(config.incoming).toMatchObject([
      { port: 1143, security: 'starttls', authentications: ['ntlm'], username: '%EMAILLOCALPART%' },
    ])
    expect(config.outgoing.map(({ host }) => host)).toEqual(['a.a.example', 'b.a.example'])
    expect(config.skipped.map(({ what }) => what)).toEqual(['incoming server 2 (jmap)', 'calendar'])
    expect(config.warnings).toHaveLength(2)
  })

  it('with user names of calendars and contacts, where they are others than for mail', () => {
    const of = (mail: string, calendar: string | null, contacts: string | null) => {
      const { provider, skipped, yaml } = importAutoconfig(
        JSON.stringify({
          provider: 'Bright Post',
          domains: ['a.example'],
          servers: [
            { type: 'imap', name: 'imap.a.example', user_name: mail },
            { type: 'smtp', name: 'smtp.a.example', user_name: mail },
            { type: 'caldav', url: 'https://dav.a.example/', user_name: calendar },
            { type: 'carddav', url: 'https://dav.a.example/', user_name: contacts },
          ],
        }),
        'a.json',
      )
      expect(parseProvider(yaml, 'made.yaml')).toEqual(provider)
      return [
        provider.calendar?.username,
        provider.contacts?.username,
        skipped.map(({ what }) => what),
      ]
    }
    const ADDRESS = '%EMAILADDRESS%'
    const LOCAL = '%EMAILLOCALPART%'
    expect(of(ADDRESS, ADDRESS, LOCAL)).toEqual([undefined, LOCAL, []])
    expect(of(LOCAL, ADDRESS, null)).toEqual([ADDRESS, undefined, []])
    expect(of(ADDRESS, 'ann', `x-${LOCAL}`)).toEqual([
      undefined,
      `x-${LOCAL}`,
      ['user name of the calendar'],
    ])
  })

  it.each([
    ['no JSON', '{ "domains": '],
    ['other JSON', '{ "identity": {} }'],
    ['a list', '[]'],
    ['servers that are no list', '{ "domains": [], "servers": {} }'],
    ['a version that nobody knows', '{ "version": 3, "domains": [], "servers": [] }'],
    ['nothing in it', '{ "domains": [], "servers": [] }'],
    ['values that are none', '{ "domains": [1, null, [], {}], "servers": [1, null, [], {}, "x"] }'],
    ['much nesting', `{"domains":${'['.repeat(60_000)}`],
  ])('is refused with %s', async (_name, text) => {
    const error = await refusal(() => importAutoconfig(text, 'a.json'))
    expect(error.code).toBe('invalid_autoconfig')
  })
})

describe('a file of any kind', () => {
  it.each(['', '\n', 'Not found', 'key: value', 'A=b', '\u0000', '---\n- a\n', 'PK\u0003\u0004'])(
    'is refused where it is none of them: %j',
    async (text) => {
      const error = await refusal(() => parseSettings(text))
      expect(error.code).toBe('invalid_autoconfig')
      expect(error.message).toContain(
        'no autoconfig document, no configuration profile, no JSON of automx2',
      )
    },
  )

  it('takes no time for empty lines', () => {
    const text = `a${'\n'.repeat(60_000)}b`
    const begun = performance.now()
    expect(() => parseSettings(text)).toThrow('This is no autoconfig document')
    // On a busy machine: it took a quarter of a minute.
    expect(performance.now() - begun).toBeLessThan(2000)
  })

  it('is imported, or refused with a code, whatever stands in it', () => {
    const names = ['DOMAIN', 'IMAP_HOST', 'IMAP_PORT', 'IMAP_SOCKET', 'SMTP_HOST', 'SMTP_PORT']
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'a.example',
        '993',
        'SSL',
        '"',
        "'a",
        '${X}',
        '*',
        '&a',
        '{',
        '%EMAILADDRESS%',
      ),
    )
    const variables = fc
      .tuple(
        fc.array(fc.tuple(fc.constantFrom(...names), value)),
        fc.constantFrom('=', ': ', ' = ', ':'),
        fc.constantFrom('', 'export ', '- ', '  ', 'Environment="'),
      )
      .map(([pairs, sign, before]) =>
        pairs.map(([name, text]) => `${before}${name}${sign}${text}`).join('\n'),
      )
    const json = fc
      .record({
        version: fc.constantFrom(undefined, 1, 2),
        domains: fc.array(fc.oneof(value, fc.record({ name: value }), fc.jsonValue())),
        servers: fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.record({
              type: fc.constantFrom('imap', 'smtp', 'pop', 'caldav'),
              name: value,
              url: value,
              prio: fc.jsonValue(),
              port: fc.jsonValue(),
            }),
          ),
        ),
        ldapservers: fc.jsonValue(),
      })
      .map((seed) => JSON.stringify(seed))
    fc.assert(
      fc.property(fc.oneof(variables, json, fc.string()), (text) => {
        try {
          const { yaml, provider } = importAutoconfig(text, 'a.json')
          expect(parseProvider(yaml, 'a.yaml')).toEqual(provider)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_autoconfig' })
        }
      }),
      { numRuns: runs(100) },
    )
  })
})

describe('a user name of one person', () => {
  const asked = SIMPLE.replaceAll('%EMAILADDRESS%', 'ann@simple.example')

  it('is nobody else’s', async () => {
    const error = await refusal(() => importAutoconfig(asked, 'a.xml'))
    expect(error.code).toBe('invalid_autoconfig')
    expect(error.message).toContain('incoming server “imap.simple.example” (imap)')
    expect(error.message).toContain('%EMAILLOCALPART%')
    expect(error.message).not.toContain('ann@')
  })

  it('takes its server out, and leaves the others', () => {
    const two = SIMPLE.replace(
      '<outgoingServer',
      `${/<incomingServer[^]*<\/incomingServer>/.exec(asked)?.[0] ?? ''}<outgoingServer`,
    )
    const { provider, skipped } = importAutoconfig(two, 'a.xml')
    expect(provider.incoming).toHaveLength(1)
    expect(skipped).toHaveLength(1)
  })

  it('may be that of a whole domain, or none where none is wanted', () => {
    const domainOnly = SIMPLE.replaceAll('%EMAILADDRESS%', '%EMAILDOMAIN%')
    expect(importAutoconfig(domainOnly, 'a.xml').skipped).toEqual([])
    const open = SIMPLE.replace(
      /(<outgoingServer[^]*)password-cleartext([^]*?)<username>.*<\/username>/,
      '$1none$2',
    )
    expect(importAutoconfig(open, 'a.xml').provider.outgoing[0]).toMatchObject({
      authentication: 'none',
    })
  })
})
