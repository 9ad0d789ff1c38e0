import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { exportsOfLibrary } from '../support/library-exports.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const exported = exportsOfLibrary()
const [, table = '', types = ''] =
  /\n## Exports\n([^]*?)\nThese are types: ([^]*)$/.exec(
    readFileSync(`${ROOT}docs/library.md`, 'utf8'),
  ) ?? []

function namesIn(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name).sort()
}

it('documents every export in docs/library.md, and nothing else', () => {
  const firstColumn = table.replace(/^(\|[^|]*\|).*$/gm, '$1')
  const names = (isType: boolean) =>
    exported
      .filter((one) => one.isType === isType)
      .map(({ name }) => name)
      .sort()
  expect(namesIn(firstColumn)).toEqual(names(false))
  expect(namesIn(types)).toEqual(names(true))
})

it('has a docstring for every export', () => {
  const bare = exported.filter(({ docstring }) => docstring.trim() === '').map(({ name }) => name)
  expect(bare).toEqual([])
})
