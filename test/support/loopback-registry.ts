import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TARBALL = /^(?<name>.+)\/-\/(?<version>[^/]+)\.tgz$/

export interface LoopbackRegistry {
  readonly url: string
  /** How many bytes of packages it has handed out. */
  readonly bytes: () => number
  stop(): Promise<void>
}

/**
 * A registry of packages on this machine, which has those that are installed in this checkout, in the versions that are
 * there: npm itself resolves and installs, and nothing is asked outside. What there is for other platforms is unknown
 * to it, as it is to a registry that has lost it.
 */
export async function startLoopbackRegistry(): Promise<LoopbackRegistry> {
  const folders = installedFolders()
  const tarballs = new Map<string, Buffer>()
  const tarballOf = (folder: string) => {
    const tarball = tarballs.get(folder) ?? packed(folder)
    tarballs.set(folder, tarball)
    return tarball
  }
  let bytes = 0

  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    const { name, version } = TARBALL.exec(path)?.groups ?? { name: path }
    const versions = folders.get(name ?? '')
    if (versions === undefined) {
      response.writeHead(404, { 'Content-Type': 'application/json' }).end('{}')
      return
    }
    if (version !== undefined) {
      const tarball = tarballOf(versions.get(version) ?? '')
      bytes += tarball.length
      response.end(tarball)
      return
    }
    const { port } = server.address() as AddressInfo
    const entries = [...versions].map(([one, folder]) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object
      const integrity = `sha512-${createHash('sha512').update(tarballOf(folder)).digest('base64')}`
      const tarball = `http://127.0.0.1:${port}/${name}/-/${one}.tgz`
      return [one, { ...manifest, dist: { tarball, integrity } }] as const
    })
    const latest = entries[0]?.[0]
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ name, 'dist-tags': { latest }, versions: Object.fromEntries(entries) }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    bytes: () => bytes,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Where each version of each package is, the one that most others get first. */
function installedFolders(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>
  }
  const folders = new Map<string, Map<string, string>>()
  const places = Object.keys(packages).sort((a, b) => a.length - b.length)
  for (const place of places) {
    const folder = join(ROOT, place)
    if (place === '' || !existsSync(join(folder, 'package.json'))) continue
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const versions = folders.get(name) ?? new Map<string, string>()
    const { version = '' } = packages[place] ?? {}
    if (!versions.has(version)) versions.set(version, folder)
    folders.set(name, versions)
  }
  return folders
}

// Packages below it are packages of their own.
function packed(folder: string): Buffer {
  const argv = ['-cz', '--exclude=./node_modules', '--transform=s,^\\.,package,', '.']
  return execFileSync('tar', argv, { cwd: folder, maxBuffer: 1 << 28 })
}
