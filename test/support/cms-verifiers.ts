import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyKind } from './make-chain.js'
import { program, type Program } from './programs.js'

/** A program that judges CMS, and is made by others than the next. */
export interface CmsVerifier {
  readonly needs: readonly Program[]
  /** Kinds of keys that it cannot judge. */
  readonly without: readonly KeyKind[]
  /**
   * Whether signature and chain hold for it.
   *
   * @param folder a new one, for its own files
   * @param file DER
   * @param root the only root that it trusts, PEM
   */
  holds(folder: string, file: string, root: string): boolean
}

export const CMS_VERIFIERS: Readonly<Record<string, CmsVerifier>> = {
  // Firefox and Thunderbird are built on it.
  NSS: {
    needs: ['certutil', 'cmsutil'],
    without: [],
    holds(folder, file, root) {
      const store = ['-d', `sql:${folder}`]
      succeeds('certutil', ['-N', ...store, '--empty-password'])
      succeeds('certutil', ['-A', ...store, '-n', 'root', '-t', ',C,', '-i', written(folder, root)])
      return succeeds('cmsutil', ['-D', ...store, '-i', file])
    },
  },
  GnuTLS: {
    needs: ['certtool'],
    without: [],
    holds: (folder, file, root) =>
      succeeds('certtool', [
        ...['--p7-verify', '--inder', '--infile', file],
        ...['--load-ca-certificate', written(folder, root)],
      ]),
  },
  GnuPG: {
    needs: ['gpgsm'],
    // 2.2 wants certificates of such keys to be signed with a digest as long as they are.
    without: ['P-384', 'P-521'],
    holds(folder, file, root) {
      const home = ['--homedir', folder, '--batch']
      const { fingerprint } = new X509Certificate(root)
      writeFileSync(join(folder, 'trustlist.txt'), `${fingerprint} S relax\n`)
      writeFileSync(join(folder, 'gpgsm.conf'), 'disable-crl-checks\ndisable-dirmngr\n')
      try {
        succeeds('gpgsm', [...home, '--import', written(folder, root)])
        return succeeds('gpgsm', [...home, '--verify', file])
      } finally {
        spawnSync('gpgconf', ['--homedir', folder, '--kill', 'all'])
      }
    },
  },
}

function written(folder: string, root: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'root.pem')
  writeFileSync(file, root)
  return file
}

function succeeds(name: Program, argv: readonly string[]): boolean {
  return spawnSync(program(name), argv).status === 0
}
