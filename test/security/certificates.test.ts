import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { createTestChain } from '../support/certificates.js'
import { openssl } from '../support/openssl.js'
import { integer } from '../support/pkcs12.js'
import { isMissing } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { startServer } from '../support/server.js'

const PASSPHRASE = 'geheim'
const folder = mkdtempSync(join(tmpdir(), 'mailprofile-certificates-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

promise(
  'A PKCS#12 file or a key that wants millions of rounds to open is refused at once; while one with fewer opens, the server goes on answering.',
  () => {
    it.skipIf(isMissing('openssl'))('renewed while the server runs', async () => {
      const chain = createTestChain(folder, 'P-256')
      const file = join(folder, 'identity.p12')
      const replace = (content: Buffer) => {
        writeFileSync(`${file}.new`, content)
        renameSync(`${file}.new`, file)
      }
      const made = (rounds: number) =>
        openssl([
          ...['pkcs12', '-export', '-inkey', join(chain.folder, 'leaf.key')],
          ...['-in', join(chain.folder, 'fullchain.pem'), '-passout', `pass:${PASSPHRASE}`],
          ...['-iter', String(rounds)],
        ])
      replace(made(2048))
      writeFileSync(
        join(folder, 'mailprofile.yaml'),
        `store: 'memory:'\nsigning: { pkcs12: identity.p12, passphrase: ${PASSPHRASE} }\n`,
      )
      const server = await startServer([], { cwd: folder })
      try {
        const told = (text: string) => server.lines.some((line) => line.includes(text))
        const slow = made(100_000)
        for (const at of [slow.lastIndexOf(integer(100_000)), slow.indexOf(integer(100_000))]) {
          integer(3_000_000).copy(slow, at)
        }
        replace(slow)
        server.process.kill('SIGHUP')
        await vi.waitFor(() => expect(told('3000000 rounds')).toBe(true), 30_000)

        replace(made(600_000))
        server.process.kill('SIGHUP')
        let answersBefore = 0
        while (!told('The renewed signing certificate is in use.')) {
          expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
          answersBefore++
        }
        expect(answersBefore).toBeGreaterThan(10)
      } finally {
        await server.stop()
      }
    })
  },
)
