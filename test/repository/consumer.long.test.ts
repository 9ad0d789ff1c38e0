import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { consumer } from './consumer.js'

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))

describe('a program in TypeScript', () => {
  it.each<[module: string, moduleResolution: string, more: object]>([
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
})
