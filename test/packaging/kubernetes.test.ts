import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config/load.js'
import { findVariable } from '../../src/config/variables.js'
import { parseProvider } from '../../src/providers/provider.js'
import { testApp } from '../support/app.js'
import { example, EXAMPLES } from '../support/examples.js'
import { routesOf } from '../support/routes.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = join(ROOT, 'packaging/kubernetes')
const PASSWORD = 'of-the-store'

interface Item {
  readonly key: string
  readonly path: string
}

interface Source {
  readonly configMap?: { readonly name: string; readonly items: readonly Item[] }
  readonly secret?: { readonly name: string; readonly items: readonly Item[] }
}

interface Container {
  readonly image: string
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly securityContext: object
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string }
  readonly tcpSocket?: { readonly port: string }
}

interface Pod {
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly containers: readonly [Container]
  readonly volumes: readonly {
    readonly name: string
    readonly projected?: { readonly defaultMode: number; readonly sources: readonly Source[] }
    readonly secret?: { readonly secretName: string; readonly items: readonly Item[] }
  }[]
}

interface NetworkPolicy {
  readonly podSelector: object
  readonly policyTypes: readonly string[]
  readonly ingress: readonly {
    readonly from: readonly { readonly podSelector?: { readonly matchLabels: object } }[]
    readonly ports: readonly { readonly port: string }[]
  }[]
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec: NetworkPolicy & {
    readonly replicas?: number
    readonly minAvailable?: number
    readonly selector: { readonly matchLabels: object }
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: Pod }
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[]
    readonly ports: readonly { readonly name: string; readonly targetPort: string }[]
  }
}

const manifests = readdirSync(FOLDER).flatMap((file) =>
  // As kubectl reads it: 0440 is a mode.
  parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8'), { version: '1.1' }).map((one) => {
    expect(one.errors).toEqual([])
    return one.toJS() as Manifest
  }),
)
const manifest = (kind: string, name = 'mailprofile') => {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name)
  if (found === undefined) throw new Error(`There is no ${kind} ${name}.`)
  return found
}
const podOf = (kind: string, name?: string) => manifest(kind, name).spec.template.spec
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string
}
const pod = podOf('Deployment')
const [container] = pod.containers
const sources = pod.volumes.flatMap(({ projected }) => projected?.sources ?? [])

describe.each([
  ['Deployment', 'mailprofile'],
  ['StatefulSet', 'mailprofile-valkey'],
])('the %s', (kind, name) => {
  const { spec } = manifest(kind, name)
  const one = podOf(kind, name)

  it('finds its own pods, and so does its Service', () => {
    const { labels } = spec.template.metadata
    expect(labels).toEqual(spec.selector.matchLabels)
    expect(manifest('Service', name).spec.selector).toEqual(labels)
    const ports = one.containers[0].ports.map((port) => port.name)
    for (const { targetPort } of manifest('Service', name).spec.ports) {
      expect(ports).toContain(targetPort)
    }
  })

  it('may do nothing that it need not', () => {
    expect(one.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(one.securityContext['runAsUser']).toBeGreaterThan(0)
    expect(one).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
    expect(one.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })

  it('mounts volumes that there are, and all of them', () => {
    const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name)
    const there = [...one.volumes.map((volume) => volume.name), ...claims]
    expect(one.containers[0].volumeMounts.map((mount) => mount.name).sort()).toEqual(there.sort())
  })
})

it.each([
  ['Deployment', 'mailprofile', ['http', 'metrics']],
  ['StatefulSet', 'mailprofile-valkey', ['valkey']],
])(
  'lets the pods of the %s %s be reached at each port by whoever has to, and nobody else',
  (kind, name, ports) => {
    const policy = manifest('NetworkPolicy', name).spec
    expect(policy.podSelector).toEqual(manifest(kind, name).spec.selector)
    expect(policy.policyTypes).toEqual(['Ingress'])
    expect(policy.ingress.flatMap((rule) => rule.ports.map(({ port }) => port))).toEqual(ports)
    expect(podOf(kind, name).containers[0].ports.map((port) => port.name)).toEqual(ports)
    for (const { from } of policy.ingress) {
      // Nobody named would be everybody.
      expect(from).toHaveLength(1)
      for (const { podSelector } of from) {
        if (podSelector) expect(podSelector).toEqual(manifest('Deployment').spec.selector)
      }
    }
  },
)

it('is the image of this version, as the user that it has', () => {
  expect(container.image).toBe(`mailprofile:${version.replace(/\.\d+$/, '')}`)
  const dockerfile = readFileSync(join(ROOT, 'packaging/container/Dockerfile'), 'utf8')
  const { runAsUser, runAsGroup, fsGroup } = pod.securityContext
  expect(fsGroup).toBe(runAsGroup)
  expect(dockerfile).toContain(`\nUSER ${String(runAsUser)}:${String(runAsGroup)}\n`)
  for (const { mountPath } of container.volumeMounts) expect(dockerfile).toContain(mountPath)
})

it('asks addresses that the server has, at the port where it listens', () => {
  const routes = routesOf(testApp())
  for (const { httpGet } of [container.livenessProbe, container.readinessProbe]) {
    expect(routes).toContain(`GET ${httpGet?.path ?? ''}`)
    expect(container.ports.find(({ name }) => name === httpGet?.port)?.containerPort).toBe(8080)
  }
})

it('keeps one of several copies while machines are emptied', () => {
  const { spec } = manifest('PodDisruptionBudget')
  expect(spec.selector).toEqual(manifest('Deployment').spec.selector)
  expect(manifest('Deployment').spec.replicas).toBeGreaterThan(spec.minAvailable ?? 0)
})

it('has a configuration that the program takes, with each file that it names', async () => {
  const { data = {} } = manifest('ConfigMap')
  const mount = container.volumeMounts.find(({ name }) => name === 'configuration')?.mountPath ?? ''
  const paths = sources.flatMap(({ configMap, secret }) => (configMap ?? secret)?.items ?? [])
  const there = new Set(paths.map(({ path }) => join(mount, path)))
  for (const { configMap } of sources) {
    if (configMap === undefined) continue
    expect(configMap.name).toBe('mailprofile')
    expect(configMap.items.map(({ key }) => key).sort()).toEqual(Object.keys(data).sort())
  }
  const { signing, providers, metrics, ...config } = await loadConfig({
    content: Buffer.from(data['mailprofile.yaml'] ?? ''),
    env: {},
    cwd: mount,
  })
  for (const file of Object.values(signing ?? {}).filter((one) => one !== undefined)) {
    expect(there).toContain(file)
  }
  expect(providers.map((folder) => [...there].some((file) => dirname(file) === folder))).toEqual([
    true,
  ])
  expect(container.ports).toContainEqual({ name: 'metrics', containerPort: metrics?.port })
  const provider = parseProvider(data['example.yaml'] ?? '', 'example.yaml')
  expect(provider).toEqual(
    parseProvider(example('docs/get-started.md: id: example'), 'example.yaml'),
  )
  expect(config.serve.domains).toEqual(provider.domains)
})

it('sets variables that the program knows, of files that are there', async () => {
  const folder = temporaryFolder()
  const env = Object.fromEntries(
    (container.env ?? []).map(({ name, value }) => {
      expect([name, findVariable(name, value)]).toEqual([name, 'known'])
      const items = sources.flatMap(({ secret }) => secret?.items ?? [])
      const item = items.find(({ path }) => value === `/etc/mailprofile/${path}`)
      const file = join(folder, item?.path ?? 'none')
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, 'redis://mailprofile:of-the-store@mailprofile-valkey:6379/0')
      return [name, file]
    }),
  )
  const { store } = await loadConfig({ env, cwd: folder })
  expect(store).toBe('redis://mailprofile:of-the-store@mailprofile-valkey:6379/0')
})

interface MadeSecret {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly stringData: Readonly<Record<string, string>>
}

/** What the page's commands make, by a kubectl that only writes down what it is given. */
function madeSecret(): { readonly secret: MadeSecret; readonly argv: string } {
  const folder = temporaryFolder()
  const command = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }
  command('openssl', `echo ${PASSWORD}`)
  const noted = `echo "$*" >> '${folder}/argv'`
  command('kubectl', `${noted}\n[ "$1 $3" != 'create -' ] || cat > '${folder}/given'`)
  execFileSync('sh', ['-euc', example('docs/kubernetes.md: PASSWORD=$(openssl rand -hex 24)')], {
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
  })
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return { secret: parse(read('given')) as MadeSecret, argv: read('argv') }
}

it('reads secrets that the page makes, which nobody else may read', () => {
  const made = EXAMPLES.filter(({ page }) => page === 'docs/kubernetes.md')
    .map(({ text }) => text)
    .join('\n')
  const { secret: store, argv } = madeSecret()
  // Everybody on the machine sees what a command was called with.
  expect(argv).not.toContain(PASSWORD)
  expect(store.kind).toBe('Secret')
  const { url = '', 'users.acl': users = '' } = store.stringData
  expect(new URL(url)).toMatchObject({ username: 'mailprofile', password: PASSWORD })
  expect(users).toMatch(
    new RegExp(`^user default off\\nuser mailprofile on >${PASSWORD} ~mailprofile:\\* \\+`),
  )
  const read = [
    ...sources.flatMap(({ secret }) => secret ?? []),
    ...podOf('StatefulSet', 'mailprofile-valkey').volumes.flatMap(({ secret }) =>
      secret === undefined ? [] : { name: secret.secretName, items: secret.items },
    ),
  ]
  for (const { name, items } of read) {
    const keys = items.map(({ key }) => key)
    if (keys.some((key) => key.startsWith('tls.'))) {
      expect(made).toContain(`kubectl create secret tls ${name} `)
      continue
    }
    expect(store.metadata.name).toBe(name)
    expect(Object.keys(store.stringData)).toEqual(expect.arrayContaining(keys))
  }
  for (const { projected } of pod.volumes) {
    if (projected !== undefined) expect(projected.defaultMode).toBe(0o440)
  }
  expect(manifests.map(({ kind }) => kind)).not.toContain('Secret')
  // What it may do there, and what it needs to be told that Redis evicts.
  const commandsIn = (text: string) => [...text.matchAll(/ \+(\w+)/g)].map(([, name]) => name)
  const needed = example(
    'docs/scaling.md: ACL SETUSER mailprofile on >PASSWORD ~mailprofile:* +ping +select +eval +evalsha +time +wait +exists +del +get +set +pexpireat +hset +hgetall +hmget +hdel +zadd +zrange +zrandmember +zrem +incrby +pttl +expire',
  )
  expect(commandsIn(made)).toEqual([...commandsIn(needed), 'info'])
})
