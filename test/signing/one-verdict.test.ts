import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat } from '../../src/formats/export.js'
import { inspectProfile } from '../../src/inspection/inspect.js'
import { loadSigningIdentity } from '../../src/signing/identity.js'
import type { TrustReason } from '../../src/signing/trust.js'
import { annJson } from '../support/accounts.js'
import { get, readable, testApp } from '../support/app.js'
import { runCli } from '../support/cli.js'
import { createParty, issue } from '../support/issue.js'
import { some } from '../support/runs.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const root = createParty('Test root')
const authority = createParty('Test authority')
const server = createParty('setup.example.com')
const rootPem = issue(root, root, { ca: true, to: 3000 })
const intermediate = issue(authority, root, { ca: true, to: 400 })
const leaf = issue(server, authority)

const SETUP = '/setup?address=ann@btinternet.com'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

interface Case {
  readonly reason: TrustReason
  /** Undefined for the identity that a start makes itself. */
  readonly certificate?: string
  /** What operators are told. */
  readonly told: RegExp
  /** What people are told. */
  readonly page: RegExp
}

const CASES: readonly Case[] = [
  {
    reason: 'development',
    told: /development certificate/,
    page: /uses a development certificate/,
  },
  {
    reason: 'self-signed',
    certificate: issue(server, server),
    told: /is self-signed/,
    page: /issued its certificate to itself/,
  },
  {
    reason: 'unknown root',
    certificate: leaf + intermediate + rootPem,
    told: /no public root.*“Test root”/,
    page: /private authority\. If your organisation has given this device its own root/,
  },
  {
    reason: 'missing intermediate',
    certificate: leaf,
    told: /intermediate certificate is missing/,
    page: /a part of this server’s certificate is missing/,
  },
  {
    reason: 'ended',
    certificate: leaf + issue(authority, root, { ca: true, from: -400, to: -3 }),
    told: /intermediate certificate of the signing chain expired on .*“Test authority”/,
    page: /a certificate of this server has ended/,
  },
  {
    reason: 'not yet valid',
    certificate: leaf + issue(authority, root, { ca: true, from: 3, to: 400 }),
    told: /intermediate certificate of the signing chain is not valid before/,
    page: /is not valid yet/,
  },
  {
    reason: 'key usage',
    certificate: issue(server, authority, { keyUsage: { keyEncipherment: true } }) + intermediate,
    told: /not for signatures/,
    page: /not meant for signatures/,
  },
]

describe('the verdict on a signing certificate', () => {
  it.each(some(CASES, 2))(
    'is one everywhere: $reason',
    async ({ reason, certificate, told, page }) => {
      const cwd = temporaryFolder()
      const file = (name: string) => join(cwd, name)
      writeFileSync(file('chain.pem'), certificate ?? '')
      writeFileSync(file('key.pem'), server.key)
      const signing = 'signing: { certificate: chain.pem, key: key.pem }\n'
      writeFileSync(
        file('mailprofile.yaml'),
        `store: 'memory:'\n${certificate === undefined ? '' : signing}`,
      )
      const running = await startServer([], { cwd })
      onTestFinished(async () => {
        await running.stop()
      })
      const ask = async (path: string) => (await fetch(`${running.url}${path}`)).text()

      expect(running.lines.filter((line) => told.test(line))).toHaveLength(1)
      const { warnings } = JSON.parse(await ask('/readyz')) as { warnings: string[] }
      expect(warnings.filter((warning) => told.test(warning))).toHaveLength(1)
      const check = await runCli(['config', 'check', '--json'], { cwd, env: { HOME: cwd } })
      expect(check.exitCode).toBe(0)
      const { findings } = JSON.parse(check.stdout.toString()) as {
        findings: { subject: string; state: string; message: string }[]
      }
      const ofSigning = findings.filter(
        (one) => one.subject === 'signing' && one.state === 'warning',
      )
      expect(ofSigning.map(({ message }) => message)).toEqual(warnings)

      const profile = await fetch(`${running.url}/formats/apple-profile?address=ann@btinternet.com`)
      writeFileSync(file('a.mobileconfig'), new Uint8Array(await profile.arrayBuffer()))
      const inspected = await runCli(['inspect', 'a.mobileconfig', '--json'], { cwd })
      expect(inspected.exitCode).toBe(0)
      const report = JSON.parse(inspected.stdout.toString()) as {
        signature: { trust: { reason: string } }
        warnings: string[]
      }
      expect(report.signature.trust.reason).toBe(reason)
      expect(report.warnings.filter((warning) => sentenceOf(told).test(warning))).toHaveLength(1)
      const html = readable(await (await fetch(`${running.url}${SETUP}`, iphone)).text())
      expect(html).toContain('You will see “Not Verified” in red')
      expect(html).toMatch(page)
      expect(html.includes('you see a green “Verified”')).toBe(reason === 'unknown root')
    },
  )

  it('is good only with a whole chain to a root that devices trust', async () => {
    const roots = [rootPem]
    const source = { certificate: leaf + intermediate, key: server.key }
    const signingIdentity = await loadSigningIdentity(source, { roots })
    expect(signingIdentity.trust(new Date())).toEqual({ reason: 'good', problems: [], soon: [] })
    const app = testApp({ signingIdentity })
    const html = readable((await get(app, SETUP, iphone.headers)).body.toString())
    expect(html).toContain('with a green “Verified”')
    expect(html).not.toMatch(/not verified/i)
    const ready = JSON.parse((await get(app, '/readyz')).body.toString()) as object
    expect(ready).toMatchObject({ warnings: [] })
    const { body } = await exportFormat('apple-profile', parseAccount(annJson()), {
      signingIdentity,
    })
    const report = await inspectProfile(body, { roots })
    expect(report.signature).toMatchObject({ valid: true, chain: 'trusted', warnings: [] })
    expect(report.signature?.trust?.reason).toBe('good')
  })

  it('lets a public root of Node’s list through by its names and signature only', async () => {
    // The name of a public root is on a certificate that it did not issue.
    const impostor = createParty('ISRG Root X1')
    const forged = issue(authority, impostor, { ca: true })
    const identity = await loadSigningIdentity({ certificate: leaf + forged, key: server.key })
    expect(identity.trust(new Date()).reason).toBe('unknown root')
    const leafAsAuthority = createParty('leaf')
    const byLeaf = issue(server, leafAsAuthority) + issue(leafAsAuthority, authority) + intermediate
    const chained = await loadSigningIdentity(
      { certificate: byLeaf, key: server.key },
      { roots: [rootPem] },
    )
    expect(chained.trust(new Date()).reason).toBe('missing intermediate')
  })
})

const iphone = { headers: { 'User-Agent': IPHONE } }

/** Without the name of a certificate, which a profile's chain may end with another one. */
function sentenceOf({ source }: RegExp): RegExp {
  return new RegExp(source.replace(/\.\*“.*$/, ''))
}
