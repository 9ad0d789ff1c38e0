import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const INDEX = `${ROOT}src/index.ts`

interface Exported {
  readonly name: string
  readonly isType: boolean
  readonly docstring: string
}

/** What the library exports, as its compiler sees it. */
function exportsOfLibrary(): Exported[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${ROOT}tsconfig.json`, (file) => ts.sys.readFile(file)).config,
    ts.sys,
    ROOT,
  )
  const host = ts.createCompilerHost(options)
  // Only of the library: what others declare takes longest to read, and its index exports none of it.
  host.resolveModuleNameLiterals = (literals, importer) =>
    literals.map(({ text }) =>
      text.startsWith('.')
        ? ts.resolveModuleName(text, importer, options, host)
        : { resolvedModule: undefined },
    )
  const program = ts.createProgram([INDEX], { ...options, noLib: true, types: [] }, host)
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(INDEX)
  const module = file && checker.getSymbolAtLocation(file)
  if (module === undefined) throw new Error('src/index.ts exports nothing.')
  return checker.getExportsOfModule(module).map((symbol) => {
    const target =
      (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
    return {
      name: symbol.name,
      isType: symbol.declarations?.some(ts.isTypeOnlyImportOrExportDeclaration) === true,
      docstring: ts.displayPartsToString(target.getDocumentationComment(checker)),
    }
  })
}

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
