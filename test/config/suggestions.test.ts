import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { storeProblem } from '../../src/config/store-url.js'
import { parseProvider } from '../../src/providers/provider.js'
import { temporaryFolder } from '../support/temporary-folder.js'

async function messageOf(yaml: string, env: Record<string, string> = {}): Promise<string> {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), yaml)
  const error: unknown = await loadConfig({ env, cwd }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'invalid_configuration' })
  return (error as Error).message
}

describe('a line that is indented too far', () => {
  const TOO_FAR =
    'this is not YAML: this line is indented further than the key above it, which has its value already'

  it.each([
    ['listen:\n  host: 127.0.0.1\n    port: 8080\n', '3:5'],
    ['baseUrl: https://setup.example.com\n  store: x\n', '2:3'],
    ['api:\n  keys:\n    - name: one\n       scopes: [lookup]\n', '4:8'],
    ['baseUrl: of two\n  words\n  store: x\n', '3:3'],
  ])('is told so, at its place: %j', async (yaml, place) => {
    expect(await messageOf(yaml)).toContain(`mailprofile.yaml:${place}: ${TOO_FAR}`)
  })

  it('is no line with a second colon', async () => {
    expect(await messageOf('store: a: b\n')).toContain(
      'mailprofile.yaml:1:8: this is not YAML: this line has a second “: ”',
    )
  })
})

describe('a key that is not known', () => {
  it.each([
    ['listen: { prot: 1 }', 'listen.port'],
    ['base_url: x', 'baseUrl'],
    ['base-url: x', 'baseUrl'],
    ['BASEURL: x', 'baseUrl'],
    ['url: x', 'baseUrl'],
    ['publicUrl: x', 'baseUrl'],
    ['signing: { cert: x }', 'signing.certificate'],
    ['signing: { certifcate: x }', 'signing.certificate'],
    ['signing: { private_key: x }', 'signing.key'],
    ['signing: { password: x }', 'signing.passphrase'],
    ['certificate: x', 'signing.certificate or tls.certificate'],
    ['cert: x', 'signing.certificate or tls.certificate'],
    ['listen: { baseUrl: x }', 'baseUrl'],
    ['domainsFile: x', 'serve.domainsFile'],
    ['api: { keys: [{ nmae: x }] }', 'api.keys.name'],
    ['tsl: { key: x }', 'tls'],
    ['ssl: { key: x }', 'tls'],
    ['trust_proxy: x', 'trustProxy'],
    ['metric: {}', 'metrics'],
    ['database: x', 'store'],
    ['security_txt: {}', 'securityTxt'],
    ['port: 80', 'listen.port, delivery.smtp.port or metrics.port'],
  ])('%s: %s is suggested', async (yaml, suggestion) => {
    expect(await messageOf(yaml)).toContain(`did you mean ${suggestion}?`)
  })

  it('is answered with what there is when nothing is near', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'mailprofile.yaml'), 'listen: { flavour: red }')
    await expect(loadConfig({ env: {}, cwd })).rejects.toMatchObject({
      hint: 'What may stand there: host, port.',
    })
  })

  it('is suggested in provider files too', () => {
    expect(() => parseProvider('id: a\nname: A\ndomain: [a.example]\n', 'a.yaml')).toThrow(
      /a\.yaml:3:1: domain is not a known key: did you mean domains\?/,
    )
  })
})

describe('a key that a tenant has not of its own', () => {
  const tenant = (more: string) =>
    messageOf(`tenants: [{ baseUrl: https://a.example, domains: [a.example], ${more} }]`)

  it.each(['store: x', 'listen: { port: 80 }', 'limits: {}', 'trustProxy: x', 'providers: x'])(
    '%s: is told where it belongs',
    async (key) => {
      const name = key.split(':')[0] ?? ''
      expect(await tenant(key)).toContain(
        `: tenants[0].${name} is not a known key: ${name} belongs at the top level, for all tenants`,
      )
    },
  )

  it.each([
    ['serve: { domains: [b.example] }', 'tenants.domains or tenants.domainsFile'],
    ['brandign: {}', 'tenants.branding'],
    ['domain: [b.example]', 'tenants.domains'],
  ])('%s: %s is suggested', async (key, suggestion) => {
    expect(await tenant(key)).toContain(`did you mean ${suggestion}?`)
  })
})

describe('a language', () => {
  const ALL = 'en, de, fr, es, it, pt-BR, nl, pl, sv, tr, uk, ar, hi, ja, zh-Hans'

  it.each([
    ['ger', 'de'],
    ['deu', 'de'],
    ['de_CH', 'de'],
    ['DE', 'de'],
    ['German', 'de'],
    ['deutsch', 'de'],
    ['français', 'fr'],
    ['dut', 'nl'],
    ['portuguese', 'pt-BR'],
    ['Brazilian Portuguese', 'pt-BR'],
    ['chi', 'zh-Hans'],
    ['chinese', 'zh-Hans'],
  ])('%s: %s is suggested', async (given, suggestion) => {
    const sentence = `must be one of ${ALL}: did you mean ${suggestion}?`
    expect(await messageOf(`language: ${given}`)).toContain(`language ${sentence}`)
    expect(await messageOf('', { MAILPROFILE_LANGUAGE: given })).toContain(sentence)
  })

  it.each(['da', 'tlh', 'hunter2', 'constructor'])('%s: none is near', async (given) => {
    const message = await messageOf(`language: ${given}`)
    expect(message).toContain(`must be one of ${ALL}`)
    expect(message).not.toContain('did you mean')
  })

  it('is suggested for a text, too', async () => {
    expect(await messageOf('branding: { notice: { ger: Hallo } }')).toContain('did you mean de?')
  })
})

describe('a variable that is not known', () => {
  it.each([
    ['MAILPROFILE_SIGNING_CERT', 'MAILPROFILE_SIGNING_CERTIFICATE'],
    ['MAILPROFILE_SIGNING_CERT_FILE', 'MAILPROFILE_SIGNING_CERTIFICATE'],
    ['MAILPROFILE_BASEURL', 'MAILPROFILE_BASE_URL'],
    ['MAILPROFILE_URL', 'MAILPROFILE_BASE_URL'],
    ['MAILPROFILE_SIGNINGKEY', 'MAILPROFILE_SIGNING_KEY'],
    ['MAILPROFILE_PROVIDER', 'MAILPROFILE_PROVIDERS'],
    ['MAILPROFILE_REDIS', 'MAILPROFILE_STORE'],
    ['MAILPROFILE_PORT', 'MAILPROFILE_LISTEN_PORT or MAILPROFILE_METRICS_PORT'],
  ])('%s: %s is suggested', async (name, suggestion) => {
    const message = await messageOf('', { [name]: 'secret' })
    expect(message).toContain(name)
    expect(message).toContain(`did you mean ${suggestion}?`)
    expect(message).not.toContain('secret')
  })

  it('may be of Kubernetes, which names its services', async () => {
    const env = {
      MAILPROFILE_SERVICE_HOST: '10.0.0.1',
      MAILPROFILE_SERVICE_PORT_HTTP: '80',
      MAILPROFILE_PORT: 'tcp://10.0.0.1:80',
      MAILPROFILE_PORT_80_TCP: 'tcp://10.0.0.1:80',
      MAILPROFILE_PORT_80_TCP_ADDR: '10.0.0.1',
      MAILPROFILE_METRICS_PORT: 'tcp://10.0.0.2:9090',
      MAILPROFILE_REDIS_SERVICE_HOST: '10.0.0.3',
    }
    expect((await loadConfig({ env, cwd: temporaryFolder() })).metrics).toBeUndefined()
  })
})

describe('a store', () => {
  it.each<[value: string, problem: RegExp | undefined]>([
    ['memory:', undefined],
    ['sqlite:data/mailprofile.db', undefined],
    ['sqlite:///var/lib/mailprofile.db', undefined],
    ['redis://127.0.0.1:6379', undefined],
    ['rediss://user:p%40ss@redis.example.com/2', undefined],
    ['redis://[::1]:6379', undefined],
    ['sqlite:', /must name a file/],
    ['sqlite::memory:', /must be memory:/],
    ['sqlite://data/x.db', /without the two slashes/],
    ['redis:', /two slashes/],
    ['redis:hunter2@host', /two slashes/],
    ['redis://', /must name a host|must be an address/],
    ['redis://:hunter#2@host', /%23 for #/],
    ['redis://host/name', /a number/],
    ['redis://host?hunter2', /no \?/],
    ['reddis://:hunter2@host', /did you mean redis:\?/],
    ['valkeys://:hunter2@host', /did you mean rediss:\?/],
    ['postgres://:hunter2@host', /must be sqlite:FILE, redis:/],
    ['memory', /did you mean memory:\?/],
    ['memory:x', /nothing after it/],
    ['hunter2', /must be sqlite:FILE/],
    ['', /must be sqlite:FILE/],
  ])('%s', (value, problem) => {
    const found = storeProblem(value)
    if (problem === undefined) expect(found).toBeUndefined()
    else expect(found).toMatch(problem)
    expect(found ?? '').not.toContain('hunter')
  })
})

describe('no mistake shows a secret', () => {
  it.each([
    ['a store that is none', 'store: redis:/:hunter2@host'],
    ['its name misspelt', 'stroe: redis://:hunter2@host'],
    ['its name in another section', 'api: { store: "redis://:hunter2@host" }'],
    ['a neighbour', `{ store: "redis://:hunter2@host", listen: { prot: 1 } }`],
    ['a passphrase that is an alias', 'signing: { passphrase: *hunter2 }'],
    ['a passphrase with a forgotten quote', 'signing: { passphrase: "hunter2 }\nlisten: 1\n'],
    ['a passphrase with a bad escape', 'signing:\n  passphrase: "one\n    \\qhunter2"\n'],
    ['a passphrase in several lines', 'tls:\n  passphrase: |\n    hunter2\n   bad\n  key: [\n'],
    ['a passphrase of another name', 'tls: { passphrse: hunter2 }'],
    ['a list where text belongs', 'tls: { passphrase: [hunter2] }'],
    ['an address alone', 'redis://:hunter2@host'],
    ['an address as a key', '? redis://:hunter2@host\n: 1\n'],
    ['a hash', "api: { keys: [{ name: a, hash: 'hunter2' }] }"],
  ])('%s', async (_name, yaml) => {
    const message = await messageOf(yaml)
    expect(message).not.toContain('hunter2')
    expect(message).toMatch(/mailprofile\.yaml:\d+:\d+: /)
  })

  it.each([
    { MAILPROFILE_STORE: 'redis:hunter2' },
    { MAILPROFILE_API_KEYS: '[hunter2]' },
    { MAILPROFILE_API_KEYS: '[{"hash":"hunter2","hunter2":1}]' },
    { MAILPROFILE_TLS_PASSPHRASE: 'hunter2' },
    { MAILPROFILE_TLS_PASSPHRASE: 'hunter2', MAILPROFILE_TLS_PASSPHRASE_FILE: '/hunter' },
  ])('%j', async (env) => {
    const message = await messageOf('', env)
    expect(message).not.toContain('hunter')
  })
})
