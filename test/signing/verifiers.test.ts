import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat } from '../../src/formats/export.js'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import { annJson } from '../support/accounts.js'
import { createTestChain } from '../support/certificates.js'
import { CMS_VERIFIERS } from '../support/cms-verifiers.js'
import { SUPPORTED_KEYS, type KeyKind, type TestChain } from '../support/make-chain.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { suite } from '../support/suite.js'

// A signed profile before verifiers that share no code: openssl is asked elsewhere.

const ROWS = Object.entries(CMS_VERIFIERS).flatMap(([name, verifier]) =>
  SUPPORTED_KEYS.filter((kind) => !verifier.without.includes(kind)).map(
    (kind) => [name, kind, verifier] as const,
  ),
)

describe.skipIf(isMissing('openssl'))('a signed profile', () => {
  const folder = suite((made) => made)
  const chains = new Map<KeyKind, TestChain>()
  // Those of RSA 3072 take seconds to make: where a row asks for them.
  const chainOf = (kind: KeyKind) => {
    const chain = chains.get(kind) ?? createTestChain(folder(), kind)
    chains.set(kind, chain)
    return chain
  }

  async function profileBy(kind: KeyKind) {
    const { fullChain, key, root } = chainOf(kind)
    const signingIdentity = await loadSigningIdentity({ certificate: fullChain, key })
    const account = parseAccount(annJson())
    const { body } = await exportFormat('apple-profile', account, { signingIdentity })
    return { body: Buffer.from(body), root }
  }

  describe.each(some(ROWS, 3))('for %s, by %s', (_name, kind, verifier) => {
    const isSkipped = verifier.needs.map(isMissing).includes(true)
    const holds = (profile: Uint8Array, root: string) => {
      const home = mkdtempSync(join(folder(), 'home-'))
      const file = join(home, 'ann.mobileconfig')
      writeFileSync(file, profile)
      return verifier.holds(home, file, root)
    }

    it.skipIf(isSkipped)('holds, with an intermediate that only the profile has', async () => {
      const { body, root } = await profileBy(kind)
      expect(holds(body, root)).toBe(true)
    })

    it.skipIf(isSkipped)('does not hold with one letter changed', async () => {
      const { body, root } = await profileBy(kind)
      body.write('Q', body.indexOf('PayloadIdentifier'))
      expect(holds(body, root)).toBe(false)
    })

    it.skipIf(isSkipped)('does not hold where another root is trusted', async () => {
      const { body } = await profileBy(kind)
      const others = await profileBy(kind === 'P-256' ? 'RSA-2048' : 'P-256')
      expect(holds(body, others.root)).toBe(false)
    })
  })
})
