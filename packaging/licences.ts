import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { licensedPackage } from './deb/licences.js'
import { shippedPackages } from './shipped-packages.js'

// `npm run licences`: what everybody gets who installs this package, or its program, which has some inside.
// Ends with 1 where something is not free.

const ROOT = fileURLToPath(new URL('..', import.meta.url))

for (const { place, shipment } of shippedPackages(ROOT)) {
  try {
    const { name, version, licence } = licensedPackage(join(ROOT, place))
    process.stdout.write(`${licence.padEnd(14)} ${shipment.padEnd(9)} ${name} ${version}\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
