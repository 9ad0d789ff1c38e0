import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { licensedPackage } from '../../packaging/deb/licences.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function packageWith(license: unknown): string {
  const folder = temporaryFolder()
  const manifest = { name: 'one', version: '1.0.0', license }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  return folder
}

it.each([
  ['MIT', 'MIT'],
  ['(BSD-3-Clause OR GPL-2.0)', 'BSD-3-Clause'],
  ['OFL-1.1', 'OFL-1.1'],
])('takes %s', (license, licence) => {
  expect(licensedPackage(packageWith(license)).licence).toBe(licence)
})

it.each(['GPL-3.0-or-later', 'UNLICENSED', 'SEE LICENSE IN LICENSE', 'BUSL-1.1', undefined])(
  'refuses %s',
  (license) => {
    expect(() => licensedPackage(packageWith(license))).toThrow('May one be passed on?')
  },
)

it('finds nothing among what everybody gets that may not be passed on', async () => {
  const cwd = fileURLToPath(new URL('../../', import.meta.url))
  const argv = ['--import', 'tsx', 'packaging/licences.ts']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { cwd })
  expect(stderr).toBe('')
  // What is installed, and what is inside the program.
  for (const name of ['node-forge', 'prom-client']) expect(stdout).toContain(` ${name} `)
})
