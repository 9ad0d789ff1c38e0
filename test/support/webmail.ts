import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { createApiKey, hashApiKey } from '../../src/http/api/key.js'
import { launchChromium, PUBLIC_HOST } from './chromium.js'
import { withFreePorts } from './free-ports.js'
import { startMailServers, type MailServers } from './mail-servers.js'
import type { Mailbox } from './mailboxes.js'
import { startRoundcube, type PhpValues, type Roundcube } from './roundcube.js'
import { commonServerCertificate } from './server-certificate.js'
import { startServer, type RunningServer } from './server.js'
import { ask, type WireAnswer, type WireRequest } from './wire.js'

/** The build with https and a key for the webmail's domain. */
export interface WebmailsServer {
  /** As the webmail reaches it. */
  readonly url: string
  readonly port: number
  /** For example.test only. */
  readonly key: string
  /** For other.test only. */
  readonly otherKey: string
  /** All invitations that the webmail has made. */
  invitations(): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** A request as people's devices send it. */
  ask(target: string, options?: WireRequest): Promise<WireAnswer>
  readonly lines: readonly string[]
  stop(): Promise<unknown>
}

/** A webmail whose people can set up their phones, and all that is behind it. */
export interface Webmail {
  readonly mail: MailServers
  readonly server: WebmailsServer
  readonly roundcube: Roundcube
  /** The authority of the server's certificate, a file. */
  readonly ca: string
  /** It finds that server by its public name. */
  readonly browser: Browser
  /** What the plugin is told when nothing is to be different. */
  readonly values: PhpValues
  /** Somebody who has logged in. */
  logIn(mailbox: Mailbox, options?: BrowserContextOptions): Promise<Page>
  stop(): Promise<void>
}

/** @param settings of Roundcube */
export async function startWebmail(folder: string, settings: PhpValues = {}): Promise<Webmail> {
  const mail = await startMailServers()
  mkdirSync(join(folder, 'mailprofile'))
  mkdirSync(join(folder, 'roundcube'))
  const server = await startWebmailsServer(join(folder, 'mailprofile'))
  const roundcube = await startRoundcube(join(folder, 'roundcube'), mail, settings)
  const browser = await launchChromium(`127.0.0.1:${server.port}`)
  const ca = join(folder, 'mailprofile', 'ca.pem')
  const values = {
    mailprofile_url: server.url,
    mailprofile_key: server.key,
    mailprofile_ca: ca,
  }
  return {
    ...{ mail, server, roundcube, browser, ca, values },
    async logIn(mailbox, options = {}) {
      // The public name's certificate is none that Chromium knows.
      const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options })
      const page = await context.newPage()
      await page.goto(roundcube.url)
      await page.fill('#rcmloginuser', mailbox.incomingUsername)
      await page.fill('#rcmloginpwd', mailbox.password)
      await page.click('#rcmloginsubmit')
      await page.waitForURL(/_task=mail/)
      return page
    },
    async stop() {
      await browser.close()
      await Promise.all([roundcube.stop(), server.stop(), mail.stop()])
    },
  }
}

function startWebmailsServer(folder: string): Promise<WebmailsServer> {
  const {
    ca,
    chain,
    key: privateKey,
  } = commonServerCertificate({
    names: ['localhost', PUBLIC_HOST],
  })
  const key = createApiKey(randomBytes)
  const otherKey = createApiKey(randomBytes)
  const looker = createApiKey(randomBytes)
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  mkdirSync(join(folder, 'providers'))
  write('ca.pem', ca)
  write('chain.pem', chain)
  write('key.pem', privateKey)
  chmodSync(join(folder, 'key.pem'), 0o600)
  write('providers/example.yaml', providerFile('example', 'example.test'))
  write('providers/other.yaml', providerFile('other', 'other.test'))
  write(
    'mailprofile.yaml',
    `baseUrl: https://${PUBLIC_HOST}
tls: { certificate: chain.pem, key: key.pem }
signing: { certificate: chain.pem, key: key.pem }
providers: ./providers
serve: { domains: [example.test, other.test] }
store: sqlite:mailprofile.db
api:
  keys:
    - name: webmail
      hash: '${hashApiKey(key)}'
      scopes: [invitations:write]
      domains: [example.test]
    - name: other
      hash: '${hashApiKey(otherKey)}'
      scopes: [invitations:write]
      domains: [other.test]
    - name: looker
      hash: '${hashApiKey(looker)}'
      scopes: [invitations:read, invitations:all]
`,
  )
  return withFreePorts(['https'], async ({ https: port }) => {
    const place = { port, servername: PUBLIC_HOST }
    const argv = ['--port', String(port)]
    const server: RunningServer = await startServer(argv, { cwd: folder })
    let stopped: Promise<unknown> | undefined
    return {
      url: `https://localhost:${port}`,
      port,
      key,
      otherKey,
      lines: server.lines,
      ask: (target, options) => ask(place, target, options),
      async invitations() {
        const headers = [`Authorization: Bearer ${looker}`]
        const { body } = await ask(place, '/api/v1/invitations', { headers })
        return (JSON.parse(body.toString()) as { invitations: Readonly<Record<string, unknown>>[] })
          .invitations
      },
      stop: () => (stopped ??= server.stop()),
    }
  })
}

function providerFile(id: string, domain: string): string {
  const server = (protocol: string, port: number) =>
    `{ protocol: ${protocol}, host: mail.${domain}, port: ${port}, security: tls, ` +
    `authentication: password-cleartext, username: '%EMAILADDRESS%' }`
  return `id: ${id}
name: ${id}
domains: [${domain}]
incoming: [${server('imap', 993)}]
outgoing: [${server('smtp', 465)}]
`
}
