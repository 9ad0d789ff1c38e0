import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadRenewableIdentity } from '../../src/signing/renewable-identity.js'
import { createTestChain } from '../support/certificates.js'
import { refusalCode } from '../support/errors.js'
import type { TestChain } from '../support/make-chain.js'
import { openssl, verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const CONTENT = Buffer.from('content')

function now(): Date {
  return new Date()
}

describe.skipIf(isMissing('openssl'))('a renewable identity', () => {
  const old = suite((folder) => createTestChain(folder, 'P-256'))
  const other = suite((folder) => createTestChain(folder, 'RSA-2048'))

  async function load(chain: TestChain) {
    const folder = temporaryFolder()
    const files = { certificate: join(folder, 'chain.pem'), key: join(folder, 'key.pem') }
    const write = (certificate: string, key: string) => {
      writeFileSync(files.certificate, certificate)
      writeFileSync(files.key, key)
    }
    write(chain.fullChain, chain.key)
    // As for devices that trust both.
    const roots = [old().root, other().root]
    return { write, files, ...(await loadRenewableIdentity(files, now(), { roots })) }
  }

  // Another certificate for the same key, as a renewal makes it.
  function renewed(chain: TestChain): string {
    const file = (name: string) => join(chain.folder, name)
    return openssl([
      ...['x509', '-req', '-in', file('leaf.csr'), '-days', '60', '-set_serial', '0x9f0102'],
      ...['-CA', file('intermediate.pem'), '-CAkey', file('intermediate.key')],
      ...['-extfile', file('openssl.cnf'), '-extensions', 'leaf'],
    ]).toString('latin1')
  }

  it('looks and does nothing while nothing changes', async () => {
    const { renew, identity } = await load(old())
    expect(await renew(now())).toEqual({ outcome: 'unchanged' })
    expect(identity.warnings(now())).toEqual([])
    expect(verifyCms(await identity.sign(CONTENT), old().root)).toEqual(CONTENT)
  })

  it('takes a renewed certificate', async () => {
    const { renew, identity, write } = await load(old())
    const { notAfter } = identity
    write(renewed(old()) + old().intermediate, old().key)
    expect(await renew(now())).toEqual({ outcome: 'replaced' })
    expect(await renew(now())).toEqual({ outcome: 'unchanged' })
    expect(identity.notAfter).not.toEqual(notAfter)
    expect(verifyCms(await identity.sign(CONTENT), old().root)).toEqual(CONTENT)
  })

  it('takes another key, and says so', async () => {
    const { renew, identity, write } = await load(old())
    write(other().fullChain, other().key)
    expect(await renew(now())).toEqual({ outcome: 'replaced with another key' })
    expect(identity.algorithm).toContain('RSA')
    expect(verifyCms(await identity.sign(CONTENT), other().root)).toEqual(CONTENT)
  })

  it('follows links that are swapped', async () => {
    const { renew, identity, files } = await load(old())
    for (const [file, name] of [
      [files.certificate, 'fullchain.pem'],
      [files.key, 'leaf.key'],
    ] as const) {
      rmSync(file)
      symlinkSync(join(other().folder, name), file)
    }
    expect(await renew(now())).toEqual({ outcome: 'replaced with another key' })
    expect(identity.verifiable(now())).toBe(true)
  })

  it.each<[string, () => [certificate: string, key: string], string]>([
    ['that do not match', () => [other().fullChain, old().key], 'certificate_mismatch'],
    [
      'that are half written',
      () => [old().fullChain.slice(0, 300), old().key],
      'invalid_configuration',
    ],
    [
      'whose intermediate is half written',
      () => [other().fullChain.slice(0, -300), other().key],
      'invalid_configuration',
    ],
    ['that are empty', () => ['', ''], 'invalid_configuration'],
  ])('tries files %s again, then reports them once, and goes on with the old', async (...row) => {
    const [, make, code] = row
    const { renew, identity, write } = await load(old())
    write(...make())
    expect(await renew(now())).toEqual({ outcome: 'tried' })
    expect(identity.warnings(now())).toEqual([])
    expect(await renew(now())).toMatchObject({ outcome: 'refused', error: { code } })
    expect(await renew(now())).toEqual({ outcome: 'unchanged' })
    expect(identity.warnings(now())).toHaveLength(1)
    expect(verifyCms(await identity.sign(CONTENT), old().root)).toEqual(CONTENT)
    write(old().fullChain, old().key)
    expect(await renew(now())).toEqual({ outcome: 'unchanged' })
    expect(identity.warnings(now())).toEqual([])
  })

  it('does not report a pair that was met half way', async () => {
    const { renew, write } = await load(old())
    write(other().fullChain, old().key)
    expect(await renew(now())).toEqual({ outcome: 'tried' })
    write(other().fullChain, other().key)
    expect(await renew(now())).toEqual({ outcome: 'replaced with another key' })
  })

  it('does not take a chain that lacks its intermediate at once', async () => {
    const { renew, identity, write } = await load(old())
    write(other().leaf, other().key)
    expect(await renew(now())).toEqual({ outcome: 'tried' })
    expect(identity.chain).toHaveLength(2)
    write(other().fullChain, other().key)
    expect(await renew(now())).toEqual({ outcome: 'replaced with another key' })
    write(old().leaf, old().key)
    expect(await renew(now())).toEqual({ outcome: 'tried' })
    expect(await renew(now())).toEqual({ outcome: 'replaced with another key' })
    expect(identity.warnings(now())).toEqual([expect.stringContaining('intermediate')])
  })

  it('looks once at a time, so that the last one tells', async () => {
    const { renew, identity, write } = await load(old())
    write(other().fullChain, other().key)
    const first = renew(now())
    write(old().fullChain, old().key)
    const second = renew(now())
    await first
    expect(await second).toMatchObject({ outcome: expect.any(String) as string })
    expect(await renew(now())).toEqual({ outcome: 'unchanged' })
    expect(verifyCms(await identity.sign(CONTENT), old().root)).toEqual(CONTENT)
  })

  it('goes on when the files are gone', async () => {
    const { renew, identity, files } = await load(old())
    rmSync(files.key)
    expect(await renew(now())).toEqual({ outcome: 'tried' })
    expect(await renew(now())).toMatchObject({ outcome: 'refused' })
    expect(verifyCms(await identity.sign(CONTENT), old().root)).toEqual(CONTENT)
  })

  it('keeps an expired certificate over a renewed one that has expired too', async () => {
    const { renew, identity, write } = await load(old())
    write(renewed(old()) + old().intermediate, old().key)
    const later = new Date(Date.now() + 100 * 24 * 60 * 60 * 1000)
    await renew(later)
    expect(await renew(later)).toMatchObject({
      outcome: 'refused',
      error: { code: 'certificate_expired' },
    })
    expect(identity.warnings(later)).toHaveLength(2)
  })

  it('takes a certificate that was not valid yet once it is', async () => {
    const { renew, write } = await load(old())
    write(renewed(old()) + old().intermediate, old().key)
    const earlier = new Date(Date.now() - 24 * 60 * 60 * 1000)
    await renew(earlier)
    expect(await renew(earlier)).toMatchObject({ outcome: 'refused' })
    expect(await renew(earlier)).toEqual({ outcome: 'unchanged' })
    expect(await renew(now())).toEqual({ outcome: 'replaced' })
  })

  it('does not start with files that do not fit', async () => {
    const { write, files } = await load(old())
    write(other().fullChain, old().key)
    expect(await refusalCode(() => loadRenewableIdentity(files, now()))).toBe(
      'certificate_mismatch',
    )
  })
})
