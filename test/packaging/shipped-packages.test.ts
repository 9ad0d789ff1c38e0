import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { licensedPackage } from '../../packaging/deb/licences.js'
import { shippedPackages } from '../../packaging/shipped-packages.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const shipped = shippedPackages(ROOT)
const placesOf = (shipment: string) =>
  shipped.filter((one) => one.shipment === shipment).map(({ place }) => place)

/** The packages that the files of the build were made of, as their source maps tell. */
function packagesInMaps(): string[] {
  const maps = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.js.map'),
  )
  const places = maps.flatMap((name) => {
    const { sources } = JSON.parse(readFileSync(join(ROOT, 'dist', name), 'utf8')) as {
      sources: string[]
    }
    return sources.flatMap(
      (source) => /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(source) ?? [],
    )
  })
  return [...new Set(places)]
}

describe('what is shipped', () => {
  it('has every package that a file of the build was made of', () => {
    const inside = packagesInMaps()
    expect(inside).toEqual(expect.arrayContaining(['node_modules/express', 'node_modules/pg']))
    expect(inside.filter((place) => !placesOf('inside').includes(place))).toEqual([])
  })

  it('has the bundler, whose own words are in some files of the build', () => {
    const names = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
    const files = names.filter((name) => name.endsWith('.js'))
    const texts = files.map((name) => readFileSync(join(ROOT, 'dist', name), 'utf8'))
    expect(texts.some((text) => text.includes('rolldown/runtime.js'))).toBe(true)
    expect(placesOf('inside')).toContain('node_modules/rolldown')
  })

  it('has every font that is copied', () => {
    const fonts = readdirSync(join(ROOT, 'dist/fonts'))
    expect(placesOf('fonts').sort()).toEqual(
      fonts.map((name) => `node_modules/@fontsource-variable/${name}`).sort(),
    )
  })

  it('has every dependency', () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Readonly<Record<'dependencies' | 'optionalDependencies', object>>
    const names = Object.keys({ ...dependencies, ...optionalDependencies })
    expect(placesOf('installed')).toEqual(
      expect.arrayContaining(names.map((name) => `node_modules/${name}`)),
    )
  })

  it.each(shipped)('may be passed on: $name $version', ({ place }) => {
    expect(licensedPackage(join(ROOT, place)).licence).toMatch(/./)
  })
})
