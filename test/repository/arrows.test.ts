import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ROOMS } from '../support/rooms.js'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

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
      const allowed = [roomOf(file), ...(ROOMS.get(roomOf(file))?.imports ?? [])]
      for (const imported of importsOf(file)) expect(allowed).toContain(roomOf(imported))
    },
  )

  it('has each room above those that it imports from', () => {
    const order = [...ROOMS.keys()]
    for (const [room, { imports }] of ROOMS) {
      expect(order.slice(0, order.indexOf(room))).toEqual(expect.arrayContaining([...imports]))
    }
  })

  it('allows no arrow that nobody uses', () => {
    const used = new Map([...ROOMS.keys()].map((room) => [room, new Set<string>()]))
    for (const file of files) {
      for (const imported of importsOf(file)) used.get(roomOf(file))?.add(roomOf(imported))
    }
    const drawn = [...ROOMS].map(([room, { imports }]) => [room, [...imports].sort()])
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

  it('has no name that two files export', () => {
    const owners = new Map<string, Set<string>>()
    for (const file of files) {
      const names = readFileSync(file, 'utf8').matchAll(
        /^export (?:async )?(?:function|class|interface|type|const) (\w+)/gm,
      )
      for (const [, name = ''] of names) {
        owners.set(name, (owners.get(name) ?? new Set()).add(relative(SRC, file)))
      }
    }
    expect([...owners].filter(([, found]) => found.size > 1)).toEqual([])
  })
})
