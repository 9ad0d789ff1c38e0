import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const INDEX = `${ROOT}src/index.ts`

/** Something that the library exports, as its compiler sees it. */
export interface Exported {
  readonly name: string
  readonly isType: boolean
  /** Whether it is a function or a class. */
  readonly isCalled: boolean
  readonly docstring: string
  /** The programs in its docstring. */
  readonly examples: readonly string[]
}

/** All that the library exports. */
export function exportsOfLibrary(): readonly Exported[] {
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
      isCalled: (target.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) !== 0,
      docstring: ts.displayPartsToString(target.getDocumentationComment(checker)),
      examples: target
        .getJsDocTags(checker)
        .filter(({ name }) => name === 'example')
        .map(({ text }) => codeIn(symbol.name, ts.displayPartsToString(text))),
    }
  })
}

function codeIn(name: string, example: string): string {
  const [, code] = /^```ts\n([^]*?)```$/.exec(example.trim()) ?? []
  if (code === undefined) throw new Error(`The example of ${name} is no block of TypeScript.`)
  return code
}
