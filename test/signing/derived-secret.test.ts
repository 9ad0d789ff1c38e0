import { describe, expect, it } from 'vitest'
import { createDevelopmentIdentity } from '../../src/signing/development.js'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import { createTestChain } from '../support/certificates.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('a secret that follows from the signing key', () => {
  it.each(['RSA-2048', 'P-256'] as const)('is the same wherever the key is: %s', async (kind) => {
    const chain = createTestChain(temporaryFolder(), kind)
    const source = { certificate: chain.fullChain, key: chain.key }
    const [first, second] = await Promise.all([
      loadSigningIdentity(source),
      // With another certificate of the same key, as after a renewal.
      loadSigningIdentity({ ...source, certificate: chain.leaf }),
    ])
    const secret = first.deriveSecret('a')
    expect(secret).toHaveLength(32)
    expect(second.deriveSecret('a')).toEqual(secret)
    expect(first.deriveSecret('a')).toEqual(secret)
    expect(first.deriveSecret('b')).not.toEqual(secret)
  })

  it('is another one for another key', async () => {
    const [first, second] = await Promise.all([
      createDevelopmentIdentity(),
      createDevelopmentIdentity(),
    ])
    expect(first.deriveSecret('a')).not.toEqual(second.deriveSecret('a'))
  })
})
