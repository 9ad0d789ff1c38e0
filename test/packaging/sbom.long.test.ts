import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { Bom } from '../../packaging/bill-of-materials.js'
import { shippedPackages } from '../../packaging/shipped-packages.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs')

const OPTIONAL = /^@libsql\/|^@fontsource-variable\/noto-sans-(?:jp|kr|sc)$/

interface Written extends Bom {
  readonly bomFormat: string
  readonly specVersion: string
}

function write(): { readonly text: string; readonly bom: Written } {
  const argv = [TSX, 'packaging/sbom.ts', '--out', temporaryFolder()]
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1764400000' }
  const file = execFileSync(process.execPath, argv, { cwd: ROOT, env, encoding: 'utf8' }).trim()
  const text = readFileSync(file, 'utf8')
  return { text, bom: JSON.parse(text) as Written }
}

it('lists every package that comes with a release, inside or beside', () => {
  const { text, bom } = write()
  expect([bom.bomFormat, bom.specVersion]).toEqual(['CycloneDX', '1.5'])
  // Whatever the folder of the checkout is called.
  expect(bom.metadata.component.name).toBe('mailprofile')
  const listed = bom.components.map(({ name, version, purl, licenses, properties, scope }) => {
    expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`)
    expect([name, licenses]).toEqual([name, [expect.anything()]])
    // Some do without SQLite, or without letters in Han: everybody else has one of these.
    expect([name, scope]).toEqual([name, OPTIONAL.test(name) ? 'optional' : 'required'])
    const shipment = properties?.find((one) => one.name === 'mailprofile:shipped')?.value
    return `${name} ${version} ${shipment}`
  })
  const packages = shippedPackages(ROOT, { everywhere: true })
  const shipped = packages.map((one) => `${one.name} ${one.version} ${one.shipment}`)
  expect([...new Set(listed)].sort()).toEqual([...new Set(shipped)].sort())
  // Whatever the machine is that wrote it.
  for (const platform of ['linux-x64-gnu', 'linux-arm64-gnu', 'darwin-arm64']) {
    expect(bom.components.map(({ name }) => name)).toContain(`@libsql/${platform}`)
  }
  const refs = bom.components.map((one) => one['bom-ref'])
  const named = bom.dependencies.flatMap(({ dependsOn }) => dependsOn)
  expect(named.filter((ref) => !refs.includes(ref))).toEqual([])
  // Of a registry, and of the machine.
  expect(text).not.toMatch(/"distribution"|file:\/\//)
  expect(text).not.toContain(ROOT)
  // Made again, it is the same.
  expect(write().text).toBe(text)
})
