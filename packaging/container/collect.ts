import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseArchitecture } from '../deb/control.js'
import { copyrightFile } from '../deb/copyright.js'
import { placedPackages } from '../deb/placed-packages.js'
import { HOME, programFiles } from '../deb/program-files.js'

// What the image takes of a checkout that is built: `program`, as it lies in the image, and `state`, an empty
// folder. The Dockerfile runs it.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const { values } = parseArgs({
  options: {
    // As those call the processor who build images.
    arch: { type: 'string', default: process.env['TARGETARCH'] ?? process.arch },
    out: { type: 'string', default: 'image' },
  },
})
const out = resolve(values.out)
const work = mkdtempSync(join(tmpdir(), 'mailprofile-image-'))
// Whoever builds it has a umask.
process.umask(0o022)
try {
  const program = programFiles(ROOT, work, parseArchitecture(values.arch))
  for (const [path, from] of program.files) put(`${HOME}/${path}`, readFileSync(from))
  put(`${HOME}/healthcheck.mjs`, readFileSync(join(ROOT, 'packaging/container/healthcheck.mjs')))
  const copyright = copyrightFile(
    read('LICENSE').trim(),
    placedPackages(ROOT, program),
    read('dist/third-party-notices.txt'),
  )
  put('usr/share/doc/mailprofile/copyright', Buffer.from(copyright))
  const command = placeOf('usr/local/bin/mailprofile')
  symlinkSync(`/${HOME}/node_modules/mailprofile/dist/bin/mailprofile.js`, command)
  mkdirSync(join(out, 'program/etc/mailprofile'), { recursive: true })
  mkdirSync(join(out, 'state'), { mode: 0o700 })
} finally {
  rmSync(work, { recursive: true })
}

function put(path: string, content: Uint8Array): void {
  const file = placeOf(path)
  writeFileSync(file, content)
  chmodSync(file, Buffer.from(content.subarray(0, 2)).toString() === '#!' ? 0o755 : 0o644)
}

/** Where a file of the image lies, in a folder that is there. */
function placeOf(path: string): string {
  const file = join(out, 'program', path)
  mkdirSync(dirname(file), { recursive: true })
  return file
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
