import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readCms } from '../support/cms.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { createGenerations, REPLACEMENTS } from '../support/rotating-certificate.js'
import { runs } from '../support/runs.js'
import { startServer } from '../support/server.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// Every way of replacing it at least once.
const ROUNDS = Math.max(REPLACEMENTS.length, runs(20))
const CLIENTS = 4
// Each profile is verified by a process of its own.
const PAUSE = 5

const CONFIGURATION = `
signing: { certificate: certs/fullchain.pem, key: certs/privkey.pem }
tls: { certificate: certs/fullchain.pem, key: certs/privkey.pem }
store: 'memory:'
limits: { enabled: false }
`

interface Download {
  readonly status: number | undefined
  readonly body: Buffer
  /** Serial numbers. */
  readonly presented: string
  /** The oldest generation and the newest that it may come from. */
  readonly from: number
  readonly to: number
}

describe.skipIf(isMissing('openssl'))('a certificate that is replaced under load', () => {
  const made = suite((folder) => createGenerations(folder, ROUNDS + 1))

  it('fails no request, and signs with what is current', async () => {
    const { root, generations } = made()
    const cwd = temporaryFolder()
    const folder = join(cwd, 'certs')
    mkdirSync(folder)
    writeFileSync(join(cwd, 'mailprofile.yaml'), CONFIGURATION)
    const replace = (round: number, tell: () => void) => {
      const next = generations[round]
      if (next !== undefined) REPLACEMENTS[round % REPLACEMENTS.length]?.(folder, next, tell)
    }
    replace(0, () => undefined)
    const server = await startServer([], { cwd })
    onTestFinished(async () => {
      await server.stop()
    })

    // What is surely in use, and what may be.
    let [used, written] = [0, 0]
    let isOver = false
    const downloads: Download[] = []
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (!isOver) {
        const from = used
        const answer = await download(server.url, root)
        downloads.push({ ...answer, from, to: written })
        await sleep(PAUSE)
      }
    })
    const tell = () => server.process.kill('SIGHUP')
    for (let round = 1; round <= ROUNDS; round++) {
      written = round
      replace(round, tell)
      tell()
      await vi.waitFor(() => {
        expect(inUse(server.lines, 'signing')).toBe(round)
        expect(inUse(server.lines, 'TLS')).toBe(round)
      }, 20_000)
      used = round
    }
    isOver = true
    await Promise.all(clients)

    expect(downloads.length).toBeGreaterThan(ROUNDS)
    for (const { status, body, presented, from, to } of downloads) {
      expect(status).toBe(200)
      expect(verifyCms(body, root)?.toString()).toContain('EmailTypeIMAP')
      const current = generations.slice(from, to + 1).map(({ serialNumber }) => serialNumber)
      expect(current).toContain(presented)
      expect(current).toContain(signerOf(body))
    }
  })
})

/** A profile over a connection of its own; a handshake that fails rejects. */
async function download(url: string, ca: string) {
  const sent = request(`${url}/formats/apple-profile?address=ann@btinternet.com`, {
    agent: false,
    ca,
    checkServerIdentity: () => undefined,
  })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const { socket } = response
  if (!(socket instanceof TLSSocket)) throw new Error('It is not https.')
  const presented = socket.getPeerCertificate().serialNumber
  const body = Buffer.concat((await response.toArray()) as Buffer[])
  return { status: response.statusCode, body, presented }
}

// The certificates of SignedData are in the order of their bytes.
function signerOf(body: Buffer): string | undefined {
  const certificates = readCms(body).certificates.map((der) => new X509Certificate(der))
  return certificates.find(({ ca }) => !ca)?.serialNumber
}

function inUse(lines: readonly string[], title: string): number {
  return lines.filter((line) => line.includes(`${title} certificate is in use`)).length
}
