import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/load.js'
import { configSchema } from '../../src/config/schema.js'
import { VARIABLES } from '../../src/config/variables.js'
import { webAddressProblem } from '../../src/config/web-address.js'
import { schemaKeys } from '../../src/encoding/schema-keys.js'
import type { MailProfileError } from '../../src/errors.js'
import { MailProfileError as Refused } from '../../src/errors.js'
import { some } from '../support/runs.js'
import { ofTheLibrary, saysWhatIsWanted, WRONG_VALUES } from '../support/sentences.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const HASH = `sha256:${'0a'.repeat(32)}`

async function refusalOf(
  yaml: string,
  env: Record<string, string> = {},
  cwd = temporaryFolder(),
): Promise<MailProfileError | undefined> {
  writeFileSync(join(cwd, 'mailprofile.yaml'), yaml)
  try {
    await loadConfig({ env, cwd })
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

/** The YAML of one key; what belongs to a list stands in one. */
function yamlOf(path: string, value: unknown): string {
  const [section = '', ...rest] = path.split('.')
  const inner = rest.reduceRight<unknown>((below, key) => ({ [key]: below }), value)
  if (section !== 'api' || rest.length < 2) return stringify({ [section]: inner })
  const [, ...inKey] = rest
  const key = inKey.reduceRight<unknown>((below, name) => ({ [name]: below }), value)
  return stringify({ api: { keys: [{ ...(key as object) }] } })
}

describe('every key of the configuration', () => {
  const paths = schemaKeys(configSchema)

  it('is here', () => {
    expect(paths).toContain('api.keys.hash')
    expect(paths.length).toBeGreaterThan(60)
  })

  it.each(some(paths, 30))('%s says what is wanted, with its place', async (path) => {
    const cwd = temporaryFolder()
    let refused = 0
    for (const value of WRONG_VALUES) {
      const error = await refusalOf(yamlOf(path, value), {}, cwd)
      if (error === undefined) continue
      refused++
      expect(error.code).toBe('invalid_configuration')
      const [, , key, sentence = ''] =
        /mailprofile\.yaml:(\d+:\d+): (\S+) (.*)/.exec(error.message) ?? []
      expect([key, error.message]).toEqual([expect.any(String), expect.any(String)])
      expect(sentence).toMatch(saysWhatIsWanted)
      expect(error.message).not.toMatch(ofTheLibrary)
    }
    // Any text may be a passphrase, but nothing else.
    expect(refused).toBeGreaterThan(3)
  })

  const variables = VARIABLES.map(({ name }) => name)
  it.each(some(variables, 15))('%s says what is wanted', async (name) => {
    const cwd = temporaryFolder()
    for (const value of ['?', '{', 'true', '[[]]', '[{"x":1}]', '-1', ' ']) {
      const error = await refusalOf('', { [name]: value }, cwd)
      if (error === undefined) continue
      // A section may be complete only with another variable.
      const sentence = error.message.replace(`${name}: `, '')
      expect(sentence).toMatch(saysWhatIsWanted)
      expect(error.message).not.toMatch(ofTheLibrary)
    }
  })
})

const APP = '{ name: a, url: https://a.example, platform: any }'

/** An app with something else instead of what it has, or besides. */
function appWith(pair: string): string {
  const [key = ''] = pair.split(':')
  const kept = APP.slice(2, -2)
    .split(', ')
    .filter((other) => !other.startsWith(`${key}:`))
  return `apps: [{ ${[...kept, pair].join(', ')} }]`
}

describe('a mistake in the configuration', () => {
  it.each([
    ['trustProxy: true', '1:13: trustProxy must be an address or a network such as 10.0.0.0/8, or'],
    ['trustProxy: [true]', '1:14: trustProxy[0] must be an address or a network such as'],
    ['baseUrl: setup.example.com', '1:10: baseUrl must begin with https:// or http://, such as'],
    ['baseUrl:', '1:9: baseUrl is empty: it must be text'],
    [
      'branding:\n  color: #7a1fa2',
      'branding.color is empty: # begins a comment: put the value in quotes',
    ],
    [
      'branding: { name: Example, color: #7a1fa2 }\nlanguage: de',
      '1:35: this is not YAML: # begins a comment: put the value in quotes',
    ],
    ['branding: { color: #7a1fa2 }', '1:20: this is not YAML: # begins a comment'],
    ['providers: {}', '1:12: providers must be the path of a folder, or a list of them'],
    ['listen: { port: true }', '1:17: listen.port must be a whole number from 0 to 65535'],
    ['listen: { port: }', 'listen.port is empty: it must be a whole number from 0 to 65535'],
    ['listen: { port: [] }', '1:17: listen.port must be a whole number from 0 to 65535'],
    ['listen: { port: 80.5 }', '1:17: listen.port must be a whole number'],
    ['listen: { host: "0.0.0.0:80" }', '1:17: listen.host must be a host name or an address'],
    ['listen: true', '1:9: listen must be a section with the keys host and port'],
    ['branding: Mail', '1:11: branding must be a section with keys'],
    ['serve: [a.example]', 'a section with the keys domains, domainsFile and catalogue'],
    ['limits: { client: 0 }', '1:19: limits.client must be from 1 to 1000000'],
    ['limits: { enabled: "no" }', '1:20: limits.enabled must be true or false'],
    ['pacc: { revision: 03 }', "1:19: pacc.revision must be '02' or '03', in quotes"],
    ['discovery: { ispdb: true }', '1:21: discovery.ispdb must be an https address, to which'],
    ['discovery: { sign: voucht }', 'must be never or vouched: did you mean vouched?'],
    ['log: { level: warning }', 'silent: did you mean warn?'],
    ['signing: { passphrase: 1234 }', '1:24: signing.passphrase must be text: write it in quotes'],
    ['store: true', '1:8: store must be sqlite:FILE, redis://HOST, rediss://HOST or memory:, or'],
    ['branding: { name: "Mail of %EMAIL%" }', '1:19: branding.name takes no placeholder'],
    ['securityTxt: { contact: a@b.example }', 'such as mailto:security@example.com'],
    ['api: { keys: [{ hash: x }] }', '1:15: api.keys[0].name is missing: it must be text'],
    [
      `api: { keys: [{ name: a, hash: '${HASH}', scopes: [all] }] }`,
      'scopes[0] must be one of invitations',
    ],
    ['branding: { notice: "" }', '1:21: branding.notice must not be empty'],
    ['branding: { notice: [] }', '1:21: branding.notice must be text, or a section of texts by'],
    ['branding: { notice: {} }', '1:21: branding.notice must be in one language at least'],
    [
      'branding: { notice: { da: Hej } }',
      '1:27: branding.notice.da must be in the languages en, de',
    ],
    ['branding: { notice: { pt: Oi } }', 'zh-Hans: did you mean pt-BR?'],
    ['branding: { notice: { de: true } }', '1:27: branding.notice.de must be text'],
    ['branding: { notice: "a\\u202Eb" }', '1:21: branding.notice must not hold characters'],
    ['branding: { notice: "%EMAIL%" }', '1:21: branding.notice takes no placeholder'],
    [
      `branding: { notice: { de: ${'x'.repeat(301)} } }`,
      '1:27: branding.notice.de must not be longer',
    ],
    ['apps: { name: a }', '1:7: apps must be a list'],
    ['apps: [{ name: a, platform: any }]', '1:8: apps[0].url is missing: it must be text'],
    [appWith('url: http://a.example'), 'apps[0].url must begin with https://'],
    [appWith('url: "javascript:alert(1)"'), 'apps[0].url must begin with https://'],
    [appWith('url: "examplemail://add/{address}"'), 'apps[0].url must begin with https://'],
    [appWith('url: "https://a.example/{address}"'), 'apps[0].url takes no placeholder'],
    [appWith('url: https://u:p@a.example'), 'apps[0].url must be an address without user name'],
    [appWith('url: https://a b.example'), 'apps[0].url must be an address such as'],
    [
      appWith('platform: iphone'),
      'apps[0].platform must be one of ios, macos, android, windows or any',
    ],
    [appWith('platform: Android'), 'did you mean android?'],
    [appWith('ico: x'), 'apps[0].ico is not a known key: did you mean apps.icon?'],
    [appWith('icon: ""'), 'apps[0].icon must be a path'],
    [appWith('name: "a\\nb"'), 'apps[0].name must not hold characters that cannot be seen'],
    [appWith(`name: ${'x'.repeat(61)}`), 'apps[0].name must not be longer than 60 characters'],
    [`apps: [${APP}, ${APP}]`, '1:7: apps must have each name once for a platform'],
    [
      `apps: [${Array.from({ length: 11 }, (_, i) => APP.replace('name: a', `name: a${i}`)).join(', ')}]`,
      '1:7: apps must be a list of ten at most',
    ],
    ['- a', '1:1: the file must be a section with keys'],
  ])('%s', async (yaml, told) => {
    expect((await refusalOf(`${yaml}\n`))?.message).toContain(told)
  })

  it.each([
    ['listen: { port: "8080" }', {}],
    ['', { PORT: '8080' }],
    ['listen: { host: "::" }\nbaseUrl: https://setup.example.com', {}],
    ['listen: { host: localhost, port: 0 }', {}],
    ['metrics: { host: my_service }', {}],
  ])('%s is none', async (yaml, env) => {
    expect(await refusalOf(yaml, env)).toBeUndefined()
  })
})

describe('a base URL', () => {
  it.each([
    ['https://setup.example.com', undefined],
    ['https://setup.example.com/mail/', undefined],
    ['http://127.0.0.1:8080', undefined],
    ['https://[2001:db8::1]:8443', undefined],
    ['https://müller.example/a%20b', undefined],
    ['setup.example.com', /begin with https:\/\/ or http:\/\/, such as https:\/\/setup\.example/],
    ['setup.example.com:8443', /begin with/],
    ['localhost:8080', /begin with/],
    ['//setup.example.com', /begin with/],
    ['https:setup.example.com', /begin with/],
    ['https:/setup.example.com', /begin with/],
    ['', /begin with/],
    [' https://setup.example.com', /begin with/],
    ['ftp://setup.example.com', /begin with/],
    ['https://setup.example.com ', /an address such as/],
    ['https://setup.example.com:99999', /an address such as/],
    ['https://', /an address such as/],
    ['https://setup.example.com?a', /without query/],
    ['https://setup.example.com#a', /without query/],
    ['https://ann:secret@setup.example.com', /without user name/],
    ['https://%EMAILDOMAIN%', /takes no placeholder/],
    ['https://setup.example.com/{user}', /takes no placeholder/],
  ])('%s', (value, problem) => {
    const found = webAddressProblem(value, 'http or https')
    if (problem === undefined) expect(found).toBeUndefined()
    else expect(found).toMatch(problem)
    expect(found ?? '').not.toContain('secret')
  })
})
