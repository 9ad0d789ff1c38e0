import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

// What each room imports from besides itself, the lowest first. Arrows run one way.
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  messages: [],
  errors: ['messages'],
  'own-commands': [],
  version: [],
  waiting: [],
  account: ['messages', 'errors'],
  encoding: ['errors'],
  qr: ['messages', 'errors'],
  texts: ['messages', 'errors', 'encoding'],
  certificates: ['encoding'],
  check: ['waiting', 'account', 'certificates', 'dns'],
  dns: ['account', 'encoding'],
  providers: ['messages', 'errors', 'account', 'encoding', 'texts', 'certificates'],
  signing: ['errors', 'encoding', 'certificates'],
  autoconfig: ['errors', 'account', 'encoding', 'providers'],
  invitations: ['messages', 'errors', 'account', 'encoding', 'providers'],
  discovery: [
    'messages',
    'errors',
    'version',
    'waiting',
    'account',
    'encoding',
    'dns',
    'providers',
    'autoconfig',
  ],
  formats: ['messages', 'errors', 'account', 'encoding', 'dns', 'autoconfig'],
  config: ['errors', 'account', 'encoding', 'formats'],
  store: ['errors', 'waiting', 'invitations'],
  http: [
    'messages',
    'errors',
    'own-commands',
    'account',
    'encoding',
    'qr',
    'config',
    'providers',
    'signing',
    'invitations',
    'discovery',
    'formats',
  ],
  inspection: ['errors', 'certificates', 'signing', 'formats'],
  server: [
    'messages',
    'errors',
    'waiting',
    'account',
    'config',
    'providers',
    'signing',
    'invitations',
    'discovery',
    'formats',
    'store',
    'http',
  ],
  cli: [
    'errors',
    'own-commands',
    'version',
    'account',
    'encoding',
    'qr',
    'certificates',
    'check',
    'config',
    'dns',
    'providers',
    'signing',
    'autoconfig',
    'invitations',
    'discovery',
    'formats',
    'http',
    'inspection',
    'server',
  ],
  index: [
    'messages',
    'errors',
    'account',
    'qr',
    'config',
    'providers',
    'signing',
    'invitations',
    'discovery',
    'formats',
    'store',
    'http',
    'inspection',
    'server',
  ],
  bin: ['providers', 'discovery', 'store', 'server', 'cli'],
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(SRC, name))

/** The files that a file imports, types included. */
function importsOf(file: string): string[] {
  const found = readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)
  return [...found]
    .map(([, name = '']) => resolve(dirname(file), name).replace(/\.js$/, '.ts'))
    .filter((name) => name.endsWith('.ts'))
}

function roomOf(file: string): string {
  return (relative(SRC, file).split('/')[0] ?? '').replace(/\.ts$/, '')
}

describe('the layout', () => {
  it.each(files.map((file) => [relative(SRC, file), file]))(
    '%s imports along the arrows',
    (_name, file) => {
      const allowed = [roomOf(file), ...(ARROWS[roomOf(file)] ?? [])]
      for (const imported of importsOf(file)) expect(allowed).toContain(roomOf(imported))
    },
  )

  it('allows no arrow that nobody uses', () => {
    const used = new Map(Object.keys(ARROWS).map((room) => [room, new Set<string>()]))
    for (const file of files) {
      for (const imported of importsOf(file)) used.get(roomOf(file))?.add(roomOf(imported))
    }
    const drawn = Object.entries(ARROWS).map(([room, arrows]) => [room, [...arrows].sort()])
    const found = [...used].map(([room, arrows]) => [
      room,
      [...arrows].filter((other) => other !== room).sort(),
    ])
    expect(found).toEqual(drawn)
  })

  it('has no import cycles between folders, those inside rooms included', () => {
    const folderOf = (file: string) => relative(SRC, dirname(file))
    // A file that puts its folder's own folders together stands above them, and above the rest of it.
    const nodeOf = (file: string) => {
      const below = `${dirname(file)}/`
      const assembles = importsOf(file).some(
        (imported) => imported.startsWith(below) && dirname(imported) !== dirname(file),
      )
      return assembles || folderOf(file) === '' ? relative(SRC, file) : folderOf(file)
    }
    const imports = new Map<string, Set<string>>()
    for (const file of files) {
      const node = nodeOf(file)
      const others = importsOf(file).map(nodeOf)
      imports.set(
        node,
        new Set([...(imports.get(node) ?? []), ...others].filter((o) => o !== node)),
      )
    }
    const done = new Set<string>()
    const visit = (node: string, path: readonly string[]): void => {
      expect(path).not.toContain(node)
      if (done.has(node)) return
      for (const imported of imports.get(node) ?? []) visit(imported, [...path, node])
      done.add(node)
    }
    for (const node of imports.keys()) visit(node, [])
  })

  it('has no import cycles', () => {
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): void => {
      expect(path.map((step) => relative(SRC, step))).not.toContain(relative(SRC, file))
      if (done.has(file)) return
      for (const imported of importsOf(file)) visit(imported, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
  })
})
