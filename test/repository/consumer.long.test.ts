import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { consumer } from './consumer.js'

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))

describe('a program in TypeScript', () => {
  it.each<[module: string, moduleResolution: string, more: object]>([
    ['node16', 'node16', {}],
    ['nodenext', 'nodenext', {}],
    ['preserve', 'bundler', {}],
    ['nodenext', 'nodenext', { exactOptionalPropertyTypes: true, lib: ['es2023'] }],
  ])(
    'compiles with nothing but the package, every declaration checked (%s, %s, %o)',
    (module, moduleResolution, more) => {
      const { stdout, status } = spawnSync(process.execPath, [TSC, '-p', '.'], {
        cwd: consumer(module, moduleResolution, more),
        encoding: 'utf8',
      })
      expect([stdout, status]).toEqual(['', 0])
    },
  )

  it('compiles as CommonJS that requires it', () => {
    const folder = consumer('nodenext', 'nodenext', {})
    writeFileSync(
      join(folder, 'program.cts'),
      `import mailprofile = require('mailprofile')
      export const { formats } = mailprofile
      export const matrix: mailprofile.QrMatrix = mailprofile.qrCode('text')`,
    )
    const { compilerOptions } = JSON.parse(
      readFileSync(join(folder, 'tsconfig.json'), 'utf8'),
    ) as object & { readonly compilerOptions: object }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['program.cts'] }),
    )
    const { stdout, status } = spawnSync(process.execPath, [TSC, '-p', '.'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect([stdout, status]).toEqual(['', 0])
  })
})
