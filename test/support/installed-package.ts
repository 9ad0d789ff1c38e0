import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shared } from './shared.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: true }>>
}

export interface InstalledPackage {
  /** The project that has installed it. */
  readonly folder: string
  /** The package in it. */
  readonly home: string
  /** The paths of what was packed. */
  readonly files: readonly string[]
}

/**
 * An empty project in which the package is installed from its tarball, beside what npm would install with
 * it: its dependencies by the lock file, which are those of this checkout, because a test asks no registry.
 *
 * @param folder an empty one
 */
export function installedPackage(folder: string): InstalledPackage {
  const { tarball, files } = packedPackage()
  const home = join(folder, 'node_modules/mailprofile')
  mkdirSync(home, { recursive: true })
  execFileSync('tar', ['-xz', '-C', home, '--strip-components=1'], { input: tarball })
  for (const path of productionPackages()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(join(ROOT, path), join(folder, path))
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return { folder, home, files }
}

/** What npm would publish. */
export interface Packed {
  readonly tarball: Uint8Array
  readonly files: readonly string[]
}

/** The package as npm packs it. */
export function packedPackage(): Packed {
  return packed('as it is')
}

const packed = shared<'as it is', Packed>('package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-pack-'))
  try {
    const said = execFileSync(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const [{ filename, files } = { filename: '', files: [] }] = JSON.parse(said) as {
      filename: string
      files: { path: string }[]
    }[]
    return { tarball: readFileSync(join(folder, filename)), files: files.map(({ path }) => path) }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

// Those below another package come with it.
function productionPackages(): string[] {
  const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')
  const { packages } = JSON.parse(text) as LockFile
  return Object.entries(packages)
    .filter(([path, { dev }]) => dev !== true && path.lastIndexOf('node_modules/') === 0)
    .map(([path]) => path)
}
