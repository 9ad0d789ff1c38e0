import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { createServer as createHttpServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'

const CHECK = fileURLToPath(new URL('../../packaging/container/healthcheck.mjs', import.meta.url))

async function serverAt(host: string, status: number): Promise<string> {
  const server = createHttpServer((request, response) => {
    response.writeHead(request.url === '/readyz' ? status : 404).end()
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, host), 'listening')
  return String((server.address() as AddressInfo).port)
}

function check(env: Readonly<Record<string, string>>): Promise<number | null> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CHECK], { env: { ...env } }, () => {
      resolve(child.exitCode)
    })
  })
}

describe('the health check of the image', () => {
  it.each([200, 503])('says what /readyz does: %s', async (status) => {
    const PORT = await serverAt('127.0.0.1', status)
    const MAILPROFILE_LISTEN_HOST = '0.0.0.0'
    expect(await check({ PORT, MAILPROFILE_LISTEN_HOST })).toBe(status === 200 ? 0 : 1)
  })

  // Elsewhere, loopback has one address.
  it.skipIf(process.platform !== 'linux')('asks where the server listens', async () => {
    const host = '127.0.0.2'
    const PORT = await serverAt(host, 200)
    expect(await check({ PORT, MAILPROFILE_LISTEN_HOST: host })).toBe(0)
  })

  /** A file as whoever makes secrets writes it. */
  function fileWith(text: string): string {
    const file = join(temporaryFolder(), 'value')
    writeFileSync(file, text)
    return file
  }

  it.each([(port: string) => port, (port: string) => `\uFEFF${port}\r\n`])(
    'reads variables from files, as the server does: %#',
    async (write) => {
      const port = await serverAt('127.0.0.1', 200)
      const MAILPROFILE_LISTEN_PORT_FILE = fileWith(write(port))
      const MAILPROFILE_LISTEN_HOST_FILE = fileWith('0.0.0.0\n')
      const ofImage = { PORT: '8080', MAILPROFILE_LISTEN_HOST: '' }
      const files = { MAILPROFILE_LISTEN_PORT_FILE, MAILPROFILE_LISTEN_HOST_FILE }
      expect(await check({ ...ofImage, ...files })).toBe(0)
    },
  )

  it('takes no address of Kubernetes for a port of its own', async () => {
    const PORT = await serverAt('127.0.0.1', 200)
    const MAILPROFILE_LISTEN_PORT = 'tcp://10.0.0.1:80'
    expect(await check({ PORT, MAILPROFILE_LISTEN_PORT })).toBe(0)
  })

  it('fails where nobody listens', async () => {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    await once(server.close(), 'close')
    expect(await check({ PORT: String(port) })).toBe(1)
  })
})
