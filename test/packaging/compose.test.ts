import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load.js'
import { findVariable } from '../../src/config/variables.js'
import { example, withPlaces } from '../support/examples.js'
import { isMissing, isMissingModule, program } from '../support/programs.js'
import {
  blockOf,
  firstOf,
  wrongAddresses,
  type ComposeNetwork,
} from '../support/static-addresses.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = join(ROOT, 'packaging/container')
const FILES = ['compose.yaml', 'compose.caddy.yaml', 'compose.valkey.yaml']
// Of the Compose Specification, at 170098ba of compose-spec/compose-spec, under the Apache License 2.0.
const SCHEMA = join(ROOT, 'test/vectors/compose-spec.json')

interface Service {
  readonly image: string
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[] | Readonly<Record<string, { ipv4_address?: string } | null>>
  readonly network_mode?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly build?: { readonly context: string; readonly dockerfile: string }
}

interface Composition {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, ComposeNetwork>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string
}
const IMAGE = `mailprofile:${version.replace(/\.\d+$/, '')}`
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8')
const compositions = FILES.map(
  (file) => [file, parse(read(file), { merge: true }) as Composition] as const,
)

it.skipIf(isMissingModule('jsonschema')).each(FILES)('%s is as its specification says', (file) => {
  const judge = `
import json, sys, yaml, jsonschema
with open(sys.argv[1]) as s, open(sys.argv[2]) as c:
    errors = jsonschema.Draft7Validator(json.load(s)).iter_errors(yaml.safe_load(c))
for error in errors: print(list(error.path), error.message[:200])
`
  const argv = ['-c', judge, SCHEMA, join(FOLDER, file)]
  expect(execFileSync('/usr/bin/python3', argv, { encoding: 'utf8' })).toBe('')
})

describe.each(compositions)('%s', (_file, { services, networks, volumes }) => {
  const all = Object.entries(services)
  const own = all.filter(([, { image }]) => image === IMAGE).map(([, service]) => service)

  it('names versions of images, and the one of this version', () => {
    expect(own.length).toBeGreaterThan(0)
    for (const [, { image }] of all) expect(image).toMatch(/^[a-z/]+:\d[\d.]*(?:-[a-z]+)?$/)
    const { build } = own.find((service) => service.build !== undefined) ?? {}
    expect(existsSync(join(FOLDER, build?.context ?? '', build?.dockerfile ?? ''))).toBe(true)
  })

  it('gives containers no right that they do not need', () => {
    for (const [name, service] of all) {
      expect([name, service.read_only, service.cap_drop]).toEqual([name, true, ['ALL']])
      // One alone is root, to give a folder away, and has no network.
      if (service.network_mode === 'none') continue
      expect(service.security_opt).toEqual(['no-new-privileges:true'])
      if (!own.includes(service)) expect(service.user).toMatch(/^\d+:\d+$/)
    }
  })

  it('has the volumes, networks and services that it names, and uses all of them', () => {
    const mounted = all.flatMap(([, service]) => service.volumes ?? [])
    const [paths, names] = [/^\./, /^\w/].map((one) => mounted.filter((text) => one.test(text)))
    for (const text of paths ?? [])
      expect(existsSync(join(FOLDER, text.split(':')[0] ?? ''))).toBe(true)
    expect(new Set(names?.map((text) => text.split(':')[0]))).toEqual(new Set(Object.keys(volumes)))
    const joined = all.flatMap(([, { networks: one = [] }]) =>
      Array.isArray(one) ? (one as string[]) : Object.keys(one),
    )
    expect(new Set(joined)).toEqual(new Set(Object.keys(networks)))
    for (const [, { depends_on = {} }] of all) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(Object.keys(services)).toContain(other)
        if (condition === 'service_healthy') expect(services[other]?.healthcheck).toBeDefined()
      }
    }
  })

  it('sets what the program knows, and the server could start', async () => {
    for (const { environment = {} } of own) {
      for (const [name, value] of Object.entries(environment)) {
        expect([name, findVariable(name, value)]).toEqual([name, 'known'])
      }
      const config = await loadConfig({
        content: Buffer.from(read('config/mailprofile.yaml')),
        env: environment,
        cwd: '/etc/mailprofile',
      })
      expect(config.providers).toEqual(['/etc/mailprofile/providers'])
    }
  })

  it('trusts the one proxy of its network', () => {
    const [subnet = ''] = networks['web']?.ipam?.config.map((one) => one.subnet) ?? []
    const trusted = new Set(own.map(({ environment }) => environment?.['MAILPROFILE_TRUST_PROXY']))
    const { networks: ofCaddy = {} } = services['caddy'] ?? {}
    // Without Caddy, the machine itself: the first address.
    const proxy =
      (ofCaddy as Record<string, { ipv4_address?: string }>)['web']?.ipv4_address ?? firstOf(subnet)
    expect([...trusted]).toEqual([proxy])
    expect(blockOf(subnet).check(proxy)).toBe(true)
  })

  it('gives nobody else an address that is said to be the proxy’s', () => {
    expect(wrongAddresses({ services, networks })).toEqual([])
  })

  it('signs with a certificate that it waits for', () => {
    for (const { environment = {}, volumes: mounts = [], depends_on = {} } of own) {
      const certificate = environment['MAILPROFILE_SIGNING_CERTIFICATE']
      if (certificate === undefined) continue
      expect(mounts).toContain('caddy:/caddy:ro')
      expect(depends_on['caddy']).toEqual({ condition: 'service_healthy' })
      expect(services['caddy']?.volumes).toContain('caddy:/data')
      expect(services['caddy']?.healthcheck?.test.at(-1)).toBe(
        certificate.replace(/^\/caddy\//, '/data/'),
      )
      expect(environment['MAILPROFILE_SIGNING_KEY']).toBe(certificate.replace(/crt$/, 'key'))
    }
  })
})

it('has the provider of the first steps, and the certificate of the host that people reach', async () => {
  expect(read('config/providers/example.yaml')).toBe(example('docs/get-started.md: id: example'))
  const { baseUrl } = await loadConfig({
    content: Buffer.from(read('config/mailprofile.yaml')),
    env: {},
    cwd: '/etc/mailprofile',
  })
  const host = new URL(baseUrl ?? '').host
  expect(read('Caddyfile')).toContain(`\n${host} {\n`)
  for (const file of FILES.slice(1)) expect(read(file)).toContain(`/${host}/${host}.crt`)
})

it.skipIf(isMissing('caddy'))('has a Caddyfile that Caddy reads', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'Caddyfile')
  // Debian 12 has Caddy 2.6, which does not know this yet; the image that the files name is newer.
  writeFileSync(file, withPlaces(read('Caddyfile'), [['\t\treuse_private_keys\n', '']]))
  const argv = ['adapt', '--adapter', 'caddyfile', '--config', file]
  const adapted = execFileSync(program('caddy'), argv, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { UPSTREAMS: 'mailprofile-1:8080 mailprofile-2:8080', HOME: folder },
  })
  expect(adapted).toContain('[{"dial":"mailprofile-1:8080"},{"dial":"mailprofile-2:8080"}]')
})
