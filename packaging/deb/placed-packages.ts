import { basename, join } from 'node:path'
import { shippedPackages } from '../shipped-packages.js'
import type { PlacedPackage } from './copyright.js'
import { licensedPackage } from './licences.js'
import { HOME, type ProgramFiles } from './program-files.js'

/**
 * Each package of others that comes with the program in files of its own, and where they lie.
 *
 * @param root the checkout, built
 */
export function placedPackages(
  root: string,
  { packages, folder }: Pick<ProgramFiles, 'packages' | 'folder'>,
): readonly PlacedPackage[] {
  const beside = packages.map((place) => ({
    ...licensedPackage(join(folder, place)),
    place: `${HOME}/${place}`,
  }))
  // Fonts are files of the program, and under another licence.
  const fonts = shippedPackages(root)
    .filter(({ shipment }) => shipment === 'fonts')
    .map(({ place }) => ({
      ...licensedPackage(join(root, place)),
      place: `${HOME}/node_modules/mailprofile/dist/fonts/${basename(place)}`,
    }))
  return [...beside, ...fonts]
}
