import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How a package gets to whoever installs this one. */
export type Shipment =
  /** npm installs it beside. */
  | 'installed'
  /** Files of `dist` were made of it. */
  | 'inside'
  /** Some of its files are in `dist/fonts`. */
  | 'fonts'

export interface ShippedPackage {
  readonly name: string
  readonly version: string
  /** Its folder in the checkout. */
  readonly place: string
  readonly shipment: Shipment
}

interface Locked {
  readonly version: string
  readonly dev?: true
  readonly optional?: true
}

/**
 * Every package of others that somebody gets who installs this one, or its program, by the lock file and by what the
 * build says that it has taken.
 *
 * @param root the checkout, built
 * @param options.everywhere with native parts for other platforms than this one, which are not in the checkout
 */
export function shippedPackages(
  root: string,
  { everywhere = false }: { readonly everywhere?: boolean } = {},
): readonly ShippedPackage[] {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const { packages } = JSON.parse(read('package-lock.json')) as {
    readonly packages: Readonly<Record<string, Locked>>
  }
  const inside = new Set(
    [...read('dist/third-party-notices.txt').matchAll(/^(\S+ \d\S*) \([^)]*\)$/gm)].map(
      ([, nameAndVersion]) => nameAndVersion,
    ),
  )
  const fonts = new Set(readdirSync(join(root, 'dist/fonts')))
  return Object.entries(packages).flatMap(([place, { version, dev, optional }]) => {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const shipment = ((): Shipment | undefined => {
      if (place === '') return undefined
      if (dev !== true) return 'installed'
      if (inside.has(`${name} ${version}`)) return 'inside'
      const [, font] = /^@fontsource-variable\/(.*)/.exec(name) ?? []
      return font !== undefined && fonts.has(font) ? 'fonts' : undefined
    })()
    if (shipment === undefined) return []
    if (!everywhere && optional === true && !existsSync(join(root, place))) return []
    return [{ name, version, place, shipment }]
  })
}
