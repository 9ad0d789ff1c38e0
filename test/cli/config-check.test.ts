import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCli } from '../support/cli.js'
import { isMissing } from '../support/programs.js'
import { startRedis } from '../support/redis.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { temporaryFolder } from '../support/temporary-folder.js'

interface Found {
  readonly subject: string
  readonly state: string
  readonly message: string
}

const HASH = `sha256:${'0a'.repeat(32)}`

/** What `config check --json` says; nothing is served unless the configuration says what. */
async function check(yaml: string, prepare: (folder: string) => void = () => undefined) {
  const cwd = temporaryFolder()
  prepare(cwd)
  // The shipped providers take a second to read from the sources.
  const serve = yaml.includes('serve:') ? '' : 'serve: { catalogue: false }'
  writeFileSync(join(cwd, 'mailprofile.yaml'), `store: 'memory:'\n${serve}\n${yaml}`)
  const { exitCode, stdout } = await runCli(['config', 'check', '--json'], {
    cwd,
    env: { HOME: cwd },
  })
  const text = stdout.toString()
  const { ok, findings } = JSON.parse(text) as { ok: boolean; findings: Found[] }
  expect(ok).toBe(exitCode === 0)
  return { findings, exitCode, text }
}

describe('config check', () => {
  it('needs no configuration, and leaves no certificate behind', async () => {
    const cwd = temporaryFolder()
    const env = { HOME: cwd, MAILPROFILE_STORE: 'memory:', MAILPROFILE_SERVE_CATALOGUE: 'false' }
    const { exitCode, stdout } = await runCli(['config', 'check'], { cwd, env })
    expect(exitCode).toBe(0)
    expect(stdout.toString()).toMatch(/^ok +file +There is none/)
    expect(stdout.toString()).toMatch(/The server can start, with a warning\.\n$/)
    expect(existsSync(join(cwd, '.local'))).toBe(false)
  })

  it('says of each part what it is, and shows no secret', async () => {
    const { chain, key } = commonServerCertificate({ names: ['setup.example.com'] })
    const { findings, exitCode, text } = await check(
      `baseUrl: https://setup.example.com
listen: { host: 0.0.0.0, port: 8443 }
signing: { certificate: chain.pem, key: key.pem }
tls: { certificate: chain.pem, key: key.pem }
api: { keys: [{ name: helpdesk, hash: '${HASH}', domains: [example.com] }] }
metrics: { port: 9091 }
serve: { domains: [btinternet.com] }
branding: { name: Example Mail, notice: We are moving. }
apps: [{ name: Example App, url: https://a.example/, platform: ios, icon: icon.svg }]
`,
      (folder) => {
        writeFileSync(join(folder, 'chain.pem'), chain)
        writeFileSync(join(folder, 'key.pem'), key)
        writeFileSync(join(folder, 'icon.svg'), '<svg viewBox="0 0 1 1"/>')
      },
    )
    expect(exitCode).toBe(0)
    const of = (subject: string) =>
      findings.filter((found) => found.subject === subject).map((found) => found.message)
    expect(of('listen')).toEqual(['0.0.0.0, port 8443; people come to https://setup.example.com'])
    expect(of('signing')[0]).toMatch(
      /^RSA 2048 with SHA-256, valid until \d{4}-.* \(29 days left\)$/,
    )
    expect(of('tls')).toEqual([expect.stringMatching(/fit, valid until .* \(29 days left\)$/)])
    expect(of('store')).toEqual(['It can be used: memory:'])
    expect(of('api.keys')).toEqual([
      'helpdesk: invitations:write, invitations:read, accounts:read; only for example.com',
      'helpdesk: example.com is not served here.',
    ])
    expect(of('metrics')).toEqual(['127.0.0.1, port 9091'])
    expect(of('branding')).toEqual(['Example Mail, a notice'])
    expect(of('apps')).toEqual(['Example App: ios'])
    expect(text).not.toContain(HASH)
  })

  it.each([
    'baseUrl: http://[::1]:8080\nlisten: { host: "::1" }',
    'baseUrl: http://localhost:8080\nlisten: { host: 127.0.0.1 }',
  ])('finds nothing wrong with a server for its own machine: %j', async (yaml) => {
    const { findings } = await check(yaml)
    expect(findings.filter(({ subject }) => subject === 'baseUrl')).toEqual([])
  })

  it.each<[name: string, yaml: string, subject: string, message: RegExp]>([
    ['http beyond loopback', 'baseUrl: http://setup.example.com', 'baseUrl', /not https/],
    [
      'loopback for everybody',
      'baseUrl: https://localhost\nlisten: { host: 0.0.0.0 }',
      'baseUrl',
      /computer of whoever/,
    ],
    ['all of IPv4 as IPv6 writes it', "trustProxy: '::ffff:0:0/96'", 'trustProxy', /large part/],
    ['half of the internet', 'trustProxy: 0.0.0.0/1', 'trustProxy', /large part/],
    ['a proxy that is not named', 'baseUrl: https://a.example', 'trustProxy', /there is a proxy/],
    [
      'a time that is over',
      'securityTxt: { contact: "tel:1", expires: 2020-01-01T00:00:00Z }',
      'securityTxt',
      /is over/,
    ],
    [
      'a domain that nobody knows',
      'serve: { domains: [a.example] }',
      'serve.domains',
      /a\.example/,
    ],
  ])('warns of %s', async (_name, yaml, subject, message) => {
    const { findings, exitCode } = await check(yaml)
    expect(exitCode).toBe(0)
    expect(findings).toContainEqual({
      subject,
      state: 'warning',
      message: expect.stringMatching(message) as string,
    })
  })

  it.each<[name: string, yaml: string, subject: string, message: RegExp]>([
    ['a misspelt key', 'listen: { prot: 1 }', 'file', /:3:11: .*did you mean listen\.port/],
    ['no address for people', 'listen: { host: 0.0.0.0 }', 'listen', /address by which people/],
    ['a folder that is missing', 'providers: nowhere', 'providers', /nowhere/],
    ['a provider with a mistake', 'providers: bad', 'providers', /bad\/a\.yaml:1:1: .*mean id\?/],
    ['no certificate', 'signing: { certificate: a, key: b }', 'signing', /cannot be read/],
    ['a logo that never ends', 'branding: { logo: /dev/zero }', 'branding', /zero cannot be read/],
    ['no TLS certificate', 'tls: { certificate: a, key: b }', 'tls', /cannot be read/],
    ['one port for both', 'metrics: { port: 8080 }', 'metrics', /the server's own/],
    [
      'one port for both, by another name',
      'listen: { host: localhost }\nmetrics: { port: 8080 }',
      'metrics',
      /the server's own/,
    ],
    ['a file of providers', 'providers: bad/a.yaml', 'providers', /is not a folder/],
    ['a folder for a key', 'signing: { certificate: bad, key: bad }', 'signing', /it is a folder/],
    ['a logo that is none', 'branding: { logo: mailprofile.yaml }', 'branding', /neither an SVG/],
    [
      'an icon that is none',
      'apps: [{ name: A, url: https://a.example, platform: any, icon: mailprofile.yaml }]',
      'apps',
      /The icon \S+\/mailprofile\.yaml is neither an SVG/,
    ],
    [
      'an icon that is missing',
      'apps: [{ name: A, url: https://a.example, platform: any, icon: no.svg }]',
      'apps',
      /The icon \S+\/no\.svg cannot be read/,
    ],
    [
      'an app for nothing that there is',
      'apps: [{ name: A, url: https://a.example, platform: symbian }]',
      'file',
      /:3:53: apps\[0\]\.platform must be one of/,
    ],
    ['a base URL without scheme', 'baseUrl: a.example', 'file', /:3:10: baseUrl must begin with/],
  ])('refuses %s', async (_name, yaml, subject, message) => {
    const { findings, exitCode } = await check(yaml, (folder) => {
      mkdirSync(join(folder, 'bad'))
      writeFileSync(join(folder, 'bad/a.yaml'), 'ids: a\n')
    })
    expect(exitCode).toBe(1)
    expect(findings).toContainEqual(
      expect.objectContaining({
        subject,
        state: 'error',
        message: expect.stringMatching(message) as string,
      }),
    )
  })

  it.each([
    'listen: { host: 127.0.0.1 }\nmetrics: { host: 127.0.0.2, port: 8080 }',
    "listen: { host: '::1' }\nmetrics: { host: 0.0.0.0, port: 8080 }",
    'listen: { port: 0 }\nmetrics: { port: 0 }',
  ])('lets both have a port where they do not meet: %j', async (yaml) => {
    const { findings } = await check(yaml)
    expect(findings).toContainEqual(expect.objectContaining({ subject: 'metrics', state: 'ok' }))
  })

  it('finds a folder of templates that the start would not', async () => {
    const { findings, exitCode } = await check('templates: own-tmeplates\n')
    expect(exitCode).toBe(1)
    expect(findings).toContainEqual(
      expect.objectContaining({
        state: 'error',
        subject: 'branding',
        message: expect.stringMatching(/own-tmeplates is not there\.$/) as string,
      }),
    )
  })

  it('warns of templates by which no letter can be printed', async () => {
    const { findings, exitCode } = await check('templates: own\n', (folder) => {
      mkdirSync(join(folder, 'own/letters'), { recursive: true })
      writeFileSync(join(folder, 'own/letters/card.eta'), '<p><%= it.name </p>')
    })
    expect(exitCode).toBe(0)
    expect(findings).toContainEqual(
      expect.objectContaining({
        state: 'warning',
        subject: 'branding',
        message: expect.stringMatching(/^No letters can be printed\. \S+\/card\.eta: /) as string,
      }),
    )
  })

  it('does not show the password of a store that cannot be used', async () => {
    const cwd = temporaryFolder()
    const env = {
      HOME: cwd,
      MAILPROFILE_STORE: 'redis://someone:hunter2@127.0.0.1:1',
      MAILPROFILE_SERVE_CATALOGUE: 'false',
    }
    const { exitCode, stdout } = await runCli(['config', 'check'], { cwd, env })
    expect(exitCode).toBe(1)
    expect(stdout.toString()).toMatch(/^error +store /m)
    expect(stdout.toString()).toMatch(/The server would not start\.\n$/)
    expect(stdout.toString()).not.toContain('hunter2')
  })

  it.skipIf(isMissing('redis-server'))(
    'shows no password of a store, however its scheme is written',
    async () => {
      const cwd = temporaryFolder()
      const redis = await startRedis({ folder: cwd, more: ['requirepass hunter2'] })
      onTestFinished(() => redis.stop())
      const { exitCode, stdout, stderr } = await runCli(['config', 'check'], {
        cwd,
        env: {
          HOME: cwd,
          MAILPROFILE_STORE: `REDIS://default:hunter2@127.0.0.1:${redis.port}`,
          MAILPROFILE_SERVE_CATALOGUE: 'false',
        },
      })
      expect(exitCode).toBe(0)
      expect(stdout.toString()).toContain(`It can be used: redis://127.0.0.1:${redis.port}`)
      expect(`${stdout.toString()}${stderr}`).not.toContain('hunter2')
    },
  )

  it.skipIf(isMissing('redis-server'))('warns of replicas that nothing waits for', async () => {
    const cwd = temporaryFolder()
    const primary = await startRedis({ folder: cwd })
    onTestFinished(() => primary.stop())
    mkdirSync(join(cwd, 'replica'))
    const more = [`replicaof 127.0.0.1 ${primary.port}`]
    const replica = await startRedis({ folder: join(cwd, 'replica'), more })
    onTestFinished(() => replica.stop())
    const storeFindings = async (env: Readonly<Record<string, string>>) => {
      const settings = { MAILPROFILE_STORE: primary.url, MAILPROFILE_SERVE_CATALOGUE: 'false' }
      const options = { cwd, env: { HOME: cwd, ...settings, ...env } }
      const { exitCode, stdout } = await runCli(['config', 'check'], options)
      expect(exitCode).toBe(0)
      return stdout.toString().match(/^\S+ +store .*$/gm)
    }
    // Until the replica has found its primary.
    const patience = { timeout: 30_000, interval: 50 }
    await expect
      .poll(() => storeFindings({}), patience)
      .toEqual([
        expect.stringContaining('ok'),
        expect.stringMatching(/^warning .*store\.replicas is not set/),
      ])
    expect(await storeFindings({ MAILPROFILE_STORE_REPLICAS: '1' })).toEqual([
      expect.stringMatching(/^ok .*, with replicas: 1$/),
    ])
    expect(await storeFindings({ MAILPROFILE_STORE_REPLICAS: '2' })).toEqual([
      expect.stringMatching(/^warning .*1 of 2 replicas/),
    ])
  })

  const OWN = `id: own
name: Own
domains: [example.com, kunden-post.example]
incoming: [{ protocol: imap, host: imap.example.com, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }]
outgoing: [{ protocol: smtp, host: smtp.example.com, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }]
`

  it.each<[what: string, yaml: string, own: string, told: string | undefined]>([
    [
      'a slip',
      'serve: { domains: [exmaple.com] }',
      OWN,
      'Nobody at exmaple.com can be set up: no provider file names it. Did you mean example.com?',
    ],
    [
      'nothing near',
      'serve: { domains: [other.example] }',
      OWN,
      'Nobody at other.example can be set up: no provider file names it.',
    ],
    [
      'what is near is served already',
      'serve: { domains: [kunden-post.example, kunden-post2.example] }',
      OWN,
      'Nobody at kunden-post2.example can be set up: no provider file names it.',
    ],
    [
      'a slip of a provider that ships',
      'serve: { domains: [btinternt.com] }',
      OWN,
      'Nobody at btinternt.com can be set up: no provider file names it. Did you mean btinternet.com?',
    ],
    [
      'own exchangers, which may know it',
      'serve: { domains: [exmaple.com] }',
      `${OWN}mx: [mx.example.com]\n`,
      'No provider file names exmaple.com, unless by its mail exchanger. Did you mean example.com?',
    ],
    [
      'a search, which may find it',
      'serve: { domains: [other.example] }\ndiscovery: { enabled: true }',
      OWN,
      undefined,
    ],
    [
      'a search, and a slip',
      'serve: { domains: [exmaple.com] }\ndiscovery: { enabled: true }',
      OWN,
      'No provider file names exmaple.com: it is searched for. Did you mean example.com?',
    ],
  ])('tells a domain that nobody knows: %s', async (_what, yaml, own, told) => {
    const { findings } = await check(`providers: own\n${yaml}`, (folder) => {
      mkdirSync(join(folder, 'own'))
      writeFileSync(join(folder, 'own/own.yaml'), own)
    })
    expect(
      findings.filter(({ subject }) => subject === 'serve.domains').map(({ message }) => message),
    ).toEqual(told === undefined ? [] : [told])
  })

  it.each<[yaml: string, told: RegExp]>([
    [
      'providers: own\nserve: { domains: [example.com] }',
      /^1 own provider, \d{3} shipped; domains that are served: 1$/,
    ],
    ['providers: own', /^1 own provider; domains that are served: 2$/],
    [
      'serve: { domains: [btinternet.com] }',
      /^\d{3} shipped providers; domains that are served: 1$/,
    ],
    ['', /^0 providers; domains that are served: 0$/],
  ])('counts own providers and those that ship apart: %j', async (yaml, told) => {
    const { findings } = await check(yaml, (folder) => {
      mkdirSync(join(folder, 'own'))
      writeFileSync(join(folder, 'own/own.yaml'), OWN)
    })
    const [found] = findings.filter(({ subject }) => subject === 'providers')
    expect(found?.message).toMatch(told)
  })

  it.each<[names: string[], baseUrl: string, isWarned: boolean]>([
    [['www.example.com'], 'https://setup.example.com', true],
    [['*.example.com'], 'https://a.setup.example.com', true],
    [['*.example.com'], 'https://setup.example.com/mail', false],
    [['192.0.2.1'], 'https://192.0.2.1', false],
  ])('compares the certificate for %o with %s', async (names, baseUrl, isWarned) => {
    const { chain, key } = commonServerCertificate({ names })
    const { findings, exitCode } = await check(
      `baseUrl: ${baseUrl}\ntls: { certificate: chain.pem, key: key.pem }`,
      (folder) => {
        writeFileSync(join(folder, 'chain.pem'), chain)
        writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
      },
    )
    expect(exitCode).toBe(0)
    const warnings = findings.filter(({ subject, state }) => subject === 'tls' && state !== 'ok')
    expect(warnings.map(({ message }) => message)).toEqual(
      isWarned
        ? [expect.stringMatching(/not for the host of baseUrl.* It is for .*, and baseUrl names /)]
        : [],
    )
  })

  it.skipIf(isMissing('redis-server'))('warns of a Redis that evicts, if it may ask', async () => {
    const cwd = temporaryFolder()
    const redis = await startRedis({ folder: cwd, more: ['maxmemory-policy volatile-lru'] })
    onTestFinished(() => redis.stop())
    const admin = await createClient({ url: redis.url }).connect()
    onTestFinished(() => admin.close())
    const found = async () => {
      const env = { HOME: cwd, MAILPROFILE_STORE: redis.url, MAILPROFILE_SERVE_CATALOGUE: 'false' }
      const { exitCode, stdout } = await runCli(['config', 'check'], { cwd, env })
      expect(exitCode).toBe(0)
      return stdout.toString().match(/^\S+ +store .*$/gm)
    }
    const ok = expect.stringMatching(/^ok .*It can be used: redis:/) as string
    const evicts = expect.stringMatching(/^warning .*noeviction\. It is volatile-lru\.$/) as string
    expect(await found()).toEqual([ok, evicts])
    // As hosts of Redis do.
    await admin.aclSetUser('default', '-info')
    expect(await found()).toEqual([ok, evicts])
    await admin.aclSetUser('default', '-config')
    expect(await found()).toEqual([ok])
    await admin.aclSetUser('default', ['+config', '+info'])
    await admin.configSet('maxmemory-policy', 'noeviction')
    expect(await found()).toEqual([ok])
  })
})
