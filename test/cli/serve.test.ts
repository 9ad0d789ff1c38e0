import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadDevelopmentIdentity } from '../../src/signing/development.js'
import { readSignedData } from '../../src/signing/read-cms.js'
import { runCli } from '../support/cli.js'
import { bringDevelopmentCertificate } from '../support/development-certificate.js'
import { inLongSuite } from '../support/runs.js'
import { startServer } from '../support/server.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('serve', () => {
  it('needs no configuration, warns once, and stops on SIGTERM', async () => {
    const cwd = temporaryFolder()
    const server = await startServer([], { cwd, env: { XDG_STATE_HOME: join(cwd, 'state') } })
    const page = await fetch(`${server.url}/setup?address=ann@btinternet.com`)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('mail.btinternet.com')
    const key = join(cwd, 'state/mailprofile/development/key.pem')
    expect(statSync(key).mode & 0o777).toBe(0o600)
    const store = join(cwd, 'state/mailprofile/mailprofile.db')
    expect(statSync(store).mode & 0o777).toBe(0o600)
    expect(await server.stop()).toBe(0)
    expect(server.lines.filter((line) => line.includes('Not Verified'))).toHaveLength(1)
    expect(server.lines.join('\n')).not.toContain('ann')
  })

  it('signs with the configured identity and names itself as configured', async () => {
    const cwd = temporaryFolder()
    await loadDevelopmentIdentity(join(cwd, 'tls'))
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      'signing: { certificate: tls/development/certificate.pem, key: tls/development/key.pem }\n' +
        'branding: { name: Example Mail }\nserve: { domains: [icloud.com] }\n',
    )
    const server = await startServer([], { cwd })
    onTestFinished(async () => {
      await server.stop()
    })
    const page = await (await fetch(`${server.url}/setup?address=ann@icloud.com`)).text()
    expect(page).toContain('Example Mail')
    expect((await fetch(`${server.url}/setup?address=ann@btinternet.com`)).status).toBe(404)
  })

  inLongSuite('warns of domains that nobody knows, or that cannot be set up', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'domains.txt'), 'b.example\nproton.me\n')
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      `serve: { domains: [icloud.com, a.example], domainsFile: domains.txt }
api: { keys: [{ name: desk, hash: 'sha256:${'0a'.repeat(32)}', domains: [c.example] }] }
`,
    )
    const server = await startServer([], { cwd })
    expect(await server.stop()).toBe(0)
    const warnings = server.lines.filter((line) => /serve\.|api\.keys/.test(line))
    expect(warnings).toEqual([
      expect.stringContaining('serve.domains: Nobody at a.example can be set up'),
      expect.stringContaining('serve.domainsFile: Nobody at b.example can be set up'),
      expect.stringContaining('serve.domainsFile: Nobody at proton.me can be set up.'),
      expect.stringContaining('api.keys: desk: c.example is not served here.'),
    ])
  })

  inLongSuite('uses a renewed certificate on SIGHUP', async () => {
    const cwd = temporaryFolder()
    await loadDevelopmentIdentity(join(cwd, 'old'))
    await loadDevelopmentIdentity(join(cwd, 'new'))
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      'signing: { certificate: old/development/certificate.pem, key: old/development/key.pem }\n',
    )
    const server = await startServer([], { cwd })
    onTestFinished(async () => {
      await server.stop()
    })
    rmSync(join(cwd, 'old'), { recursive: true })
    renameSync(join(cwd, 'new'), join(cwd, 'old'))
    server.process.kill('SIGHUP')
    await expect
      .poll(() => server.lines.join('\n'))
      .toContain('The new signing certificate is in use.')
    const url = `${server.url}/formats/apple-profile?address=ann@btinternet.com`
    const { signature } = readSignedData(new Uint8Array(await (await fetch(url)).arrayBuffer()))
    const pem = readFileSync(join(cwd, 'old/development/certificate.pem'))
    expect(signature.notAfter).toEqual(new Date(new X509Certificate(pem).validTo))
  })

  it('--lan announces the address of the local network', async () => {
    const stop = new AbortController()
    const home = await homeWithCertificate()
    const { stderr, exitCode } = await runCli(
      ['serve', '--lan', '--host', '127.0.0.1', '--port', '0'],
      {
        cwd: temporaryFolder(),
        env: { HOME: home, MAILPROFILE_STORE: 'memory:' },
        terminal: true,
        signal: stop.signal,
        onStderr: (text) => {
          if (text.includes('trying it out')) stop.abort()
        },
        networkInterfaces: () => ({
          docker0: [address('172.17.0.1')],
          lo: [{ ...address('127.0.0.1'), internal: true }],
          eth0: [address('192.168.7.8')],
        }),
      },
    )
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/http:\/\/192\.168\.7\.8:\d+/)
    expect(stderr).toContain('\u001b[38;5;16;48;5;231m')
  })

  // A name that begins as a number of this machine does is somebody else's.
  it.each([
    ['http://127.example.com', true],
    ['http://localhost.example.com', true],
    ['http://127.0.0.1:8080', false],
    ['http://localhost:8080', false],
    ['http://[::1]:8080', false],
  ])('announces %s with a code for phones: %s', async (baseUrl, withCode) => {
    const stop = new AbortController()
    const home = await homeWithCertificate()
    const { stderr, exitCode } = await runCli(['serve', '--host', '127.0.0.1', '--port', '0'], {
      cwd: temporaryFolder(),
      env: { HOME: home, MAILPROFILE_STORE: 'memory:', MAILPROFILE_BASE_URL: baseUrl },
      terminal: true,
      signal: stop.signal,
      onStderr: (text) => {
        if (/answers only|38;5;16;48/.test(text)) stop.abort()
      },
    })
    expect(exitCode).toBe(0)
    expect(stderr).toContain(`mailprofile is ready: ${baseUrl}`)
    expect(stderr.includes('\u001b[38;5;16;48;5;231m')).toBe(withCode)
    expect(stderr.includes('It answers only this machine.')).toBe(!withCode)
  })

  it('logs where it listens', async () => {
    const cwd = temporaryFolder()
    const env = { MAILPROFILE_STORE: 'memory:', MAILPROFILE_METRICS_PORT: '0' }
    const server = await startServer(['--host', '127.0.0.2'], {
      cwd,
      env: { ...env, MAILPROFILE_BASE_URL: 'https://setup.example.com/mail' },
    })
    onTestFinished(async () => {
      await server.stop()
    })
    const lines = server.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const port = expect.any(Number) as number
    const url = 'https://setup.example.com/mail'
    const place = { host: '127.0.0.2', port, url, msg: 'listening' }
    expect(lines).toContainEqual(expect.objectContaining(place))
    const metrics = { host: '127.0.0.1', port, msg: 'listening for metrics' }
    expect(lines).toContainEqual(expect.objectContaining(metrics))
    const found = lines.find(({ msg }) => msg === 'listening')
    const answer = await fetch(`http://127.0.0.2:${String(found?.['port'])}/mail/healthz`)
    expect(answer.status).toBe(200)
  })

  it('warns of a TLS certificate for another host, in its log and for everybody', async () => {
    const cwd = temporaryFolder()
    const { ca, chain, key } = commonServerCertificate({ names: ['www.example.com'] })
    writeFileSync(join(cwd, 'chain.pem'), chain)
    writeFileSync(join(cwd, 'key.pem'), key, { mode: 0o600 })
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      "baseUrl: https://setup.example.com\nstore: 'memory:'\n" +
        'tls: { certificate: chain.pem, key: key.pem }\n',
    )
    const server = await startServer([], { cwd })
    onTestFinished(async () => {
      await server.stop()
    })
    const lines = server.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const port = Number(lines.find(({ msg }) => msg === 'listening')?.['port'])
    expect(server.lines.join('\n')).toContain('It is for www.example.com, and baseUrl names setup.')
    const body = await new Promise<string>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/readyz',
        ca,
        servername: 'www.example.com',
      }
      get(options, (response) => {
        void text(response).then(resolve, reject)
      }).once('error', reject)
    })
    const { warnings } = JSON.parse(body) as { warnings: string[] }
    const told = warnings.filter((warning) => warning.includes('not for the host of baseUrl'))
    expect(told).toHaveLength(1)
    expect(told[0]).not.toContain('example.com')
  })

  it('says when the port is in use', async () => {
    const other = createServer()
    onTestFinished(() => closed(other))
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const home = await homeWithCertificate()
    const { exitCode, stderr } = await runCli(['serve', '--port', String(port)], {
      cwd: home,
      env: { HOME: home, MAILPROFILE_STORE: 'memory:' },
    })
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^port_in_use: /)])
  })

  it.each<[name: string, env: Record<string, string>, argv?: string[]]>([
    [
      'a certificate that is missing',
      { MAILPROFILE_SIGNING_CERTIFICATE: 'no.pem', MAILPROFILE_SIGNING_KEY: 'no.pem' },
    ],
    ['a key without a certificate', { MAILPROFILE_SIGNING_KEY: 'key.pem' }],
    ['a port that is none', { PORT: '70000' }],
    ['a baseUrl that is none', { MAILPROFILE_BASE_URL: 'setup.example.com' }],
    ['metrics on its own port', { MAILPROFILE_METRICS_PORT: '8081', PORT: '8081' }, []],
    ['metrics on the port of --port', { MAILPROFILE_METRICS_PORT: '8081' }, ['--port', '8081']],
    ['a file of providers', { MAILPROFILE_PROVIDERS: process.execPath }],
  ])('does not start with %s', async (_name, env, argv = ['--port', '0']) => {
    const { exitCode, stderr } = await runCli(['serve', ...argv], {
      cwd: temporaryFolder(),
      env: { MAILPROFILE_STORE: 'memory:', ...env },
    })
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^invalid_configuration: /)])
  })
})

async function homeWithCertificate(): Promise<string> {
  const home = temporaryFolder()
  await bringDevelopmentCertificate(home, { HOME: home })
  return home
}

function address(ip: string) {
  return {
    address: ip,
    netmask: '255.255.255.0',
    family: 'IPv4' as const,
    mac: '00:00:00:00:00:00',
    internal: false,
    cidr: `${ip}/24`,
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
