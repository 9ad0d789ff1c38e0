import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { secretVariables } from '../../src/config/secret-variables.js'
import { refusal } from '../support/errors.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const HASH = `sha256:${'0a'.repeat(32)}`
const SCHOOL = 'baseUrl: https://setup.school.example, domains: [school.example]'
const CLUB = 'baseUrl: https://setup.club.example, domains: [club.example]'

function folderWith(yaml: string): string {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), yaml)
  return cwd
}

function load(yaml: string, env: Record<string, string> = {}) {
  return loadConfig({ env, cwd: folderWith(yaml) })
}

describe('tenants', () => {
  it('are none by default', async () => {
    expect((await loadConfig({ env: {}, cwd: temporaryFolder() })).tenants).toEqual([])
  })

  it('have what they set, what is inherited, and nothing that is not', async () => {
    const cwd = folderWith(`
baseUrl: https://setup.host.example
serve: { domains: [host.example] }
signing: { certificate: signing.pem, key: signing.key }
tls: { certificate: tls.pem, key: tls.key }
language: de
templates: looks
hsts: { preload: true }
securityTxt: { contact: 'mailto:security@host.example' }
branding: { name: Host }
androidIntent: { scheme: hostmail }
api: { keys: [{ name: host, hash: '${HASH}' }] }
tenants:
  - baseUrl: https://Setup.Müller.example:8443/mail/
    domains: [Müller.example]
  - baseUrl: https://setup.club.example
    domainsFile: club.txt
    language: fr
    templates: club
    hsts: { includeSubDomains: true }
    signing: { pkcs12: club.p12, passphrase: sesame }
    tls: { certificate: club.pem, key: club.key }
    securityTxt: { contact: 'mailto:security@club.example' }
    branding: { name: Club, color: '#0b6353', logo: club.svg }
    androidIntent: { scheme: clubmail }
    api: { keys: [{ name: desk, hash: '${HASH.replace('0a', '0b')}' }] }
`)
    const config = await loadConfig({ env: {}, cwd })
    const [first, second] = config.tenants
    expect(first).toMatchObject({
      name: 'setup.xn--mller-kva.example',
      key: 'tenants[0]',
      baseUrl: 'https://Setup.Müller.example:8443/mail',
      serve: { domains: ['xn--mller-kva.example'], catalogue: false },
      branding: {},
      api: { keys: [] },
      language: 'de',
      templates: join(cwd, 'looks'),
      hsts: { preload: true },
      tenants: [],
    })
    expect(first?.androidIntent).toBeUndefined()
    // The very same, by which it is read once.
    expect(first?.signing).toBe(config.signing)
    expect(first?.tls).toBe(config.tls)
    expect(first?.securityTxt).toBe(config.securityTxt)
    expect(second).toMatchObject({
      name: 'setup.club.example',
      serve: { domainsFile: join(cwd, 'club.txt'), catalogue: false },
      branding: { name: 'Club', color: '#0b6353', logo: join(cwd, 'club.svg') },
      api: { keys: [{ name: 'desk' }] },
      language: 'fr',
      templates: join(cwd, 'club'),
      hsts: { includeSubDomains: true },
      signing: { pkcs12: join(cwd, 'club.p12'), passphrase: 'sesame' },
      tls: { certificate: join(cwd, 'club.pem'), key: join(cwd, 'club.key') },
      securityTxt: { contact: ['mailto:security@club.example'] },
      androidIntent: { scheme: 'clubmail' },
    })
    expect(second?.hsts.preload).toBeUndefined()
    expect([config, config.tenants, first, second].every(Object.isFrozen)).toBe(true)
  })

  it('come from the environment as JSON, with paths that begin in the working folder', async () => {
    const cwd = folderWith(`tenants: [{ ${SCHOOL} }]\n`)
    const tenants = [
      { baseUrl: 'https://setup.club.example', domains: ['club.example'], templates: 'club' },
    ]
    const env = { MAILPROFILE_TENANTS: JSON.stringify(tenants) }
    expect((await loadConfig({ env, cwd })).tenants).toMatchObject([
      { name: 'setup.club.example', templates: join(cwd, 'club') },
    ])
    writeFileSync(join(cwd, 'tenants.json'), JSON.stringify(tenants))
    const file = { MAILPROFILE_TENANTS_FILE: 'tenants.json' }
    expect((await loadConfig({ env: file, cwd })).tenants).toHaveLength(1)
  })

  it('have secrets where they have some of their own', async () => {
    const of = async (yaml: string) => secretVariables(await load(yaml)).map(({ name }) => name)
    const top = 'signing: { pkcs12: a.p12, passphrase: sesame }\n'
    expect(await of(`${top}tenants: [{ ${SCHOOL} }]\n`)).toEqual(['MAILPROFILE_SIGNING_PASSPHRASE'])
    const own = 'signing: { pkcs12: b.p12, passphrase: other }'
    expect(await of(`tenants: [{ ${SCHOOL}, ${own} }]\n`)).toEqual(['MAILPROFILE_TENANTS'])
  })

  it('may be reached without https on a network of its own', async () => {
    const yaml = `tenants:
  - { baseUrl: 'http://127.0.0.1:8080', domains: [a.example] }
  - { baseUrl: 'http://school.local', domains: [b.example] }
`
    expect((await load(yaml)).tenants.map(({ name }) => name)).toEqual([
      '127.0.0.1',
      'school.local',
    ])
  })
})

describe('a mistake in tenants', () => {
  it.each<readonly [yaml: string, told: string]>([
    ['tenants: {}', '1:10: tenants must be a list'],
    ['tenants: [a]', '1:11: tenants[0] must be a section with keys'],
    ['tenants: [{ domains: [a.example] }]', '1:11: tenants[0] needs a baseUrl, such as https://'],
    [
      'tenants: [{ baseUrl: http://setup.school.example, domains: [a.example] }]',
      '1:22: tenants[0].baseUrl must begin with https://',
    ],
    ['tenants: [{ baseUrl: setup, domains: [a.b] }]', 'tenants[0].baseUrl must begin with https:'],
    [
      'tenants: [{ baseUrl: https://a.example }]',
      '1:11: tenants[0] needs domains, or a domainsFile',
    ],
    [
      'tenants: [{ baseUrl: https://a.example, domains: [] }]',
      '1:50: tenants[0] needs domains, or a domainsFile',
    ],
    [
      `tenants:\n  - { ${SCHOOL} }\n  - { ${CLUB}, branding: { color: '#ffff00' } }`,
      '3:88: tenants[1].branding.color cannot be read on white',
    ],
    [
      `tenants: [{ ${SCHOOL}, brandng: {} }]`,
      'tenants[0].brandng is not a known key: did you mean tenants.branding?',
    ],
    [
      `tenants: [{ ${SCHOOL}, branding: { colour: red } }]`,
      'tenants[0].branding.colour is not a known key: did you mean tenants.branding.color?',
    ],
    [
      `tenants: [{ ${SCHOOL}, cert: a.pem }]`,
      'did you mean tenants.signing.certificate or tenants.tls.certificate?',
    ],
    [`tenants: [{ ${SCHOOL}, domain: x }]`, 'did you mean tenants.domains?'],
    ['tenant: []', 'did you mean tenants?'],
    [`tenants: [{ ${SCHOOL}, signing: { key: a } }]`, '1:88: tenants[0].signing needs certificate'],
    [`tenants: [{ ${SCHOOL}, tls: { key: a } }]`, 'tenants[0].tls needs certificate and key'],
    [
      `tenants: [{ ${SCHOOL}, securityTxt: { policy: 'https://a.example' } }]`,
      'tenants[0].securityTxt needs a contact',
    ],
    [
      `tenants:\n  - { ${SCHOOL} }\n  - { baseUrl: 'https://SETUP.school.example:444/b', domains: [b.example] }`,
      '3:16: tenants[1].baseUrl has the host setup.school.example that tenants[0].baseUrl has too',
    ],
    [
      `baseUrl: https://setup.school.example\ntenants: [{ ${SCHOOL} }]`,
      '2:22: tenants[0].baseUrl has the host setup.school.example that baseUrl has too',
    ],
    [
      `tenants: [{ ${SCHOOL} }, { baseUrl: https://a.example, domains: [b.example, School.example] }]`,
      'tenants[1].domains has school.example that tenants[0].domains has too',
    ],
    [
      `serve: { domains: [school.example] }\ntenants: [{ ${SCHOOL} }]`,
      'tenants[0].domains has school.example that serve.domains has too',
    ],
    [
      `tenants:\n  - { ${SCHOOL}, api: { keys: [{ name: a, hash: '${HASH}' }] } }\n  - { ${CLUB}, api: { keys: [{ name: b, hash: '${HASH}' }] } }`,
      'tenants[1].api.keys has a key that tenants[0].api.keys has too',
    ],
    [
      `api: { keys: [{ name: a, hash: '${HASH}' }] }\ntenants: [{ ${CLUB}, api: { keys: [{ name: b, hash: '${HASH}' }] } }]`,
      'tenants[0].api.keys has a key that api.keys has too',
    ],
    [
      `tenants: [{ ${SCHOOL}, tls: { certificate: a, key: b } }, { ${CLUB} }]`,
      'tenants[1].tls is missing: tenants[0].tls has a certificate',
    ],
    [
      `baseUrl: https://setup.host.example\ntenants: [{ ${CLUB}, tls: { certificate: a, key: b } }]`,
      '2:80: tls is missing: tenants[0].tls has a certificate',
    ],
  ])('%s', async (yaml, told) => {
    const error = await refusal(() => load(`${yaml}\n`))
    expect(error.code).toBe('invalid_configuration')
    expect(error.message).toMatch(/mailprofile\.yaml(?::\d+:\d+)?/)
    expect(error.message).toContain(told)
    expect(error.message).not.toContain(HASH)
  })

  it.each([
    [
      '[{"baseUrl": "https://a.example", "domains": ["a.example"], "branding": {"color": "x"}}]',
      '[0].branding.color must be a colour',
    ],
    ['[{"baseUrl": "https://a.example"}]', 'tenants[0] needs domains'],
    ['{', 'has to be JSON, such as [{"baseUrl": "https://setup.school.example"'],
    ['[{"brandng": {}}]', '[0] has a key that is not known'],
  ])('is told of the variable: %s', async (MAILPROFILE_TENANTS, told) => {
    const error = await refusal(() => load('', { MAILPROFILE_TENANTS }))
    expect(error.message).toContain(told)
    expect(`${error.message} ${error.field ?? ''}`).toMatch(/MAILPROFILE_TENANTS|tenants\[0\]/)
  })

  it('suggests nothing of tenants outside of them', async () => {
    const error = await refusal(() => load('domainsFile: x\n'))
    expect(error.message).toContain('did you mean serve.domainsFile?')
  })
})
