import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startServer, type RunningServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PROVIDER = `
id: host
name: Host
domains: [one.example]
domainsFile: customers.txt
incoming:
  - { protocol: imap, host: imap.host.example, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.host.example, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`

async function start(configuration: string): Promise<{ cwd: string; server: RunningServer }> {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'own'))
  writeFileSync(join(cwd, 'own/host.yaml'), PROVIDER)
  writeFileSync(join(cwd, 'own/customers.txt'), 'two.example\n')
  writeFileSync(join(cwd, 'served.txt'), 'one.example\n')
  writeFileSync(join(cwd, 'mailprofile.yaml'), configuration)
  const server = await startServer([], { cwd })
  onTestFinished(async () => {
    await server.stop()
  })
  return { cwd, server }
}

const status = async ({ url }: RunningServer, domain: string) =>
  (await fetch(`${url}/setup?address=ann@${domain}`)).status

const warningsOf = async ({ url }: RunningServer) => {
  const { warnings } = (await (await fetch(`${url}/readyz`)).json()) as { warnings: string[] }
  return warnings.join('\n')
}

/** Tells the server to look, and waits for what it says. */
async function look(server: RunningServer, words: string): Promise<void> {
  const before = server.lines.length
  server.process.kill('SIGHUP')
  await expect.poll(() => server.lines.slice(before).join('\n')).toContain(words)
}

describe('a server whose provider files change', () => {
  it('serves new domains, and goes on with the old ones after a mistake', async () => {
    const { cwd, server } = await start('providers: own\nserve: { catalogue: false }\n')
    expect(await status(server, 'two.example')).toBe(200)
    expect(await status(server, 'three.example')).toBe(404)
    expect(await status(server, 'btinternet.com')).toBe(404)

    writeFileSync(join(cwd, 'own/customers.txt'), 'two.example\nthree.example\n')
    await look(server, 'have been read again and are in use')
    expect(await status(server, 'three.example')).toBe(200)

    expect(await warningsOf(server)).not.toContain('provider files')
    writeFileSync(join(cwd, 'own/customers.txt'), 'two.example\nfour example\n')
    await look(server, 'customers.txt:2: ')
    expect(await status(server, 'three.example')).toBe(200)
    // Anybody may read it: no path.
    expect(await warningsOf(server)).toContain(
      'The provider files have changed and cannot be used, the old ones stay: the log says why.',
    )

    writeFileSync(join(cwd, 'own/host.yaml'), PROVIDER.replace('domainsFile: customers.txt\n', ''))
    await look(server, 'have been read again and are in use')
    expect(await warningsOf(server)).not.toContain('provider files')
    expect(await status(server, 'three.example')).toBe(404)
  })

  it('follows a link that is turned to another file, as Kubernetes does it', async () => {
    const { cwd, server } = await start(
      'providers: own\nserve: { catalogue: false, domainsFile: served.txt }\n',
    )
    expect(await status(server, 'one.example')).toBe(200)
    expect(await status(server, 'two.example')).toBe(404)
    writeFileSync(join(cwd, 'next.txt'), 'two.example\n')
    symlinkSync('next.txt', join(cwd, 'link'))
    rmSync(join(cwd, 'served.txt'))
    renameSync(join(cwd, 'link'), join(cwd, 'served.txt'))
    await look(server, 'have been read again and are in use')
    expect(await status(server, 'one.example')).toBe(404)
    expect(await status(server, 'two.example')).toBe(200)
  })
})
