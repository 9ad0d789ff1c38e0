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
  within: [],
  account: ['messages', 'errors'],
  encoding: ['errors'],
  qr: ['errors'],
  texts: ['messages', 'errors', 'encoding'],
  check: ['account', 'encoding'],
  config: ['errors', 'account', 'encoding'],
  dns: ['account', 'encoding'],
  providers: ['messages', 'errors', 'account', 'encoding'],
  signing: ['errors', 'encoding'],
  autoconfig: ['errors', 'account', 'encoding', 'providers'],
  invitations: ['messages', 'errors', 'account', 'encoding', 'providers'],
  discovery: ['messages', 'errors', 'version', 'account', 'encoding', 'providers', 'autoconfig'],
  formats: ['errors', 'account', 'encoding', 'dns', 'autoconfig'],
  store: ['errors', 'within', 'invitations'],
  http: [
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
  inspection: ['errors', 'signing', 'formats'],
  server: [
    'errors',
    'within',
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
