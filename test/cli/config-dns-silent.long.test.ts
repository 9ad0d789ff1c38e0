import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCli } from '../support/cli.js'
import { startPrimaryServer } from '../support/primary-server.js'
import { isMissing } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PROVIDER = `
id: example
name: Example Mail
domains: [example.test]
incoming:
  - { protocol: imap, host: mail.example.test, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: mail.example.test, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`

// As behind a firewall that lets questions through, and no connections.
describe.skipIf(isMissing('knotd') || isMissing('nsupdate'))('config dns --apply', () => {
  it('waits once for a server that answers by UDP only', async () => {
    const primary = await startPrimaryServer()
    onTestFinished(() => primary.stop())
    const connections: Socket[] = []
    const silent = createServer((socket) => {
      // It is cut off when nsupdate is told to stop.
      connections.push(socket.on('error', () => undefined))
    }).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    const front = createSocket('udp4')
    front.bind(port, '127.0.0.1')
    await once(front, 'listening')
    front.on('message', (question, from) => {
      const back = createSocket('udp4')
      back.once('message', (answer) => {
        front.send(answer, from.port, from.address)
        back.close()
      })
      back.send(question, Number(primary.address.split(':')[1]), '127.0.0.1')
    })
    onTestFinished(() => {
      front.close()
      silent.close()
      for (const socket of connections) socket.destroy()
    })
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, 'providers'))
    writeFileSync(join(cwd, 'providers/example.yaml'), PROVIDER)
    writeFileSync(join(cwd, 'mailprofile.yaml'), 'providers: [providers]\n')
    const argv = [
      'config',
      'dns',
      'example.test',
      '--apply',
      '--yes',
      '--key-file',
      primary.keyFile,
    ]
    const { exitCode, stderr } = await runCli([...argv, '--server', `127.0.0.1:${port}`], {
      cwd,
      env: { PATH: process.env['PATH'] },
    })
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^dns_update_failed: The name server .* did not answer by TCP/),
    ])
    // The next may have been opened before nsupdate was told to stop; a dozen wait.
    expect(connections.length).toBeLessThanOrEqual(2)
  }, 60_000)
})
