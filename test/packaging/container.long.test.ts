import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { inspectProfile } from '../../src/inspection/inspect.js'
import { bareDebian } from '../support/bare-debian.js'
import { cleanCopy, environmentForNpm } from '../support/clean-copy.js'
import {
  createContainers,
  makeBaseImages,
  npmVolumes,
  type Container,
  type Containers,
} from '../support/containers.js'
import { withFreePorts } from '../support/free-ports.js'
import { openssl } from '../support/openssl.js'
import { isMissing, isRoot } from '../support/programs.js'
import { createGenerations, REPLACEMENTS } from '../support/rotating-certificate.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PATH = 'formats/apple-profile?address=ann@btinternet.com'
const IMAGE = 'mailprofile:test'
const USER = 10001
// Beside other tests: it downloads a Debian, and installs all packages twice.
const MS_TO_BUILD = 1_200_000
const MOST_COMPRESSED = 120_000_000
const MOST_MS_TO_STOP = 3000
/** What an operator may have in a clone, and nobody else may get. */
const SECRETS = [
  'certs/privkey.pem',
  'packaging/container/config/tls/privkey.pem',
  'packaging/container/secret.key',
  'providers/.env',
  'src/signing.p12',
  'data/mailprofile.db',
  '.git/config',
  'node_modules/planted/index.js',
  'src/node_modules/planted/index.js',
]

const tools = ['buildah', 'podman', 'runc', 'debootstrap'] as const
const cannot = !isRoot() || tools.map((tool) => isMissing(tool)).includes(true)

it('takes the library of SQLite that the other processor needs', () => {
  const out = temporaryFolder()
  const argv = ['tsx', 'packaging/container/collect.ts', '--arch', 'arm64', '--out', out]
  execFileSync('npx', argv, { cwd: ROOT, env: environmentForNpm() })
  const home = join(out, 'program/usr/lib/mailprofile')
  expect(readdirSync(join(home, 'node_modules/@libsql'))).toEqual(['linux-arm64-gnu'])
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' })
  expect(files.filter((path) => /\.(?:pem|ts|map)$/.test(path))).toEqual([])
  expect(readFileSync(join(out, 'program/usr/share/doc/mailprofile/copyright'), 'utf8')).toMatch(
    /^Format: .*copyright-format\/1\.0\/\n/,
  )
})

describe.skipIf(cannot)('the image', () => {
  const folder = suite((path) => path)
  let containers: Containers
  let missing: string | undefined

  beforeAll(async () => {
    containers = createContainers(folder())
    const debian = await bareDebian()
    if ('missing' in debian) {
      missing = debian.missing
      return
    }
    await makeBaseImages(containers, folder(), debian.archive)
    const context = join(folder(), 'context')
    cleanCopy(context)
    for (const path of SECRETS) {
      mkdirSync(dirname(join(context, path)), { recursive: true })
      writeFileSync(join(context, path), 'only for the operator')
    }
    writeFileSync(join(folder(), 'context.Dockerfile'), 'FROM scratch\nCOPY . /\n')
    await containers.build(join(folder(), 'context.Dockerfile'), context, 'context:test')
    const dockerfile = join(context, 'packaging/container/Dockerfile')
    await containers.build(dockerfile, context, IMAGE, ...npmVolumes())
  }, MS_TO_BUILD)

  afterAll(() => containers.close())

  it('is built of nothing that is secret', async ({ skip }) => {
    if (missing !== undefined) skip(missing)
    const files = await containers.filesOf('context:test', (place) =>
      readdirSync(place, { recursive: true, encoding: 'utf8' }),
    )
    expect(files).toContain('packaging/container/Dockerfile')
    expect(SECRETS.filter((path) => files.includes(path))).toEqual([])
    expect(files.filter((path) => path.split('/').includes('planted'))).toEqual([])
  })

  it('is small, and has no npm', async ({ skip }) => {
    if (missing !== undefined) skip(missing)
    const size = await containers.compressedSize(IMAGE)
    console.log(`The image takes ${(size / 1e6).toFixed(1)} MB compressed.`)
    expect(size).toBeLessThanOrEqual(MOST_COMPRESSED)
    await containers.filesOf(IMAGE, (place) => {
      expect(readdirSync(join(place, 'usr/local/bin')).sort()).toEqual(['mailprofile', 'node'])
      expect(readdirSync(join(place, 'usr/lib/mailprofile')).sort()).toEqual([
        'healthcheck.mjs',
        'node_modules',
      ])
    })
  })

  it('serves a signed profile as nobody in particular, stops at once, and goes on in another container', async ({
    skip,
  }) => {
    if (missing !== undefined) skip(missing)
    const volume = 'state:/var/lib/mailprofile'
    const first = await serve('first', [volume])
    const profile = await get(`${first.url}/${PATH}`)
    expect((await inspectProfile(profile)).signature).toMatchObject({ valid: true })
    expect(await containers.exec('first', 'id', '-u')).toBe(`${USER}\n`)
    expect(await containers.exec('first', 'cat', '/proc/1/comm')).toMatch(/^(?:node|MainThread)\n$/)
    await expect(containers.exec('first', 'touch', '/etc/mailprofile/file')).rejects.toThrow(
      'Read-only file system',
    )
    const { Healthcheck: health } = (await containers.inspect(IMAGE)) as {
      readonly Healthcheck: { readonly Test: readonly [string, ...string[]] }
    }
    const [kind, ...command] = health.Test
    expect(kind).toBe('CMD')
    await containers.exec('first', ...command)
    const invited = await containers.exec(
      'first',
      'mailprofile',
      'invite',
      'ann@btinternet.com',
      '--json',
    )
    const { url } = JSON.parse(invited) as { readonly url: string }
    expect(await stop(first)).toBeLessThan(MOST_MS_TO_STOP)
    // Nobody answers any more: the check says so.
    const alone = containers.start(
      'alone',
      IMAGE,
      ['--entrypoint', command[0] ?? ''],
      command.slice(1),
    )
    expect(await alone.ended).toBe(1)

    const second = await serve('second', [volume])
    const page = await fetch(`${second.url}${new URL(url).pathname}`)
    expect(page.status).toBe(200)
    // By the same certificate for trials, which the first one made.
    expect(signerOf(await get(`${second.url}/${PATH}`))).toBe(signerOf(profile))
    await stop(second)
  })

  it('says what is missing without an address, and ends', async ({ skip }) => {
    if (missing !== undefined) skip(missing)
    const container = containers.start('bare', IMAGE)
    expect(await container.ended).toBe(1)
    expect(container.output()).toContain('base_url_required: ')
  })

  it('signs with a certificate that is renewed as Kubernetes does it', async ({ skip }) => {
    if (missing !== undefined) skip(missing)
    const mounted = temporaryFolder()
    const { generations } = createGenerations(temporaryFolder(), 2)
    const bring = REPLACEMENTS.find(({ name }) => name === 'bySymbolicLink')
    const replace = (next: (typeof generations)[number] | undefined) => {
      if (next === undefined) throw new Error('There are two.')
      bring?.(mounted, next, () => undefined)
      for (const path of readdirSync(mounted, { recursive: true, encoding: 'utf8' })) {
        chownSync(join(mounted, path), 0, USER)
        if (path.endsWith('.pem')) chmodSync(join(mounted, path), 0o440)
      }
    }
    chmodSync(mounted, 0o755)
    replace(generations[0])
    const { url, container } = await serve(
      'renewed',
      [`${mounted}:/etc/mailprofile/tls:ro`, 'renewed:/var/lib/mailprofile'],
      {
        MAILPROFILE_SIGNING_CERTIFICATE: 'tls/fullchain.pem',
        MAILPROFILE_SIGNING_KEY: 'tls/privkey.pem',
      },
    )
    expect(signerOf(await get(`${url}/${PATH}`))).toBe(generations[0]?.serialNumber)
    replace(generations[1])
    await container.kill('SIGHUP')
    await expect
      .poll(async () => signerOf(await get(`${url}/${PATH}`)))
      .toBe(generations[1]?.serialNumber)
    await stop({ container })
  })

  it('reads what is root’s alone as root without any capability, as the recipes have it', async ({
    skip,
  }) => {
    if (missing !== undefined) skip(missing)
    const [mounted, state] = [temporaryFolder(), temporaryFolder()]
    const [generation] = createGenerations(temporaryFolder(), 1).generations
    for (const [name, text] of [
      ['fullchain.pem', generation?.chain],
      ['privkey.pem', generation?.key],
    ] as const) {
      writeFileSync(join(mounted, name), text ?? '', { mode: 0o600 })
    }
    for (const folder of [mounted, state]) chmodSync(folder, 0o700)
    const { url, container } = await serve(
      'root',
      [`${mounted}:/tls:ro`, `${state}:/var/lib/mailprofile`],
      {
        MAILPROFILE_SIGNING_CERTIFICATE: '/tls/fullchain.pem',
        MAILPROFILE_SIGNING_KEY: '/tls/privkey.pem',
      },
      ['--user', '0:0'],
    )
    expect(signerOf(await get(`${url}/${PATH}`))).toBe(generation?.serialNumber)
    await containers.exec('root', 'mailprofile', 'invite', 'ann@btinternet.com')
    expect(readdirSync(state)).toContain('mailprofile.db')
    await stop({ container })
  })

  function serve(
    name: string,
    volumes: readonly string[],
    env: Readonly<Record<string, string>> = {},
    options: readonly string[] = [],
  ): Promise<{ readonly url: string; readonly container: Container }> {
    return withFreePorts(['http'], async ({ http }) => {
      const url = `http://127.0.0.1:${http}`
      const all = {
        PORT: String(http),
        MAILPROFILE_LISTEN_HOST: '127.0.0.1',
        MAILPROFILE_BASE_URL: url,
        ...env,
      }
      const container = containers.start(name, IMAGE, [
        ...options,
        ...volumes.flatMap((volume) => ['--volume', volume]),
        ...Object.entries(all).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ])
      onTestFinished(() => container.kill('SIGKILL').then(undefined, () => undefined))
      while (
        !(await fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ))
      ) {
        if (container.process.exitCode !== null)
          throw new Error(`It has ended: ${container.output()}`)
        await sleep(50)
      }
      return { url, container }
    })
  }

  /** How long it takes, in milliseconds. */
  async function stop({ container }: { readonly container: Container }): Promise<number> {
    const begin = performance.now()
    await container.kill('SIGTERM')
    expect(await container.ended).toBe(0)
    return performance.now() - begin
  }
})

async function get(url: string): Promise<Uint8Array> {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  return new Uint8Array(await answer.arrayBuffer())
}

/** The serial number of the certificate that a profile is signed with, by OpenSSL. */
function signerOf(profile: Uint8Array): string {
  const folder = temporaryFolder()
  const signer = join(folder, 'signer.pem')
  writeFileSync(join(folder, 'profile'), profile)
  openssl([
    ...['cms', '-verify', '-inform', 'DER', '-in', join(folder, 'profile'), '-noverify'],
    ...['-signer', signer, '-out', join(folder, 'content')],
  ])
  return new X509Certificate(readFileSync(signer)).serialNumber
}
