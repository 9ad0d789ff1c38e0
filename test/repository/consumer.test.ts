import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { consumer } from './consumer.js'

describe('a program in TypeScript', () => {
  // With everything that those of others declare, which takes most of the time: consumer.long.test.ts.
  it('compiles with nothing but the package, whose declarations are checked', () => {
    const folder = consumer('nodenext', 'nodenext', {
      exactOptionalPropertyTypes: true,
      lib: ['es2023'],
    })
    const file = join(folder, 'tsconfig.json')
    const config = ts.readConfigFile(file, (path) => ts.sys.readFile(path)).config as unknown
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
    const program = ts.createProgram(fileNames, options)
    const own = [join(folder, 'program.ts'), join(folder, 'node_modules/mailprofile/')]
    const files = program
      .getSourceFiles()
      .filter(({ fileName }) => own.some((path) => fileName.startsWith(path)))
    expect(files.length).toBeGreaterThan(50)
    const problems = files.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
      ...(file.isDeclarationFile ? [] : program.getDeclarationDiagnostics(file)),
    ])
    expect(problems.map(({ messageText }) => messageText)).toEqual([])
  })
})
