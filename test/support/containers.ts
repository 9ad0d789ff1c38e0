import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { environmentForNpm } from './clean-copy.js'
import { program } from './programs.js'

const run = promisify(execFile)
const MUCH = { maxBuffer: 100_000_000 }
// What a container may open is bounded by what this machine gives, and no engine asks.
const LIMITS = ['--ulimit=nofile=4096:4096', '--ulimit=nproc=4096:4096']
// What Debian's slim image leaves out of a bare Debian, and what has been downloaded for it.
const NOT_SLIM = [
  ...['man', 'locale', 'info', 'lintian', 'doc/*/changelog', 'doc/*/NEWS'].map(
    (name) => `./usr/share/${name}*`,
  ),
  ...['cache/apt', 'lib/apt/lists', 'log'].map((name) => `./var/${name}/*`),
]

/** Images and containers of a test, which share nothing with those of the machine. */
export interface Containers {
  /** Builds an image by a Dockerfile, from what `.dockerignore` lets in of a folder. */
  build(dockerfile: string, context: string, name: string, ...argv: string[]): Promise<void>
  /** The files of an image, as they lie in it. */
  filesOf<T>(name: string, read: (folder: string) => T): Promise<T>
  /** What a registry would get, in bytes. */
  compressedSize(name: string): Promise<number>
  inspect(name: string): Promise<unknown>
  /** Starts one in the network of the machine, with nothing that it could write to but what is mounted. */
  start(
    name: string,
    image: string,
    options?: readonly string[],
    command?: readonly string[],
  ): Container
  /** Runs a command in one that runs. */
  exec(name: string, ...argv: string[]): Promise<string>
  /** Lets the folder go. */
  close(): Promise<void>
}

export interface Container {
  readonly process: ChildProcess
  /** The exit code. */
  readonly ended: Promise<number | null>
  output(): string
  kill(signal: NodeJS.Signals): Promise<unknown>
}

/** @param folder for images and containers */
export function createContainers(folder: string): Containers {
  // The driver is what each finds here: with overlay a container is no copy of its image's files.
  const store = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')]
  const buildah = (...argv: string[]) => run(program('buildah'), [...store, ...argv], MUCH)
  const engine = [...store, '--runtime', program('runc'), '--cgroup-manager', 'cgroupfs']
  const podman = (...argv: string[]) => run(program('podman'), [...engine, ...argv], MUCH)
  return {
    async build(dockerfile, context, name, ...argv) {
      await buildah(
        ...['bud', '--isolation', 'chroot', '--format', 'docker', '--pull-never'],
        ...[...argv, '--tag', name, '--file', dockerfile, context],
      )
    },
    async filesOf(name, read) {
      const { stdout } = await buildah('from', '--pull-never', name)
      const { stdout: place } = await buildah('mount', stdout.trim())
      try {
        return read(place.trim())
      } finally {
        await buildah('rm', stdout.trim())
      }
    },
    async compressedSize(name) {
      const layout = join(folder, 'layout')
      await buildah('push', '--format', 'oci', name, `oci:${layout}:image`)
      const blob = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'))
      const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown
      const { manifests } = json(join(layout, 'index.json')) as { manifests: { digest: string }[] }
      const { layers } = json(blob(manifests[0]?.digest ?? '')) as { layers: { size: number }[] }
      return layers.reduce((sum, { size }) => sum + size, 0)
    },
    async inspect(name) {
      const { stdout } = await podman('image', 'inspect', name)
      return (JSON.parse(stdout) as unknown[])[0]
    },
    start(name, image, options = [], command = []) {
      const child = spawn(
        program('podman'),
        [
          ...[...engine, 'run', '--name', name, '--pull', 'never', '--network', 'host', ...LIMITS],
          ...['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all'],
          ...['--security-opt', 'no-new-privileges', '--no-healthcheck', '--log-driver', 'none'],
          ...[...options, image, ...command],
        ],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      )
      let text = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
      }
      return {
        process: child,
        ended: once(child, 'exit').then(([code]) => code as number | null),
        output: () => text,
        kill: (signal) => podman('kill', '--signal', signal, name),
      }
    },
    async exec(name, ...argv) {
      const { stdout } = await podman('exec', name, ...argv)
      return stdout
    },
    async close() {
      await podman('rm', '--all', '--force')
      // The driver mounts its folder over itself; vfs does not.
      await run('umount', ['--recursive', join(folder, 'storage/overlay')]).catch(() => undefined)
    },
  }
}

/**
 * The images that the Dockerfile begins with, from a bare Debian and from the Node and npm that run this
 * test: no registry of images is asked.
 */
export async function makeBaseImages(
  containers: Containers,
  folder: string,
  archive: string,
): Promise<void> {
  const debian = join(folder, 'debian')
  mkdirSync(debian)
  // As Debian makes its slim image of a bare Debian.
  const slim = ['--delete', '--wildcards', '--file', join(debian, 'slim.tar'), ...NOT_SLIM]
  cpSync(archive, join(debian, 'slim.tar'))
  execFileSync('tar', slim)
  writeFileSync(join(debian, 'Dockerfile'), 'FROM scratch\nADD slim.tar /\n')
  await containers.build(join(debian, 'Dockerfile'), debian, 'debian:trixie-slim')
  const node = join(folder, 'node')
  const modules = join(node, 'usr/local/lib/node_modules')
  for (const path of ['bin', 'etc']) mkdirSync(join(node, 'usr/local', path), { recursive: true })
  cpSync(process.execPath, join(node, 'usr/local/bin/node'))
  cpSync(homeOfNpm(), join(modules, 'npm'), { recursive: true })
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(node, 'usr/local/bin', name))
  }
  writeFileSync(join(node, 'usr/local/LICENSE'), 'Of Node.\n')
  writeFileSync(join(node, 'usr/local/etc/npmrc'), npmrc())
  writeFileSync(join(folder, 'node.Dockerfile'), 'FROM debian:trixie-slim\nCOPY . /\n')
  await containers.build(join(folder, 'node.Dockerfile'), node, 'node:24-trixie-slim')
}

/** What lets npm in a build download as it does here. */
export function npmVolumes(): string[] {
  const folders = [npmConfig('cache'), dirname(npmConfig('cafile'))]
  return folders
    .filter((path) => path.startsWith('/') && existsSync(path))
    .flatMap((path) => ['--volume', `${path}:${path}`])
}

function npmrc(): string {
  const names = ['cache', 'cafile', 'registry'].filter((name) => npmConfig(name) !== 'null')
  return [...names.map((name) => `${name}=${npmConfig(name)}`), 'prefer-offline=true', ''].join(
    '\n',
  )
}

function npmConfig(name: string): string {
  const how = { encoding: 'utf8', env: environmentForNpm() } as const
  return execFileSync('npm', ['config', 'get', name], how).trim()
}

function homeOfNpm(): string {
  const command = execFileSync('which', ['npm'], { encoding: 'utf8' }).trim()
  return dirname(dirname(realpathSync(command)))
}
