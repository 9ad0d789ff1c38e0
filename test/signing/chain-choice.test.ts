import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/server/listen.js'
import { loadTlsCertificate } from '../../src/signing/tls-certificate.js'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import { refusal } from '../support/errors.js'
import { createParty, issue } from '../support/issue.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const DAY = 24 * 60 * 60 * 1000
const root = createParty('Root')
const authority = createParty('Authority')
const server = createParty('server')
const old = createParty('Old root')
const other = createParty('other')

const leaf = issue(server, authority, { to: 60 })
const rootPem = issue(root, root, { ca: true, to: 3000 })
const good = issue(authority, root, { ca: true, to: 400 })
const longer = issue(authority, root, { ca: true, to: 500 })
const ended = issue(authority, root, { ca: true, from: -400, to: -5 })
const early = issue(authority, root, { ca: true, from: 5, to: 900 })
const soon = issue(authority, root, { ca: true, to: 5 })
const endedCross = issue(root, old, { ca: true, from: -900, to: -5 })
const cross = issue(root, old, { ca: true, to: 200 })
const noAuthority = issue(authority, root, { to: 900 })

function ders(pems: readonly string[]): string[] {
  return pems.map((pem) => String(new X509Certificate(pem)))
}

function load(certificate: string, roots: readonly string[] = [rootPem]) {
  return loadSigningIdentity({ certificate, key: server.key }, { roots })
}

async function loadTls(certificate: string, key = server.key) {
  const folder = temporaryFolder()
  const files = { certificate: join(folder, 'chain.pem'), key: join(folder, 'key.pem') }
  writeFileSync(files.certificate, certificate)
  writeFileSync(files.key, key)
  return loadTlsCertificate(files, new Date())
}

const CHOICES: readonly [name: string, file: readonly string[], chain: readonly string[]][] = [
  ['the valid intermediate after an ended one', [leaf, ended, good], [leaf, good]],
  ['the valid intermediate before an ended one', [leaf, good, ended], [leaf, good]],
  ['the valid intermediate after one that is not valid yet', [leaf, early, good], [leaf, good]],
  ['the longest-lived intermediate', [leaf, soon, good, longer], [leaf, longer]],
  ['no certificate of a holder that is no authority', [leaf, noAuthority, good], [leaf, good]],
  [
    'no ended cross-signed root, where the root is',
    [leaf, good, endedCross, rootPem],
    [leaf, good],
  ],
  ['no ended cross-signed root, where it is not', [leaf, good, endedCross], [leaf, good]],
  ['a cross-signed root that the file brings', [leaf, good, cross], [leaf, good, cross]],
  ['the root over a cross-signed one that ends sooner', [leaf, good, cross, rootPem], [leaf, good]],
  ['an ended intermediate if there is no other', [leaf, ended, rootPem], [leaf, ended]],
]

describe('a chain takes', () => {
  it.each(CHOICES)('%s', async (_name, file, chain) => {
    const identity = await load(file.join(''))
    expect(ders(identity.chain.map(String))).toEqual(ders(chain))
    const tls = await loadTls(file.join(''))
    expect(tls.current.chain.map(String)).toEqual(identity.chain.map(String))
  })

  it.skipIf(isMissing('openssl'))('what verifies, for openssl and for a client', async () => {
    const file = leaf + ended + endedCross + good + rootPem
    const cms = await (await load(file)).sign(Buffer.from('content'))
    expect(verifyCms(cms, rootPem)?.toString()).toBe('content')
    const listener = await listen(() => express(), {
      host: '127.0.0.1',
      port: 0,
      tls: (await loadTls(file)).current.secureContext,
    })
    onTestFinished(() => listener.stop())
    const { port } = listener
    const socket = connect({
      host: '127.0.0.1',
      port,
      ca: rootPem,
      checkServerIdentity: () => undefined,
    })
    await once(socket, 'secureConnect')
    expect(socket.authorized).toBe(true)
    socket.destroy()
  })

  it('not long, however many lead everywhere', async () => {
    // A key more each would make no difference.
    const ring = Array.from({ length: 6 }, (_, i) => ({ ...other, name: `Ring ${i}` }))
    const mesh = ring.flatMap((one) => ring.map((by) => issue(one, by, { ca: true })))
    const end = issue(server, ring[0] ?? root)
    const identity = await load(end + mesh.filter((pem) => !isOwn(pem)).join(''))
    expect(identity.verifiable(new Date())).toBe(false)
  })
})

function isOwn(pem: string): boolean {
  const { subject, issuer } = new X509Certificate(pem)
  return subject === issuer
}

describe('the days that are left', () => {
  it('are those of the whole chain, and the one that ends is named', async () => {
    const identity = await load(leaf + soon)
    const tls = await loadTls(leaf + soon)
    const end = new Date(new X509Certificate(soon).validTo)
    for (const { notAfter } of [identity, tls.current]) expect(notAfter).toEqual(end)
    for (const life of [identity.life(new Date()), tls.current.life(new Date())]) {
      expect(life).toMatch(/\([45] days left; “Authority” of its chain ends first\)$/)
    }
    for (const warnings of [identity.warnings(new Date()), tls.warnings(new Date())]) {
      expect(warnings).toEqual([expect.stringMatching(/intermediate .* expires on .*“Authority”/)])
    }
    const later = new Date(end.getTime() + DAY)
    expect(identity.trust(later).reason).toBe('ended')
    expect(tls.warnings(later)).toEqual([expect.stringMatching(/intermediate .* expired on/)])
  })

  it('are told of leaf and intermediate, where both end soon on different days', async () => {
    const short = issue(server, authority, { to: 10 })
    expect((await load(short + soon)).warnings(new Date())).toHaveLength(2)
  })
})

describe('of several certificates', () => {
  const before = issue(server, authority, { from: -80, to: -2 })
  const newer = issue(server, authority, { from: -5, to: 80 })
  const later = issue(server, authority, { from: 3, to: 93 })

  it.each([
    ['the valid one after an ended one', [before, leaf]],
    ['the valid one before one that is not valid yet', [later, leaf]],
    ['the newest', [leaf, before, newer]],
    ['the newest in any order', [newer, leaf]],
  ])('with one key, %s signs', async (_name, leaves) => {
    const wanted = leaves.includes(newer) ? newer : leaf
    const identity = await load(leaves.join('') + good)
    expect(String(identity.chain[0])).toBe(ders([wanted])[0])
    const tls = await loadTls(leaves.join('') + good)
    expect(String(tls.current.chain[0])).toBe(ders([wanted])[0])
  })

  it('with one key, the one that may sign and has its chain wins over a newer one', async () => {
    const keyEncipherment = issue(server, authority, {
      from: -1,
      keyUsage: { keyEncipherment: true },
    })
    const alone = issue(server, other, { from: -1 })
    const self = issue(server, server, { from: -1 })
    const identity = await load(keyEncipherment + alone + self + leaf + good)
    expect(String(identity.chain[0])).toBe(ders([leaf])[0])
  })

  it('with different keys, the valid one signs, and two valid ones are refused by name', async () => {
    const ofOther = issue(other, authority, { to: -2, from: -90 })
    const key = other.key + server.key
    const source = { certificate: ofOther + leaf + good, key }
    const identity = await loadSigningIdentity(source, { roots: [rootPem] })
    expect(String(identity.chain[0])).toBe(ders([leaf])[0])
    const both = [leaf, issue(other, authority, { serialNumber: '0badc0de' })]
    const certificate = both.join('') + good
    for (const call of [
      () => loadSigningIdentity({ certificate, key }),
      () => loadTls(certificate, key),
    ]) {
      const { code, message } = await refusal(call)
      expect(code).toBe('invalid_configuration')
      expect(message).toMatch(/two .* identities/)
      for (const name of ['“server”', '“other” (serial number 0BADC0DE)']) {
        expect(message).toContain(name)
      }
    }
  })

  it('none valid, the end of the latest is told', async () => {
    const older = issue(server, authority, { from: -200, to: -100 })
    const { code, message } = await refusal(() => load(older + before))
    expect(code).toBe('certificate_expired')
    expect(message).toContain(
      new Date(new X509Certificate(before).validTo).toISOString().slice(0, 10),
    )
  })
})
