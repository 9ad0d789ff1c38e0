import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { withRoomsTable } from '../support/rooms.js'

const ROOT = new URL('../../', import.meta.url)
const PAGE = fileURLToPath(new URL('CONTRIBUTING.md', ROOT))
const text = readFileSync(PAGE, 'utf8')

/** What the page has between the marks of code, and which of it the pattern is about. */
function named(pattern: RegExp): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) => pattern.exec(code)?.[1] ?? [])
}

describe('CONTRIBUTING.md', () => {
  // `npx vitest run test/repository/contributing.test.ts -u` writes the table.
  it('has the rooms and their arrows as docs/rooms.json has them', async () => {
    const options = await resolveConfig(PAGE)
    const written = await format(withRoomsTable(text), { ...options, filepath: PAGE })
    await expect(written).toMatchFileSnapshot(PAGE)
    expect(() => withRoomsTable('| other |\n')).toThrow('No table')
  })

  it('names files and folders that are there', () => {
    const names = named(/^(?:npx vitest run )?((?:src|test|docs|providers)\/[\w./-]+)/)
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !existsSync(new URL(name, ROOT)))).toEqual([])
  })

  it('names commands that there are', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    const names = named(/^npm (?:run )?([\w:]+)/)
    expect(names.length).toBeGreaterThan(3)
    expect(names.filter((name) => !(name in scripts))).toEqual([])
  })
})
