import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { TestChain } from '../../test/support/make-chain.js'
import { program } from '../../test/support/programs.js'
import { ACCOUNT } from './example-account.js'
import type { Work } from './rate.js'

interface MobileConfig {
  getSignedEmailConfig(
    options: Readonly<Record<string, unknown>>,
    callback: (error: Error | null, data: Buffer) => void,
  ): void
}

/**
 * `openssl cms -sign`, a process for each.
 *
 * @param content the file that is signed
 */
export function opensslSigner(chain: TestChain, content: string): Work {
  const file = (name: string) => join(chain.folder, name)
  const args = [
    ...['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER', '-md', 'sha256', '-nosmimecap'],
    ...['-signer', file('leaf.pem'), '-inkey', file('leaf.key')],
    ...['-certfile', file('intermediate.pem'), '-in', content],
  ]
  const openssl = program('openssl')
  return () =>
    new Promise((resolve, reject) => {
      execFile(openssl, args, { encoding: 'buffer' }, (error, stdout) => {
        if (error) reject(new Error('openssl failed.', { cause: error }))
        else resolve(stdout)
      })
    })
}

/** The package `mobileconfig`, with an RSA key: it knows no other. */
export function mobileconfigSigner(chain: TestChain): Work {
  // CommonJS, and without types.
  const mobileconfig = createRequire(import.meta.url)('mobileconfig') as MobileConfig
  const { identity, incoming, outgoing } = ACCOUNT
  const server = ({ host, port, username }: typeof incoming | typeof outgoing) => ({
    hostname: host,
    port,
    secure: true,
    username,
  })
  const options = {
    emailAddress: identity.address,
    emailAccountName: identity.name,
    organization: 'Example',
    identifier: 'com.example.ann',
    displayName: 'BT Mail',
    accountName: 'BT Mail',
    imap: server(incoming),
    smtp: server(outgoing),
    keys: { key: chain.key, cert: chain.leaf, ca: [chain.intermediate], signingTime: true },
  }
  return () =>
    new Promise((resolve, reject) => {
      mobileconfig.getSignedEmailConfig(options, (error, data) => {
        if (error) reject(error)
        else resolve(data)
      })
    })
}
