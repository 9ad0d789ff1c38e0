import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Invitations } from '../../src/invitations/invitations.js'
import { qrSvg } from '../../src/qr/svg.js'
import { runCli } from '../support/cli.js'
import { openTestStore } from '../support/open-test-store.js'
import { suite } from '../support/suite.js'
import { makeTenants, writeTenants, type TestTenant } from '../support/three-tenants.js'

const tenants = makeTenants()
const [quokka, wombat] = tenants as [TestTenant, TestTenant]
const cwd = suite((folder) => {
  writeTenants(folder, tenants, { tls: true, more: { listen: { host: '0.0.0.0' } } })
  return folder
})

async function run(argv: readonly string[], more: Parameters<typeof runCli>[1] = {}) {
  return runCli(argv, { cwd: cwd(), env: { HOME: cwd() }, ...more })
}

describe.each(tenants.map((tenant) => [tenant.word, tenant] as const))('for %s', (word, tenant) => {
  const addresses = [`ann@${tenant.domain}`, `ann@${tenant.sharedDomain}`]
  const others = tenants.filter((one) => one !== tenant)

  it('export signs and links as the tenant', async () => {
    for (const address of addresses) {
      const { exitCode, stdout } = await run(['export', 'apple-profile', address, '-o', '-'])
      const profile = stdout.toString('latin1')
      expect([exitCode, profile.includes(`sign.${tenant.domain}`)]).toEqual([0, true])
      expect(profile).toContain(tenant.name)
      const link = await run(['export', 'android-intent', address])
      expect(link.stdout.toString()).toContain(`scheme=${word}mail`)
      expect(link.stdout.toString()).toContain(encodeURIComponent(`${tenant.url}/setup`))
      for (const other of others) {
        expect(`${profile}${link.stdout.toString()}`).not.toContain(other.word)
      }
    }
  })

  it('qr leads to the tenant’s page', async () => {
    for (const [index, address] of addresses.entries()) {
      const file = `${word}-${index}.svg`
      expect((await run(['qr', address, '-o', file])).exitCode).toBe(0)
      const query = address.replace('@', '%40')
      const text = `${tenant.url}/setup?address=${query}&protocol=imap`
      expect(readFileSync(join(cwd(), file), 'utf8')).toBe(qrSvg(text))
    }
  })

  it('invite makes an invitation of the tenant alone', async () => {
    const { stdout } = await run(['invite', addresses[1] ?? '', '--json'])
    const { url, id } = JSON.parse(stdout.toString()) as { url: string; id: string }
    expect(url.startsWith(`${tenant.url}/i/`)).toBe(true)
    const store = await openTestStore(`sqlite:${join(cwd(), 'store.db')}`, {})
    try {
      const all = new Invitations({ store })
      const token = url.slice(url.lastIndexOf('/') + 1)
      expect((await all.forTenant(tenant.host).open(token))?.record.id).toBe(id)
      for (const other of [undefined, ...others.map(({ host }) => host)]) {
        expect(await all.forTenant(other).open(token)).toBeUndefined()
      }
    } finally {
      await store.close()
    }
  })

  it('config dns names the tenant’s host', async () => {
    const { stdout } = await run([
      'config',
      'dns',
      tenant.domain,
      '--server',
      '127.0.0.1:1',
      '--json',
    ])
    const { zone } = JSON.parse(stdout.toString()) as { zone: string }
    expect(zone).toContain(`${tenant.host}.`)
  })

  it('lookup knows the domains of all, each with whoever has it', async () => {
    const { exitCode, stdout } = await run(['lookup', addresses[0] ?? ''])
    expect([exitCode, stdout.toString().includes(`mail.${tenant.domain}`)]).toEqual([0, true])
  })
})

describe('the command line of a server with tenants', () => {
  it('has no link for a domain that no tenant has', async () => {
    const { exitCode, stderr } = await run(['qr', 'ann@posteo.de'])
    expect([exitCode, stderr.split(':')[0]]).toEqual([1, 'unknown_domain'])
  })

  it('checks every tenant and says which', async () => {
    const { exitCode, stdout } = await run(['config', 'check'])
    const text = stdout.toString()
    expect(exitCode).toBe(0)
    expect(text).toMatch(/^ok +listen +0\.0\.0\.0, port 8080; people come to its tenants$/m)
    for (const [index, { url, name }] of tenants.entries()) {
      const key = `tenants\\[${index}\\]`
      expect(text).toMatch(new RegExp(`^ok +${key} +${url}; domains that are served: 2$`, 'm'))
      expect(text).toMatch(new RegExp(`^ok +${key}\\.signing +RSA 2048`, 'm'))
      expect(text).toMatch(new RegExp(`^ok +${key}\\.tls +The certificate and the key fit`, 'm'))
      expect(text).toMatch(new RegExp(`^ok +${key}\\.branding +${name}, a logo, a colour`, 'm'))
      expect(text).toMatch(new RegExp(`^ok +${key}\\.api\\.keys +helpdesk: `, 'm'))
    }
    expect(text).toMatch(/^warning +tenants\[1\]\.tls +The TLS certificate expires/m)
    expect(text).not.toMatch(/^warning +tenants\[[02]\]\.tls/m)
  })

  it('checks the names of a certificate that a tenant has from the top level', async () => {
    const env = {
      HOME: cwd(),
      MAILPROFILE_TLS_CERTIFICATE: 'quokka/tls.pem',
      MAILPROFILE_TLS_KEY: 'quokka/tls.key',
      MAILPROFILE_BRANDING_NAME: 'Nobody',
      MAILPROFILE_TENANTS: JSON.stringify([
        { baseUrl: quokka.url, domains: [quokka.domain] },
        {
          baseUrl: wombat.url,
          domains: ['nowhere.example'],
          api: { keys: [{ name: 'a', hash: `sha256:${'0a'.repeat(32)}`, domains: ['b.example'] }] },
        },
      ]),
    }
    const { stdout } = await run(['config', 'check'], { env })
    const warnings = stdout.toString().match(/^warning .*$/gm) ?? []
    const told = warnings.map((line) => line.replace(/^warning +/, '').replace(/ +/, ' '))
    expect(told).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^branding It is for nobody: /),
        expect.stringMatching(/^tenants\[1\]\.tls The TLS certificate is not for the host/),
        'tenants[1].domains Nobody at nowhere.example can be set up: no provider file names it.',
        'tenants[1].api.keys a: b.example is not served here.',
      ]),
    )
    expect(told.filter((line) => line.startsWith('tenants[0].tls'))).toEqual([])
  })

  it.each<[what: string, given: readonly object[], env: Record<string, string>, told: unknown[]]>([
    [
      'a domain of another tenant',
      [
        { baseUrl: 'https://wombat.example', domains: ['quokka.example'] },
        { baseUrl: 'https://setup.wombat.example', domains: ['wombat.example'] },
      ],
      {},
      [
        'tenants[0].baseUrl wombat.example is where mail programs look for settings of wombat.example, ' +
          'which tenants[1].domains has: they get none there. Use another host.',
      ],
    ],
    [
      'where programs look for a domain of the top level',
      [{ baseUrl: 'https://autoconfig.wombat.example', domains: ['quokka.example'] }],
      {
        MAILPROFILE_BASE_URL: 'https://setup.wombat.example',
        MAILPROFILE_SERVE_DOMAINS: '["wombat.example"]',
      },
      [
        'tenants[0].baseUrl autoconfig.wombat.example is where mail programs look for settings of ' +
          'wombat.example, which serve.domains has: they get none there. Use another host.',
      ],
    ],
    [
      'a tenant’s domain, at the top level',
      [{ baseUrl: 'https://setup.quokka.example', domainsFile: 'domains.txt' }],
      {
        MAILPROFILE_BASE_URL: 'https://quokka.example',
        MAILPROFILE_SERVE_DOMAINS: '["wombat.example"]',
      },
      [
        'baseUrl quokka.example is answered for tenants[0], whose domainsFile has quokka.example: people ' +
          'who come there are at the tenant. Use another host.',
      ],
    ],
    [
      'its own',
      [
        { baseUrl: 'https://quokka.example', domains: ['quokka.example'] },
        { baseUrl: 'https://autoconfig.wombat.example', domains: ['wombat.example'] },
      ],
      {},
      [],
    ],
  ])('checks whose domain the host of a baseUrl is: %s', async (_what, given, more, told) => {
    writeFileSync(join(cwd(), 'domains.txt'), 'quokka.example\n')
    const env = {
      HOME: cwd(),
      MAILPROFILE_TRUST_PROXY: '127.0.0.1',
      MAILPROFILE_TENANTS: JSON.stringify(given),
      ...more,
    }
    const { stdout } = await run(['config', 'check', '--config', '-'], {
      env,
      stdin: 'providers: providers',
    })
    const lines = stdout.toString().match(/^warning +\S*baseUrl .*$/gm) ?? []
    expect(lines.map((line) => line.replace(/^warning +/, '').replace(/ +/, ' '))).toEqual(told)
  })

  it('tells in which key a domain stands that two have', async () => {
    writeFileSync(join(cwd(), 'domains.txt'), 'a.example\nquokka.example\n')
    const given = [
      { baseUrl: quokka.url, domains: ['quokka.example'] },
      { baseUrl: wombat.url, domains: ['wombat.example'], domainsFile: 'domains.txt' },
    ]
    const env = { HOME: cwd(), MAILPROFILE_TENANTS: JSON.stringify(given) }
    const { stdout, exitCode } = await run(['config', 'check', '--config', '-'], {
      env,
      stdin: '{}',
    })
    expect(exitCode).toBe(1)
    expect(stdout.toString()).toContain(
      'tenants[1].domainsFile has quokka.example that tenants[0].domains has too',
    )
  })

  it('refuses --lan, which has no host names', async () => {
    const { exitCode, stderr } = await run(['serve', '--lan'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('Tenants are told apart by their host names')
  })

  it('prints all addresses on a terminal', async () => {
    const stop = new AbortController()
    const { exitCode, stderr } = await run(['serve', '--host', '127.0.0.1', '--port', '0'], {
      terminal: true,
      signal: stop.signal,
      onStderr: (text) => {
        if (text.includes(wombat.url)) stop.abort()
      },
    })
    expect(exitCode).toBe(0)
    const list = tenants.map(({ url }) => `  ${url}\n`).join('')
    expect(stderr).toContain(`\nmailprofile is ready:\n${list}\n`)
  })
})
