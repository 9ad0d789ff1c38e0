import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// Free ones, by Debian's guidelines, of which none asks more of this program than its notice.
const FREE: ReadonlySet<string> = new Set(
  '0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BlueOak-1.0.0 ISC MIT MIT-0 MPL-2.0 OFL-1.1'.split(
    ' ',
  ),
)

/** A package that comes with this one, and what it asks for. */
export interface LicensedPackage {
  readonly name: string
  readonly version: string
  /** One that is free: of several, the first to choose. */
  readonly licence: string
  /** What its own file says, if it has one. */
  readonly text: string
}

/**
 * @param folder of an installed package
 * @throws Error where no licence of the package is free
 */
export function licensedPackage(folder: string): LicensedPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly version: string
    readonly license?: string
  }
  const { name, version, license = 'none' } = manifest
  const choices = license.replace(/^\((.*)\)$/, '$1').split(' OR ')
  const licence = choices.find((one) => FREE.has(one))
  if (licence === undefined) throw new Error(`May ${name} be passed on? Its licence: ${license}.`)
  return { name, version, licence, text: textIn(folder) }
}

function textIn(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^(?:licen[cs]e|copying|notice)\b/i.test(name))
  return files.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n')
}
