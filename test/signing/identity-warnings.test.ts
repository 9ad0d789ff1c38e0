import { describe, expect, it } from 'vitest'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import { createKey, createTestChain, selfSign } from '../support/certificates.js'
import type { TestChain } from '../support/make-chain.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { suite } from '../support/suite.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

// What warnings say is for people; tests count and compare them.
describe.skipIf(isMissing('openssl'))('the warnings of a signing identity', () => {
  const chain = suite((folder) => createTestChain(folder, 'P-256'))
  const alone = suite((folder) => {
    const key = createKey('P-256')
    return { key, authority: selfSign(folder, key, 'ca'), leaf: selfSign(folder, key, 'leaf') }
  })
  // As for devices that trust the root.
  const load = ({ key, root }: TestChain, certificate: string) =>
    loadSigningIdentity({ certificate, key }, { roots: [root] })

  it.each([
    ['15 days', 15 * DAY, 0],
    ['14 days and a minute', 14 * DAY + MINUTE, 0],
    ['a minute less than 14 days', 14 * DAY - MINUTE, 1],
    ['13 days', 13 * DAY, 1],
    ['no time', 0, 1],
    ['less than no time', -DAY, 1],
  ])('with %s until it expires', async (_, left, count) => {
    const identity = await load(chain(), chain().fullChain)
    const at = new Date(identity.notAfter.getTime() - left)
    expect(identity.warnings(at)).toHaveLength(count)
    expect(identity.verifiable(at)).toBe(left >= 0)
  })

  it('go on, differently, after it has expired, and so does signing', async () => {
    const { fullChain, root } = chain()
    const identity = await load(chain(), fullChain)
    const before = new Date(identity.notAfter.getTime() - DAY)
    const after = new Date(identity.notAfter.getTime() + DAY)
    expect(identity.warnings(after)).not.toEqual(identity.warnings(before))
    const content = Buffer.from('content')
    const cms = await identity.sign(content, { signingTime: after })
    expect(verifyCms(cms, root)).toEqual(content)
  })

  it('are there without the intermediate', async () => {
    const { leaf, root } = chain()
    for (const certificate of [leaf, leaf + root]) {
      const identity = await load(chain(), certificate)
      expect(identity.chain).toHaveLength(1)
      expect(identity.warnings(new Date())).toHaveLength(1)
      expect(identity.verifiable(new Date())).toBe(false)
    }
  })

  it('do not mind an intermediate of somebody else', async () => {
    const { leaf } = chain()
    const identity = await load(chain(), leaf + alone().authority)
    expect(identity.chain).toHaveLength(1)
    expect(identity.warnings(new Date())).toHaveLength(1)
  })

  it('are there for a self-signed certificate', async () => {
    const { key, authority } = alone()
    const identity = await loadSigningIdentity({ certificate: authority, key })
    const missing = await load(chain(), chain().leaf)
    expect(identity.chain).toHaveLength(1)
    expect(identity.warnings(new Date())).toHaveLength(1)
    expect(identity.warnings(new Date())).not.toEqual(missing.warnings(new Date()))
    expect(identity.verifiable(new Date())).toBe(false)
  })

  it('are the same when a self-signed certificate may not issue others', async () => {
    const { key, authority, leaf } = alone()
    const [one, other] = await Promise.all(
      [authority, leaf].map((certificate) => loadSigningIdentity({ certificate, key })),
    )
    expect(other?.warnings(new Date())).toEqual(one?.warnings(new Date()))
  })

  it('are there for a development identity, whatever its chain', async () => {
    const { fullChain: certificate, leaf, key } = chain()
    const loadForDevelopment = (text: string) =>
      loadSigningIdentity({ certificate: text, key }, { development: true })
    const identity = await loadForDevelopment(certificate)
    expect(identity.development).toBe(true)
    expect(identity.warnings(new Date())).toHaveLength(1)
    expect(identity.verifiable(new Date())).toBe(false)
    const alike = await loadForDevelopment(leaf)
    expect(alike.warnings(new Date())).toEqual(identity.warnings(new Date()))
    expect(identity.warnings(identity.notAfter)).toHaveLength(2)
  })
})
