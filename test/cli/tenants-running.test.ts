import { X509Certificate } from 'node:crypto'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askTenant } from '../support/ask-tenant.js'
import { runCli } from '../support/cli.js'
import { inLongSuite, some } from '../support/runs.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import {
  makeTenants,
  writeTenants,
  type TenantsFolderOptions,
  type TestTenant,
} from '../support/three-tenants.js'

const HTML = { Accept: 'text/html' }
const tenants = makeTenants()
const [quokka, wombat] = tenants as [TestTenant, TestTenant]

function folderWith(options: TenantsFolderOptions): string {
  const folder = temporaryFolder()
  writeTenants(folder, tenants, options)
  return folder
}

interface LogLine {
  readonly msg: string
  readonly tenant?: string
  readonly port?: number
}

async function start(folder: string, env: Readonly<Record<string, string>> = {}) {
  const server = await startServer([], { cwd: folder, withoutCertificate: true, env })
  onTestFinished(async () => {
    await server.stop()
  })
  const log = () => server.lines.map((line) => JSON.parse(line) as LogLine)
  const port = log().find(({ msg }) => msg === 'listening')?.port ?? 0
  const isTls = server.url.startsWith('https://127.')
  const place = { port, ...(isTls ? { ca: tenants.map(({ tls }) => tls.ca) } : {}) }
  return {
    ask: (target: string, host: string, headers: Readonly<Record<string, string>> = {}) =>
      askTenant(place, target, { host, headers }),
    reload: () => server.process.kill('SIGHUP'),
    log,
  }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50)
}

describe('a server with tenants that runs', () => {
  it('reads their lists of domains again, and gives no domain to two', async () => {
    const folder = folderWith({ tls: false })
    const { ask, reload, log } = await start(folder)
    const target = '/mail/config-v1.1.xml'
    const statusOf = async (host: string, query = '') =>
      (await ask(`${target}${query}`, host)).status
    expect(await statusOf('posteo.de')).toBe(421)
    appendFileSync(join(folder, 'wombat/domains.txt'), 'posteo.de\n')
    reload()
    await until(async () => (await statusOf('posteo.de')) === 200)
    expect(await statusOf(wombat.host, '?emailaddress=a@posteo.de')).toBe(200)
    expect(await statusOf(quokka.host, '?emailaddress=a@posteo.de')).toBe(404)
    appendFileSync(join(folder, 'quokka/domains.txt'), 'posteo.de\n')
    reload()
    const complaint =
      'tenants[1].domainsFile has posteo.de that tenants[0].domainsFile has too: it can belong to one only.'
    await until(() => log().some(({ msg }) => msg.includes(complaint)))
    // As it was before, and everybody is told of it without names.
    expect(await statusOf(quokka.host, '?emailaddress=a@posteo.de')).toBe(404)
    expect(await statusOf(wombat.host, '?emailaddress=a@posteo.de')).toBe(200)
    const { body } = await ask('/readyz', 'other.example')
    expect(JSON.parse(body.toString())).toEqual({
      status: 'ready',
      warnings: [expect.stringMatching(/^The provider files have changed and cannot be used/)],
    })
  })

  inLongSuite('takes a renewed certificate of one, and leaves the others theirs', async () => {
    const folder = folderWith({ tls: true })
    const { ask, reload, log } = await start(folder)
    const shown = async ({ host }: TestTenant) => (await ask('/healthz', host)).certificate
    const before = await shown(quokka)
    const renewed = commonServerCertificate({
      names: [wombat.host, wombat.domain],
      authority: [{ name: 'commonName', value: 'Root of the wombat' }],
    })
    writeFileSync(join(folder, 'wombat/tls.key'), renewed.key)
    writeFileSync(join(folder, 'wombat/tls.pem'), renewed.chain)
    const { raw } = new X509Certificate(renewed.chain)
    reload()
    await until(async () => raw.equals((await shown(wombat)) ?? Buffer.alloc(0)))
    expect(await shown(quokka)).toEqual(before)
    await until(() =>
      log().some(({ msg, tenant }) => msg.includes('renewed TLS') && tenant === wombat.host),
    )
  })

  it('counts keys for each tenant, though they have one name', async () => {
    const { ask } = await start(folderWith({ tls: false, more: { limits: { key: 3 } } }))
    const use = async ({ host, apiKey }: TestTenant) =>
      (await ask('/api/v1/formats', host, { Authorization: `Bearer ${apiKey}` })).status
    const statuses = [await use(quokka), await use(quokka), await use(quokka), await use(quokka)]
    expect(statuses).toEqual([200, 200, 200, 429])
    expect(await use(wombat)).toBe(200)
  })

  inLongSuite('has the top level as one more, which has what no tenant has', async () => {
    const more = {
      baseUrl: 'https://setup.host.example/mail',
      serve: { catalogue: true },
      branding: { name: 'The host' },
    }
    const { ask } = await start(folderWith({ tls: false, more }))
    for (const host of ['setup.host.example', 'other.example', '127.0.0.1', 'posteo.de']) {
      const { status, body } = await ask('/mail/', host, HTML)
      expect([host, status, body.includes('The host')]).toEqual([host, 200, true])
    }
    const own = await ask('/mail/setup?address=ann@posteo.de', 'setup.host.example', HTML)
    expect(own.status).toBe(200)
    for (const address of [
      `ann@${wombat.domain}`,
      `ann@${wombat.sharedDomain}`,
      'ann@wombats.example',
    ]) {
      const { status, body } = await ask(`/setup?address=${address}`, 'setup.host.example')
      expect(status).toBe(404)
      const domain = address.slice(4)
      expect(body.toString()).toBe(
        `unknown_domain: No settings are known for ${domain}. Check the part after the @, or ask your mail provider for its settings.\n`,
      )
    }
    const found = await ask('/?provider=wombat', 'setup.host.example', HTML)
    expect(found.body.toString().replaceAll(/value="wombat"|provider=wombat/g, '')).not.toContain(
      'ombat',
    )
    const page = await ask('/', wombat.host, HTML)
    expect(page.body.toString()).toContain(wombat.name)
    expect(page.body.toString()).not.toContain('The host')
  })
})

describe('a tenant that is broken', () => {
  const BROKEN: readonly (readonly [what: string, file: string, content: string, told: RegExp])[] =
    [
      ['logo', 'wombat/logo.svg', '<svg><script/></svg>', /wombat\/logo\.svg holds <script>/],
      [
        'locale',
        'wombat/locales/de.json',
        '{\n  "home": { "nothing": "x" } }',
        /wombat\/locales\/de\.json:2:\d+: /,
      ],
      ['template', 'wombat/pages/home.eta', 'a\n<% if ( %>', /wombat\/pages\/home\.eta: /],
      [
        'list of domains',
        'wombat/domains.txt',
        'wombat-post.example\na b\n',
        /wombat\/domains\.txt:2: /,
      ],
      ['certificate', 'wombat/signing.pem', 'x', /wombat\/signing\.pem|certificate/],
    ]
  it.each(some(BROKEN, 2))(
    'by its %s stops the start, and config check says whose it is',
    async (_, file, content, told) => {
      const folder = folderWith({ tls: false })
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), content)
      const started: unknown = await start(folder).catch((error: unknown) => error)
      expect(started).toBeInstanceOf(Error)
      expect((started as Error).message).toMatch(told)
      const { exitCode, stdout } = await runCli(['config', 'check', '--json'], {
        cwd: folder,
        env: { HOME: folder },
      })
      expect(exitCode).toBe(1)
      const { findings } = JSON.parse(stdout.toString()) as {
        findings: { subject: string; state: string; message: string }[]
      }
      const errors = findings.filter(({ state }) => state === 'error')
      expect(errors).toHaveLength(1)
      expect(errors[0]?.message).toMatch(told)
      expect(errors[0]?.subject).toMatch(/^(?:tenants\[1\]\.|providers$)/)
    },
  )
})
