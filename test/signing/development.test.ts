import { X509Certificate } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createDevelopmentIdentity,
  loadDevelopmentIdentity,
  type DevelopmentIdentity,
} from '../../src/signing/development.js'
import { refusal } from '../support/errors.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { runFolder } from '../support/shared.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const YEAR = 365 * 24 * 60 * 60 * 1000
const CONTENT = Buffer.from('content')

function serialNumber({ chain }: DevelopmentIdentity): string {
  return chain[0].serialNumber
}

describe('createDevelopmentIdentity', () => {
  const made = suite(() => createDevelopmentIdentity())

  it('says that no device trusts it', async () => {
    const identity = await made()
    expect(identity.development).toBe(true)
    expect(identity.warnings(new Date())).toHaveLength(1)
    expect(identity.verifiable(new Date())).toBe(false)
    expect(identity.chain).toHaveLength(1)
  })

  it.skipIf(isMissing('openssl'))('signs what its root verifies, and no other', async () => {
    const [one, other] = await Promise.all([made(), loadDevelopmentIdentity(runFolder())])
    const cms = await one.sign(CONTENT)
    expect(verifyCms(cms, one.rootPem)).toEqual(CONTENT)
    expect(verifyCms(cms, other.rootPem)).toBeUndefined()
  })

  it('may sign but not issue, and its root the other way round', async () => {
    const { chain, rootPem } = await made()
    const root = new X509Certificate(rootPem)
    expect([chain[0].ca, root.ca]).toEqual([false, true])
    expect(chain[0].checkIssued(root)).toBe(true)
    expect(chain[0].subject).not.toBe(root.subject)
  })

  it('is valid from the time that it is given', async () => {
    const now = new Date('2031-05-06T07:08:09Z')
    const { chain, notAfter } = await createDevelopmentIdentity({ now })
    expect(new Date(chain[0].validFrom).getTime()).toBeLessThan(now.getTime())
    expect(notAfter.getTime()).toBeGreaterThan(now.getTime() + YEAR)
  })
})

describe('loadDevelopmentIdentity', () => {
  // Keys take long to make.
  const kept = suite(async (path) => {
    const folder = join(path, 'certs')
    return { folder, first: await loadDevelopmentIdentity(folder) }
  })
  const ended = suite(async (folder) => ({
    folder,
    old: await loadDevelopmentIdentity(folder, new Date('2001-01-01T00:00:00Z')),
  }))

  /** A folder of its own with an identity that has expired. */
  async function withEnded() {
    const { folder, old } = await ended()
    const own = temporaryFolder()
    cpSync(folder, own, { recursive: true })
    return { folder: own, old }
  }

  it('keeps what it made, the key for its owner only', async () => {
    const { folder, first } = await kept()
    const home = join(folder, 'development')
    expect(readdirSync(folder)).toEqual(['development'])
    expect(readdirSync(home).sort()).toEqual(['certificate.pem', 'key.pem', 'root.pem'])
    expect(statSync(join(home, 'key.pem')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(home, 'root.pem'), 'utf8')).toBe(first.rootPem)

    const second = await loadDevelopmentIdentity(folder)
    expect(second.chain.map(String)).toEqual(first.chain.map(String))
    expect(second.rootPem).toBe(first.rootPem)
    expect(second.development).toBe(true)
  })

  it.skipIf(isMissing('openssl'))('signs with what it read as with what it made', async () => {
    const { folder, first: made } = await kept()
    const read = await loadDevelopmentIdentity(folder)
    for (const identity of [made, read]) {
      expect(verifyCms(await identity.sign(CONTENT), made.rootPem)).toEqual(CONTENT)
    }
  })

  it.each(some([2, 5], 1))('gives %i calls at the same time one identity', async (calls) => {
    const folder = temporaryFolder()
    const identities = await Promise.all(
      Array.from({ length: calls }, () => loadDevelopmentIdentity(folder)),
    )
    expect(new Set(identities.map(serialNumber)).size).toBe(1)
    expect(readdirSync(folder)).toEqual(['development'])
    const later = await loadDevelopmentIdentity(folder)
    expect(identities.map(serialNumber)).toContain(serialNumber(later))
  })

  it('replaces an identity that has expired', async () => {
    const { folder, old } = await withEnded()
    const renewed = await loadDevelopmentIdentity(folder)
    expect(serialNumber(renewed)).not.toBe(serialNumber(old))
    expect(renewed.notAfter.getTime()).toBeGreaterThan(Date.now())
    expect(serialNumber(await loadDevelopmentIdentity(folder))).toBe(serialNumber(renewed))
  })

  it('agrees on one when several calls replace an expired one', async () => {
    const { folder } = await withEnded()
    const identities = await Promise.all(
      some([1, 2, 3, 4], 2).map(() => loadDevelopmentIdentity(folder)),
    )
    expect(new Set(identities.map(serialNumber)).size).toBe(1)
    expect(readdirSync(folder)).toEqual(['development'])
  })

  it('says what to do where half of an identity lies', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'development'))
    writeFileSync(join(folder, 'development', 'key.pem'), 'of somebody else')
    const { code, message, hint } = await refusal(() => loadDevelopmentIdentity(folder))
    expect(code).toBe('invalid_configuration')
    expect(message).toContain(join(folder, 'development'))
    expect(hint).toContain('Remove that folder')
    expect(readdirSync(folder)).toEqual(['development'])
  })

  it('rejects when the folder cannot be written', async () => {
    // A file in its place: permissions would not stop the superuser.
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, 'in the way')
    await expect(loadDevelopmentIdentity(join(file, 'certs'))).rejects.toThrow()
    await expect(loadDevelopmentIdentity(file)).rejects.toThrow()
    expect(readFileSync(file, 'utf8')).toBe('in the way')
    expect(existsSync(join(file, 'certs'))).toBe(false)
  })
})
