import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './programs.js'

/** Runs openssl and returns what it writes; throws with its complaint when it fails. */
export function openssl(args: readonly string[], input: Uint8Array = new Uint8Array()): Buffer {
  const { status, stdout, stderr } = tryOpenssl(args, input)
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr.toString()}`)
  return stdout
}

function tryOpenssl(args: readonly string[], input: Uint8Array) {
  return spawnSync(program('openssl'), args, { input, maxBuffer: 1 << 26 })
}

/** Whether this openssl can write the PKCS#12 files of its older versions (RC2, 3DES, SHA-1). */
export function hasLegacyProvider(): boolean {
  return (
    tryOpenssl(['list', '-providers', '-provider', 'legacy'], new Uint8Array()).status === 0 &&
    tryOpenssl(['pkcs12', '-help'], new Uint8Array()).stderr.includes('-legacy')
  )
}

/** The content of CMS SignedData whose signature and chain hold for openssl, or undefined. */
export function verifyCms(cms: Uint8Array, rootPem: string): Buffer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-verify-'))
  try {
    const root = join(folder, 'root.pem')
    writeFileSync(root, rootPem)
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-purpose', 'any', '-CAfile', root]
    const { status, stdout } = tryOpenssl(args, cms)
    return status === 0 ? stdout : undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The structure of CMS as openssl prints it. */
export function printCms(cms: Uint8Array): string {
  const args = ['cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-nameopt', 'utf8']
  return openssl(args, cms).toString('utf8')
}
