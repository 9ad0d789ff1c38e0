import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { refusal } from '../support/errors.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function folderWith(yaml: string, name = 'mailprofile.yaml'): string {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, name), yaml)
  return cwd
}

describe('loadConfig', () => {
  it('needs nothing', async () => {
    const config = await loadConfig({ env: {}, cwd: temporaryFolder() })
    expect(config).toMatchObject({ providers: [], serve: { catalogue: true }, listen: {} })
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('takes paths from the folder of the file', async () => {
    const cwd = folderWith(`
baseUrl: https://setup.example.com/mail/
listen: { host: 0.0.0.0, port: 8443 }
signing: { certificate: certs/fullchain.pem, key: /run/key.pem, passphrase: 'no' }
providers: ./providers
serve: { domains: [Example.COM, müller.example], domainsFile: domains.txt }
discovery: { enabled: true, ispdb: https://ispdb.example.com/v1.1/, sign: vouched }
pacc: { enabled: true, revision: '02' }
signIn: { profiles: false }
branding: { name: Example Mail, contact: call 1234, notice: { de: ' Hallo. ', pt-BR: Oi. } }
apps: [{ name: Example App, url: 'https://play.google.com/store/apps/details?id=a.b', icon: app.svg, platform: android }]
androidIntent: { action: com.example.SETUP_MAIL, scheme: examplemail, package: com.example.mail }
trustProxy: 127.0.0.1/8
tls: { certificate: certs/tls.pem, key: /run/tls.key }
store: sqlite:data/mailprofile.db
api: { keys: [{ name: helpdesk, hash: 'sha256:${'0a'.repeat(32)}', domains: [Example.com] }] }
metrics: {}
limits: { client: 10 }
securityTxt: { contact: 'mailto:security@example.com', expires: 2027-01-31T00:00:00Z }
`)
    expect(await loadConfig({ env: {}, cwd })).toEqual({
      file: join(cwd, 'mailprofile.yaml'),
      baseUrl: 'https://setup.example.com/mail',
      listen: { host: '0.0.0.0', port: 8443 },
      signing: {
        certificate: join(cwd, 'certs/fullchain.pem'),
        key: '/run/key.pem',
        passphrase: 'no',
      },
      providers: [join(cwd, 'providers')],
      serve: {
        domains: ['example.com', 'xn--mller-kva.example'],
        domainsFile: join(cwd, 'domains.txt'),
        catalogue: false,
      },
      discovery: {
        enabled: true,
        ispdb: 'https://ispdb.example.com/v1.1',
        http: false,
        sign: 'vouched',
      },
      pacc: { enabled: true, revision: '02' },
      signIn: { profiles: false },
      branding: {
        name: 'Example Mail',
        contact: 'call 1234',
        notice: { de: 'Hallo.', 'pt-BR': 'Oi.' },
      },
      apps: [
        {
          name: 'Example App',
          url: 'https://play.google.com/store/apps/details?id=a.b',
          icon: join(cwd, 'app.svg'),
          platform: 'android',
        },
      ],
      androidIntent: {
        action: 'com.example.SETUP_MAIL',
        scheme: 'examplemail',
        package: 'com.example.mail',
      },
      trustProxy: ['127.0.0.1/8'],
      tls: { certificate: join(cwd, 'certs/tls.pem'), key: '/run/tls.key' },
      store: `sqlite:${join(cwd, 'data/mailprofile.db')}`,
      api: {
        keys: [
          {
            name: 'helpdesk',
            hash: `sha256:${'0a'.repeat(32)}`,
            scopes: ['invitations:write', 'invitations:read', 'accounts:read'],
            domains: ['example.com'],
          },
        ],
      },
      metrics: { host: '127.0.0.1', port: 9090 },
      hsts: {},
      language: 'en',
      tenants: [],
      log: { level: 'info' },
      limits: { enabled: true, client: 10, domain: 20, key: 1200, wrong: 30, send: 60 },
      securityTxt: { contact: ['mailto:security@example.com'], expires: '2027-01-31T00:00:00Z' },
    })
  })

  it('reads the replicas of a store from either place', async () => {
    const url = 'rediss://user:p%40ss@redis.example.com/2'
    const cwd = folderWith(`store: { url: '${url}', replicas: 1 }\n`)
    expect(await loadConfig({ env: {}, cwd })).toMatchObject({ store: url, storeReplicas: 1 })
    const env = { MAILPROFILE_STORE: 'redis://127.0.0.1', MAILPROFILE_STORE_REPLICAS: '2' }
    expect(await loadConfig({ env, cwd })).toMatchObject({
      store: 'redis://127.0.0.1',
      storeReplicas: 2,
    })
    const { MAILPROFILE_STORE_REPLICAS } = env
    const text = folderWith(`store: ${url}\n`)
    expect(await loadConfig({ env: { MAILPROFILE_STORE_REPLICAS }, cwd: text })).toMatchObject({
      store: url,
      storeReplicas: 2,
    })
  })

  it.each([
    ['store: { replicas: 1 }', /store needs a url/],
    ['store: { url: "memory:", replicas: 1 }', /no other store has replicas/],
    ['store: { url: "redis://host", replicas: 10 }', /store\.replicas must be from 0 to 9/],
    ['store: { url: "redis://:hunter2@host/x" }', /store\.url must end with the host/],
    ['store: { url: "redis://host", replica: 1 }', /store\.replica is not a known key.*replicas/],
    ['store:\n  url: "redis://:hunter2@host\n', /not YAML|quote/],
  ])('refuses %j', async (yaml, message) => {
    const cwd = folderWith(`${yaml}\n`)
    const error = await refusal(() => loadConfig({ env: {}, cwd }))
    expect(error.code).toBe('invalid_configuration')
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('hunter2')
  })

  it('lets the environment win, key by key', async () => {
    const cwd = folderWith(
      'signing: { certificate: a.pem, key: b.pem }\nlisten: { port: 1, host: h }\n',
    )
    writeFileSync(join(cwd, 'passphrase'), 'opens it\n')
    const env = {
      PORT: '9000',
      MAILPROFILE_SIGNING_KEY: 'c.pem',
      MAILPROFILE_SIGNING_PASSPHRASE_FILE: join(cwd, 'passphrase'),
      MAILPROFILE_SERVE_DOMAINS: '["example.org"]',
      MAILPROFILE_SERVE_CATALOGUE: 'true',
      MAILPROFILE_PROVIDERS: 'more',
      MAILPROFILE_ANDROID_INTENT_SCHEME: 'examplemail',
    }
    expect(await loadConfig({ env, cwd })).toMatchObject({
      listen: { host: 'h', port: 9000 },
      signing: { certificate: join(cwd, 'a.pem'), key: join(cwd, 'c.pem'), passphrase: 'opens it' },
      serve: { domains: ['example.org'], catalogue: true },
      providers: [join(cwd, 'more')],
      androidIntent: { scheme: 'examplemail' },
    })
  })

  it.each([
    ['Wir ziehen um.', 'Wir ziehen um.'],
    [
      '{"de":"Wir ziehen um.","en":"We are moving."}',
      { de: 'Wir ziehen um.', en: 'We are moving.' },
    ],
  ])(
    'takes apps, and a notice as text or by language, from the environment: %s',
    async (MAILPROFILE_BRANDING_NOTICE, notice) => {
      const cwd = folderWith('branding: { name: Example Mail, notice: Hello. }\n')
      const MAILPROFILE_APPS =
        '[{"name":"A","url":"https://a.example","platform":"any","icon":"a.png"}]'
      const config = await loadConfig({
        env: { MAILPROFILE_APPS, MAILPROFILE_BRANDING_NOTICE },
        cwd,
      })
      expect(config.branding).toEqual({ name: 'Example Mail', notice })
      expect(config.apps).toEqual([
        { name: 'A', url: 'https://a.example', platform: 'any', icon: join(cwd, 'a.png') },
      ])
    },
  )

  it('reads the file that MAILPROFILE_CONFIG or --config names', async () => {
    const cwd = folderWith('baseUrl: https://a.example\n', 'a.yaml')
    writeFileSync(join(cwd, 'b.yaml'), 'baseUrl: https://b.example\n')
    const env = { MAILPROFILE_CONFIG: 'a.yaml' }
    expect((await loadConfig({ env, cwd })).baseUrl).toBe('https://a.example')
    expect((await loadConfig({ env, cwd, file: 'b.yaml' })).baseUrl).toBe('https://b.example')
  })

  it.each([
    ['an unknown key', 'listen:\n  prot: 80\n', /mailprofile\.yaml:2:3: .*listen\.prot/],
    ['a wrong value', 'baseUrl: setup.example.com\n', /mailprofile\.yaml:1:10: /],
    ['a port out of range', 'listen: { port: 70000 }\n', /mailprofile\.yaml:1:17: /],
    ['a key twice', 'baseUrl: https://a.b\nbaseUrl: https://a.b\n', /mailprofile\.yaml:2:1: /],
    ['no YAML', 'a: [1\n', /mailprofile\.yaml:2:1: /],
    ['half an identity', 'signing: { key: k.pem }\n', /signing/],
    ['two identities', 'signing: { key: k, certificate: c, pkcs12: p }\n', /signing/],
    [
      'a scheme that is taken',
      'androidIntent: { scheme: https }\n',
      /mailprofile\.yaml:1:\d+: .*taken/,
    ],
    [
      'a scheme in upper case',
      'androidIntent: { scheme: Mail }\n',
      /mailprofile\.yaml:1:\d+: .*lower case/,
    ],
    [
      'a package that is none',
      'androidIntent: { package: mail }\n',
      /mailprofile\.yaml:1:\d+: .*application id/,
    ],
    ['an action that is none', 'androidIntent: { action: "a;b" }\n', /mailprofile\.yaml:1:\d+: /],
    ['a domain that is none', 'serve: { domains: [a b] }\n', /mailprofile\.yaml:1:20: /],
  ])('points at %s', async (_name, yaml, message) => {
    await expect(loadConfig({ env: {}, cwd: folderWith(yaml) })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringMatching(message) as string,
    })
  })

  it('puts sections together from the file and the environment', async () => {
    const cwd = folderWith('tls: { certificate: a.pem }\nmetrics: { host: 10.0.0.1 }\n')
    const env = {
      MAILPROFILE_TLS_KEY: 'b.pem',
      MAILPROFILE_METRICS_PORT: '9999',
      MAILPROFILE_LIMITS_ENABLED: 'false',
    }
    expect(await loadConfig({ env, cwd })).toMatchObject({
      tls: { certificate: join(cwd, 'a.pem'), key: join(cwd, 'b.pem') },
      metrics: { host: '10.0.0.1', port: 9999 },
      limits: { enabled: false, client: 300 },
    })
  })

  it.each([
    ['tls: { certificate: a.pem }', /tls needs certificate and key: key is missing/],
    ['tls: { passphrase: x }', /both are missing/],
    ['signing: { key: a.pem }', /certificate is missing/],
    ['securityTxt: { policy: "https://a.example" }', /securityTxt needs a contact/],
    ['trustProxy: 0.0.0.0/0', /every client/],
    ['trustProxy: 10.0.0.0/00', /every client/],
    ['trustProxy: ["127.1"]', /address or a network/],
    ['trustProxy: 10.0.0.0/33', /address or a network/],
    ['listen: { host: [] }', /listen\.host must be text/],
    ['api: { keys: [{ name: a b, hash: x }] }', /api\.keys\[0\]\.name must be letters/],
  ])('does not take %s', async (yaml, message) => {
    await expect(loadConfig({ env: {}, cwd: folderWith(yaml) })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringMatching(message) as string,
    })
  })

  it.each([
    ['a file without end', '/dev/zero', /larger than 1 MB/],
    ['a folder', '/tmp', /cannot be read/],
  ])('reads no %s', async (_name, file, message) => {
    await expect(loadConfig({ env: {}, cwd: '/', file })).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
    })
  })

  it.each([
    ['oversize', `# ${'x'.repeat(1024 * 1024)}`, /larger than 1 MB/],
    ['half a million lists', '['.repeat(500_000), /nested too deeply/],
    ['lists of lists of lists', '- '.repeat(500_000), /nested too deeply/],
    ['deep maps', `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`, /nested too deeply/],
    ['deep maps and lists', 'a: [ {\n'.repeat(20_000), /nested too deeply/],
    [
      'deeply indented',
      Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      /nested too deeply/,
    ],
    [
      'indented a little more deeply than anything is',
      Array.from({ length: 102 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      /nested too deeply/,
    ],
    [
      'lists in indented lists',
      Array.from({ length: 40 }, (_, depth) => `${' '.repeat(6 * depth)}- - -`).join('\n'),
      /nested too deeply/,
    ],
    [
      'aliases that multiply',
      `a: &a [1,1,1]\n${'bcdefgh'
        .split('')
        .map(
          (name, i) => `${name}: &${name} [*${'abcdefg'[i]},*${'abcdefg'[i]},*${'abcdefg'[i]}]\n`,
        )
        .join('')}`,
      /too many aliases/,
    ],
    ['a prototype', '__proto__: { baseUrl: "https://evil.example" }', /not a known key/],
    ['a constructor', 'listen: { constructor: { prototype: {} } }', /not a known key/],
  ])('refuses YAML that is %s', async (_name, yaml, message) => {
    await expect(loadConfig({ env: {}, cwd: folderWith(yaml) })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringMatching(message) as string,
    })
    expect(({} as { baseUrl?: unknown }).baseUrl).toBeUndefined()
  })

  it('takes what is long, or stands far to the right', async () => {
    const domains = Array.from({ length: 300 }, (_, i) => `    - d${i}.example\n`).join('')
    const yaml = `serve:\n  domains:\n${domains}listen:\n${' '.repeat(200)}port: 1\n`
    const config = await loadConfig({ env: {}, cwd: folderWith(yaml) })
    expect([config.listen.port, config.serve.domains?.length]).toEqual([1, 300])
  })

  it.each([
    [{ PORT: 'eighty' }, 'PORT'],
    [{ MAILPROFILE_BASE_URL: 'ftp://x' }, 'MAILPROFILE_BASE_URL'],
    [{ MAILPROFILE_ANDROID_INTENT_SCHEME: 'file' }, 'MAILPROFILE_ANDROID_INTENT_SCHEME'],
    [{ MAILPROFILE_SERVE_DOMAINS: 'example.com' }, 'MAILPROFILE_SERVE_DOMAINS'],
    [{ MAILPROFILE_SIGNING_KEY_FILE: '/nowhere' }, 'MAILPROFILE_SIGNING_KEY_FILE'],
  ])('names the variable that is wrong: %j', async (env, name) => {
    const error: unknown = await loadConfig({ env, cwd: temporaryFolder() }).catch(
      (e: unknown) => e,
    )
    expect(error).toMatchObject({ code: 'invalid_configuration' })
    const { message, hint = '' } = error as { message: string; hint?: string }
    expect(message + hint).toContain(name)
  })
})
