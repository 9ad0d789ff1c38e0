import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen, type TlsPair } from '../../src/server/listen.js'
import { loadTlsCertificate } from '../../src/signing/tls-certificate.js'
import { createKey, createTestChain, selfSign } from '../support/certificates.js'
import { refusalCode } from '../support/errors.js'
import type { KeyKind } from '../support/make-chain.js'
import { openssl } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function now(): Date {
  return new Date()
}

async function start(tls: TlsPair) {
  const listener = await listen(
    () => express().get('/', (_request, response) => void response.send('ok')),
    { host: '127.0.0.1', port: 0, tls },
  )
  onTestFinished(() => listener.stop())
  return listener
}

/** Shakes hands and asks once. */
async function ask(port: number, options: ConnectionOptions = {}) {
  const socket: TLSSocket = connect({
    host: '127.0.0.1',
    port,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2', 'http/1.1'],
    ...options,
  })
  await once(socket, 'secureConnect')
  socket.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const { fingerprint256 } = socket.getPeerCertificate()
  const [protocol, version] = [socket.alpnProtocol, socket.getProtocol()]
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  await once(socket, 'close')
  return { fingerprint256, protocol, version, authorized: socket.authorized, answer }
}

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256
}

describe.skipIf(isMissing('openssl'))('the TLS certificate', () => {
  const chain = suite((folder) => createTestChain(folder, 'P-256'))
  const other = suite((folder) => createTestChain(folder, 'P-384'))

  async function load(certificate: string, key: string, passphrase?: string) {
    const folder = temporaryFolder()
    const files = { certificate: join(folder, 'chain.pem'), key: join(folder, 'key.pem') }
    writeFileSync(files.certificate, certificate)
    writeFileSync(files.key, key)
    return { files, loaded: await loadTlsCertificate({ ...files, passphrase }, now()) }
  }

  it.each<KeyKind>(['P-256', 'RSA-2048', 'Ed25519'])('may have a key of %s', async (kind) => {
    const key = createKey(kind)
    const pem = selfSign(temporaryFolder(), key, 'leaf')
    const { loaded } = await load(pem, key)
    expect(loaded.warnings(now())).toEqual([expect.stringContaining('self-signed')])
    const { port } = await start(loaded.current.secureContext)
    expect((await ask(port)).fingerprint256).toBe(fingerprint(pem))
  })

  it('comes with its chain, whatever the order in the file', async () => {
    const { intermediate, leaf, key, root } = chain()
    const { loaded } = await load(intermediate + leaf + root, key)
    expect(loaded.warnings(now())).toEqual([])
    const { port } = await start(loaded.current.secureContext)
    const { authorized, version, protocol, answer } = await ask(port, {
      ca: root,
      checkServerIdentity: () => undefined,
    })
    expect({ authorized, version, protocol }).toEqual({
      authorized: true,
      version: 'TLSv1.3',
      protocol: 'http/1.1',
    })
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('is for TLS 1.2 and later', async () => {
    const { port } = await start(
      (await load(chain().fullChain, chain().key)).loaded.current.secureContext,
    )
    expect((await ask(port, { maxVersion: 'TLSv1.2' })).version).toBe('TLSv1.2')
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const
    await expect(ask(port, old)).rejects.toThrow()
  })

  it('is opened by its passphrase', async () => {
    const { key, fullChain } = chain()
    const encrypted = openssl(
      ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-passout', 'pass:opens it'],
      Buffer.from(key),
    ).toString()
    const { loaded } = await load(fullChain, encrypted, 'opens it')
    const { port } = await start(loaded.current.secureContext)
    expect((await ask(port)).fingerprint256).toBe(fingerprint(chain().leaf))
    expect(await refusalCode(() => load(fullChain, encrypted, 'wrong'))).toBe(
      'invalid_configuration',
    )
  })

  it.each<[string, () => readonly [certificate: string, key: string], string]>([
    ['that do not match', () => [chain().fullChain, other().key], 'certificate_mismatch'],
    [
      'without an end',
      () => [chain().fullChain.slice(0, -300), chain().key],
      'invalid_configuration',
    ],
    ['that are swapped', () => [chain().key, chain().fullChain], 'invalid_configuration'],
    ['that are too weak', () => weak(temporaryFolder()), 'unsupported_key'],
  ])('is refused with files %s', async (_name, make, code) => {
    expect(await refusalCode(() => load(...make()))).toBe(code)
  })

  it('is refused once it has expired, and warned of before', async () => {
    const { fullChain, key } = chain()
    const { files, loaded } = await load(fullChain, key)
    const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000)
    expect(await refusalCode(() => loadTlsCertificate(files, inDays(91)))).toBe(
      'certificate_expired',
    )
    expect(loaded.warnings(inDays(80))).toEqual([expect.stringMatching(/expires on/)])
    expect(loaded.warnings(inDays(91))).toEqual([expect.stringMatching(/expired on/)])
  })

  it('is replaced while the server runs, for new connections', async () => {
    const { files, loaded } = await load(chain().fullChain, chain().key)
    const listener = await start(loaded.current.secureContext)
    writeFileSync(files.certificate, other().fullChain)
    expect(await loaded.renew(now())).toEqual({ outcome: 'tried' })
    expect(await loaded.renew(now())).toMatchObject({ outcome: 'refused' })
    expect(loaded.warnings(now())).toEqual([
      expect.stringContaining('renewed TLS certificate is not used'),
    ])
    rmSync(files.key)
    symlinkSync(join(other().folder, 'leaf.key'), files.key)
    expect(await loaded.renew(now())).toEqual({ outcome: 'replaced' })
    expect((await ask(listener.port)).fingerprint256).toBe(fingerprint(chain().leaf))
    listener.setTls(loaded.current.secureContext)
    expect((await ask(listener.port)).fingerprint256).toBe(fingerprint(other().leaf))
    expect(loaded.warnings(now())).toEqual([])
  })

  it('is not taken at once when its intermediate is missing', async () => {
    const { files, loaded } = await load(chain().fullChain, chain().key)
    writeFileSync(files.certificate, other().leaf)
    writeFileSync(files.key, other().key)
    expect(await loaded.renew(now())).toEqual({ outcome: 'tried' })
    expect(loaded.current.chain).toHaveLength(2)
    expect(await loaded.renew(now())).toEqual({ outcome: 'replaced' })
    expect(loaded.warnings(now())).toEqual([expect.stringContaining('intermediate')])
  })
})

function weak(folder: string): readonly [certificate: string, key: string] {
  const key = createKey('RSA-1024')
  return [selfSign(folder, key, 'leaf'), key]
}
