import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

// What each room may import from, besides itself. Arrows run one way.
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  version: [],
  'own-commands': [],
  account: ['errors'],
  encoding: ['errors'],
  providers: ['errors', 'account', 'encoding'],
  autoconfig: ['errors', 'account', 'encoding', 'providers'],
  discovery: ['errors', 'version', 'account', 'encoding', 'providers', 'autoconfig'],
  formats: ['errors', 'account', 'encoding', 'autoconfig'],
  signing: ['errors', 'encoding'],
  qr: ['errors'],
  config: ['errors', 'account', 'encoding'],
  store: ['errors'],
  invitations: ['errors', 'account', 'providers', 'store'],
  inspection: ['errors', 'formats', 'signing'],
  check: ['errors', 'account', 'encoding'],
  http: [
    'errors',
    'own-commands',
    'account',
    'encoding',
    'providers',
    'autoconfig',
    'discovery',
    'formats',
    'signing',
    'qr',
    'store',
    'invitations',
    'config',
    'inspection',
  ],
  cli: [
    'errors',
    'version',
    'own-commands',
    'account',
    'encoding',
    'providers',
    'autoconfig',
    'discovery',
    'formats',
    'signing',
    'qr',
    'store',
    'invitations',
    'config',
    'inspection',
    'check',
    'http',
  ],
  bin: ['cli', 'discovery', 'providers', 'store'],
  index: [
    'errors',
    'account',
    'config',
    'providers',
    'autoconfig',
    'discovery',
    'formats',
    'signing',
    'qr',
    'inspection',
    'invitations',
    'store',
    'http',
  ],
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
