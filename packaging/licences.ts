import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { licensedPackage } from './deb/licences.js'

// `npm run licences`: what everybody gets who installs this package, or its program, which has some inside.
// Ends with 1 where something is not free.

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, { readonly dev?: true; readonly optional?: true }>>
}
const notices = readFileSync(join(ROOT, 'dist/third-party-notices.txt'), 'utf8')
const inside = new Set(
  [...notices.matchAll(/^((?:@[^/\s]+\/)?[^/\s]+) \d\S* \(/gm)].map(
    ([, name]) => `node_modules/${name ?? ''}`,
  ),
)

for (const [place, { dev, optional }] of Object.entries(packages)) {
  if (place === '' || (dev === true && !inside.has(place))) continue
  try {
    const { name, version, licence } = licensedPackage(join(ROOT, place))
    process.stdout.write(`${licence.padEnd(14)} ${name} ${version}\n`)
  } catch (error) {
    // Native parts for other platforms are not here.
    if (optional === true && (error as NodeJS.ErrnoException).code === 'ENOENT') continue
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
