import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { loadCatalogue } from '../../src/providers/load.js'
import { runCli } from '../support/cli.js'
import { withFreePorts } from '../support/free-ports.js'
import { mailServers, noMailServers } from '../support/mail-servers.js'
import { withPlaces } from '../support/examples.js'
import { RECIPE_EXAMPLES, recipeExample } from '../support/recipes.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { wrongAddresses, type ComposeNetwork } from '../support/static-addresses.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PROVIDER = recipeExample('README', 'id: example')
const NAMES = ['setup.example.com', 'autoconfig.example.com', 'autodiscover.example.com']
const CONFIGURATIONS = RECIPE_EXAMPLES.filter(({ text }) => text.startsWith('baseUrl:'))
const OVERRIDES = RECIPE_EXAMPLES.filter(({ text }) => text.startsWith('services:'))
const MOST_LINES = 8
const { version: VERSION } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string }
// As docs/container.md builds it.
const IMAGE = `mailprofile:${VERSION.split('.').slice(0, 2).join('.')}`

interface Service {
  readonly image?: string
  readonly pull_policy?: string
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly networks?: Readonly<Record<string, ComposeNetwork>>
}

/** What the products' own compose files have, on the commits that the recipes name. */
const PRODUCTS: Readonly<Record<string, Compose>> = {
  // docker-compose.yml, 0642467
  'docs/recipes/mailcow.md': {
    services: named(
      [
        ...[
          'unbound',
          'mysql',
          'redis',
          'clamd',
          'rspamd',
          'php-fpm',
          'sogo',
          'dovecot',
          'postfix',
        ],
        ...['postfix-tlspol', 'memcached', 'nginx', 'acme', 'netfilter', 'watchdog', 'dockerapi'],
        ...['olefy', 'ofelia'],
      ].map((name) => `${name}-mailcow`),
    ),
    networks: { 'mailcow-network': {} },
  },
  // setup/flavors/compose/docker-compose.yml, bbb1c20
  'docs/recipes/mailu.md': {
    services: {
      ...named([
        ...['redis', 'resolver', 'admin', 'imap', 'smtp', 'oletools', 'antispam', 'antivirus'],
        ...['webdav', 'fetchmail', 'webmail'],
      ]),
      front: {
        image: 'nginx',
        volumes: ['/mailu/certs:/certs', '/mailu/overrides/nginx:/overrides:ro'],
        networks: ['default', 'webmail', 'radicale'],
      },
    },
    networks: { default: {}, radicale: {}, webmail: {}, clamav: {}, oletools: {} },
  },
  // compose.yaml, c9b015d
  'docs/recipes/docker-mailserver.md': { services: named(['mailserver']) },
}

function named(names: readonly string[]): Record<string, Service> {
  return Object.fromEntries(names.map((name) => [name, { image: name }]))
}

// As compose does it: what both have of a service goes together, lists one behind the other.
function merged(one: Compose, other: Compose): Compose {
  const services = { ...one.services }
  for (const [name, service] of Object.entries(other.services)) {
    const before = services[name] ?? {}
    const volumes = [...(before.volumes ?? []), ...(service.volumes ?? [])]
    services[name] = { ...before, ...service, volumes }
  }
  return { services, networks: { ...one.networks, ...other.networks } }
}

describe('the recipes', () => {
  it('have no YAML that is not looked at here', () => {
    const others = RECIPE_EXAMPLES.filter(({ language }) => language === 'yaml').filter(
      (one) => !CONFIGURATIONS.includes(one) && !OVERRIDES.includes(one),
    )
    expect(others.map(({ page, text }) => [page, text.split('\n')[0]])).toEqual([
      ['docs/recipes/README.md', 'id: example'],
      ['docs/recipes/mail-in-a-box.md', 'setup.example.com:'],
    ])
    expect(CONFIGURATIONS).toHaveLength(8)
  })

  it.each(CONFIGURATIONS)(
    '$page has a configuration that can start, in eight lines',
    async ({ text }) => {
      expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES)
      const folder = temporaryFolder()
      const { chain, key } = commonServerCertificate({ names: NAMES })
      // Wherever a product has it.
      const places = text
        .replaceAll(
          /([\w./-]*?)(\w+)\.pem/g,
          (_, path: string, name: string) =>
            `${join(folder, path.replaceAll('/', '-'))}${name}.pem`,
        )
        .replace('192.0.2.11', '127.0.0.1')
      for (const [file = ''] of places.matchAll(/\/[\w./-]+\.pem/g)) {
        writeFileSync(file, file.endsWith('key.pem') ? key : chain)
      }
      mkdirSync(join(folder, 'providers'))
      writeFileSync(join(folder, 'providers/example.yaml'), PROVIDER)
      await withFreePorts(['http'], async ({ http }) => {
        writeFileSync(
          join(folder, 'mailprofile.yaml'),
          places.replace(/port: \d+/, `port: ${http}`),
        )
        // As the image has it.
        const env = { MAILPROFILE_STORE: 'memory:', PORT: String(http) }
        const { exitCode, stdout } = await runCli(['config', 'check'], { cwd: folder, env })
        expect(stdout.toString()).toContain('The server can start')
        expect(exitCode).toBe(0)
      })
    },
  )

  it('have a provider that looks addresses up', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'example.yaml'), PROVIDER)
    const account = (await loadCatalogue([folder], { shipped: false })).account('ann@example.com')
    expect(account).toMatchObject({
      incoming: { port: 993, security: 'tls', username: 'ann@example.com' },
      outgoing: { port: 465, security: 'tls', username: 'ann@example.com' },
    })
  })

  it('have calendars that may stand in it', async () => {
    const folder = temporaryFolder()
    writeFileSync(
      join(folder, 'example.yaml'),
      `${PROVIDER}calendar: { url: https://mail.example.com/ }\ncontacts: { url: https://mail.example.com/ }\n`,
    )
    const account = (await loadCatalogue([folder], { shipped: false })).account('ann@example.com')
    expect(account.calendar?.path).toBe('/')
  })

  it.each(OVERRIDES)('$page has an override that fits its product', ({ page, text }) => {
    const product = PRODUCTS[page] ?? { services: {} }
    const override = parseYaml(text) as Compose
    const { services, networks = {} } = merged(product, override)
    const known = ['default', ...Object.keys(networks)]
    for (const [name, { image, volumes = [], networks: own = [] }] of Object.entries(services)) {
      expect(image, name).toBeDefined()
      const targets = volumes.map((volume) => volume.split(':')[1])
      expect(new Set(targets).size, name).toBe(targets.length)
      for (const network of Array.isArray(own) ? own : Object.keys(own)) {
        expect(known).toContain(network)
      }
    }
    expect(wrongAddresses(override)).toEqual([])
    // Nothing of the product is replaced, but Mailu's front gets a file more.
    const both = Object.keys(override.services).filter((name) => name in product.services)
    expect(both).toEqual(page.endsWith('mailu.md') ? ['front'] : [])
    expect(services['front']?.volumes ?? []).toHaveLength(page.endsWith('mailu.md') ? 3 : 0)
    const own = Object.values(override.services).filter(({ image }) => image === IMAGE)
    expect(own).toHaveLength(1)
    // An update of the product pulls all images, and gives up where one is in no registry.
    expect(own[0]?.pull_policy).toBe('never')
    const targets = own[0]?.volumes?.map((volume) => volume.split(':')[1]) ?? []
    expect(targets).toContain('/etc/mailprofile')
    expect(targets).toContain('/var/lib/mailprofile')
    // What the configuration reads is mounted.
    const [, certificate = ''] =
      /certificate: (\/\w+)\//.exec(CONFIGURATIONS.find((one) => one.page === page)?.text ?? '') ??
      []
    expect(targets).toContain(certificate)
  })
})

describe.skipIf(noMailServers())('the recipe for Postfix and Dovecot', () => {
  const servers = mailServers()

  it('works with both', async () => {
    const { ca, ports, mailboxes } = servers()
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, 'providers'))
    writeFileSync(join(cwd, 'providers/ca.pem'), ca)
    writeFileSync(
      join(cwd, 'providers/example.yaml'),
      `${withPlaces(PROVIDER, [
        ['mail.example.com', 'localhost'],
        ['[example.com]', '[example.test]'],
        ['port: 993', `port: ${ports.imap.tls}`],
        ['port: 465', `port: ${ports.smtp.tls}`],
      ])}rootCertificate: ca.pem\n`,
    )
    const argv = ['check', 'ann@example.test', '--providers', 'providers', '--password-stdin']
    const { exitCode, stdout, stderr } = await runCli(argv, {
      cwd,
      stdin: `${mailboxes.ann.password}\n`,
    })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout.toString()).toMatch(/\nAll works\.\n$/)
  })
})
