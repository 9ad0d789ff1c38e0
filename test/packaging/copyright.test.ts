import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { copyrightFile } from '../../packaging/deb/copyright.js'
import { placedPackages } from '../../packaging/deb/placed-packages.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const APACHE = `                                 Apache License
                           Version 2.0, January 2004

   1. Definitions.

   END OF TERMS AND CONDITIONS`
const APPENDIX = `

   APPENDIX: How to apply the Apache License to your work.

   Copyright 2015 Ann Example

   See the License for the specific language governing permissions and
   limitations under the License.`
const NOTICE = `two 2.0.0 (MIT)

Copyright (c) 2020 Bob Example

Permission is hereby granted`

describe('the licences of packages inside', () => {
  const inside = (text: string) => copyrightFile('Copyright (c) 2026 Us', [], text)

  it('leaves out what Debian has, and neither what stands behind it nor its authors', () => {
    const file = inside(
      `${APACHE}${APPENDIX}\n${NOTICE}\n${APACHE}\n${NOTICE}\n${APACHE}${APPENDIX}\n`,
    )
    expect(file).not.toContain('Definitions')
    expect(file).not.toContain('specific language')
    expect(file.match(/common-licenses\/Apache-2\.0/g)).toHaveLength(3)
    expect(file.match(/Copyright 2015 Ann Example/g)).toHaveLength(2)
    expect(file.match(/Copyright \(c\) 2020 Bob Example/g)).toHaveLength(2)
  })
})

it('has a paragraph for each package, with its place', () => {
  const one = { name: 'one', version: '1.0.0', licence: 'MIT', text: NOTICE, place: 'usr/lib/one' }
  const file = copyrightFile('Copyright (c) 2026 Us', [one], '')
  expect(file).toContain(
    'Files: usr/lib/one/*\nCopyright: (c) 2020 Bob Example\nLicense: MIT\n two 2.0.0 (MIT)\n .\n Copyright',
  )
})

it('has a paragraph for each font that is a file of the program, and no MIT for it', () => {
  const fonts = placedPackages(ROOT, { packages: [], folder: ROOT })
  const file = copyrightFile('Copyright (c) 2026 Us', fonts, '')
  for (const name of readdirSync(join(ROOT, 'dist/fonts'))) {
    const [, licence] =
      new RegExp(
        `^Files: usr/lib/mailprofile/node_modules/mailprofile/dist/fonts/${name}/\\*\\nCopyright: .+\\nLicense: (.*)`,
        'm',
      ).exec(file) ?? []
    expect([name, licence]).toEqual([name, 'OFL-1.1'])
  }
})
