import { X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formats } from '../../src/formats/index.js'
import { qrSvg } from '../../src/qr/svg.js'
import { askTenant, type TenantAnswer, type TenantRequest } from '../support/ask-tenant.js'
import { IPHONE, PIXEL } from '../support/chromium.js'
import { decodedForms } from '../support/decoded.js'
import { isMissing } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { some } from '../support/runs.js'
import { startServer, type RunningServer } from '../support/server.js'
import { suite } from '../support/suite.js'
import { makeTenants, writeTenants, type TestTenant } from '../support/three-tenants.js'
import { readQrCode } from '../support/zbar.js'

const HTML = { Accept: 'text/html' }
const PAGES = [
  HTML,
  { ...HTML, 'User-Agent': IPHONE.userAgent },
  { ...HTML, 'User-Agent': PIXEL.userAgent },
  { ...HTML, 'Accept-Language': 'ar' },
]
const INVITATIONS = '/api/v1/invitations'

interface Asked extends Omit<TenantRequest, 'host'> {
  readonly target: string
  readonly host?: string
  /** What somebody typed of others: it may come back. */
  readonly typed?: readonly string[]
}

interface Invited {
  readonly id: string
  readonly token: string
  readonly url: string
}

const invitation = (tenant: TestTenant, more: object = {}) => ({
  method: 'POST',
  headers: {
    Authorization: `Bearer ${tenant.apiKey}`,
    'Content-Type': 'application/json',
    // The same call with each, but for what has to differ.
    'Idempotency-Key': 'order-1',
  },
  body: JSON.stringify({
    address: `ann@${tenant.domain}`,
    password: `secret of the ${tenant.word}`,
    reference: `ticket-${tenant.word}`,
    ...more,
  }),
})

promise(
  'No answer at one tenant’s host holds anything of another, whatever is asked there. Nobody is answered at a host that is nobody’s, or over a connection that was made to another tenant.',
  () => describe.each(['http', 'https'] as const)('three tenants on one server over %s', attack),
)

function attack(scheme: 'http' | 'https'): void {
  const tenants = makeTenants()
  const [quokka, wombat] = tenants as [TestTenant, TestTenant]
  const folder = suite((path) => path)
  const invited = new Map<TestTenant, Invited>()
  let server: RunningServer | undefined

  const ask = (target: string, request: TenantRequest): Promise<TenantAnswer> => {
    const port = Number(new URL(server?.url ?? '').port)
    const ca = scheme === 'https' ? tenants.map(({ tls }) => tls.ca) : undefined
    return askTenant({ port, ...(ca === undefined ? {} : { ca }) }, target, request)
  }
  const at = (tenant: TestTenant, target: string, request: Omit<TenantRequest, 'host'> = {}) =>
    ask(target, { host: tenant.host, ...request })
  const textAt = async (...given: Parameters<typeof at>) => (await at(...given)).body.toString()
  const othersOf = (tenant: TestTenant) => tenants.filter((one) => one !== tenant)
  const invitedTo = (tenant: TestTenant): Invited => {
    const found = invited.get(tenant)
    if (found === undefined) throw new Error('Nobody is invited.')
    return found
  }

  beforeAll(async () => {
    writeTenants(folder(), tenants, { tls: scheme === 'https' })
    server = await startServer([], { cwd: folder(), withoutCertificate: true })
    for (const tenant of tenants) {
      const { status, body } = await at(tenant, INVITATIONS, invitation(tenant))
      expect([status, body.toString()]).toEqual([201, expect.any(String)])
      const { id, url } = JSON.parse(body.toString()) as Omit<Invited, 'token'>
      invited.set(tenant, { id, url, token: url.slice(url.lastIndexOf('/') + 1) })
    }
  })
  afterAll(() => server?.stop())

  /** All that somebody may ask at a tenant's host. */
  function everything(tenant: TestTenant): Asked[] {
    const { domain, sharedDomain, apiKey } = tenant
    const { id, token } = invitedTo(tenant)
    const key = { Authorization: `Bearer ${apiKey}` }
    const ann = `address=ann@${domain}`
    const foreign = othersOf(tenant).flatMap((other) => {
      const { domain: theirs, sharedDomain: shared } = other
      const typed = [theirs, shared]
      const asked = (target: string, request: Omit<Asked, 'target'> = {}) => ({
        target,
        typed,
        ...request,
      })
      return [
        ...[theirs, shared].flatMap((one) => [
          ...PAGES.map((headers) => asked(`/setup?address=ann@${one}`, { headers })),
          asked(`/setup?address=ann@${one}`),
          asked(`/setup/qr.png?address=ann@${one}`),
          ...formats.map((format) => asked(`/formats/${format.id}?address=ann@${one}`)),
          asked(`/email.mobileconfig?email=ann@${one}`),
          asked(`/mail/config-v1.1.xml?emailaddress=ann@${one}`),
          asked(`/autodiscover/autodiscover.json?email=ann@${one}`),
          asked(`/autodiscover/autodiscover.json/v1.0/ann@${one}?Protocol=AutodiscoverV1`),
          asked('/autodiscover/autodiscover.xml', autodiscover(`ann@${one}`)),
          asked(`/api/v1/accounts/ann@${one}`, { headers: key }),
        ]),
        // One letter more: near to theirs, and to nothing that is known here.
        { target: `/setup?address=ann@${near(theirs)}`, headers: HTML, typed: [near(theirs)] },
        { target: `/setup?address=ann@${near(theirs)}`, typed: [near(theirs)] },
        ...[other.word, theirs, shared, other.name].map((words) => ({
          target: `/?provider=${encodeURIComponent(words)}`,
          headers: HTML,
          typed: [words],
        })),
        ...[
          `/i/${invitedTo(other).token}`,
          `/i/${invitedTo(other).token}/formats/apple-profile`,
        ].flatMap((target) => [{ target }, { target, headers: HTML }, { target, method: 'POST' }]),
        { target: `${INVITATIONS}/${invitedTo(other).id}`, headers: key },
        asked(INVITATIONS, {
          ...invitation(other),
          headers: { ...invitation(other).headers, ...key },
          typed: [theirs, `ticket-${other.word}`],
        }),
        { target: INVITATIONS, headers: { Authorization: `Bearer ${other.apiKey}` } },
        { target: INVITATIONS, ...invitation(other) },
      ] satisfies Asked[]
    })
    return [
      ...PAGES.flatMap((headers) => [
        { target: '/', headers },
        { target: '/?provider=e', headers },
        { target: `/setup?${ann}`, headers },
        { target: `/setup?address=ann@${sharedDomain}&protocol=pop3`, headers },
        { target: `/setup?address=ann@${near(domain)}`, headers },
        { target: '/setup?address=ann@nowhere.example', headers },
        { target: '/setup?address=nothing', headers },
        { target: '/nothing', headers },
        { target: '/formats/nothing', headers },
        { target: '/i/unknown', headers },
        { target: `/i/${token}`, headers },
      ]),
      { target: `/i/${token}?show`, headers: HTML },
      { target: `/i/${token}`, method: 'POST', headers: HTML },
      { target: `/i/${token}/qr.svg` },
      { target: `/i/${token}/qr.png` },
      { target: `/i/${token}/formats/apple-profile` },
      { target: `/setup/qr.svg?${ann}` },
      { target: `/setup/qr.png?${ann}` },
      ...formats.flatMap((format) => [
        { target: `/formats/${format.id}?${ann}` },
        { target: `/formats/${format.id}?address=ann@${sharedDomain}&name=Ann` },
        { target: `/formats/${format.id}?${ann}&as=png` },
      ]),
      { target: `/email.mobileconfig?email=ann@${domain}` },
      { target: `/mobileconfig?emailaddress=ann@${sharedDomain}` },
      ...[domain, sharedDomain].flatMap((one) => [
        ...[one, `autoconfig.${one}`, `autodiscover.${one}`].flatMap((host) => [
          { target: '/mail/config-v1.1.xml', host },
          { target: '/.well-known/autoconfig/mail/config-v1.1.xml', host },
          { target: '/.well-known/user-agent-configuration.json', host },
          { target: '/autodiscover/autodiscover.xml', host },
          { target: '/autodiscover/autodiscover.json?Protocol=AutodiscoverV1', host },
          { target: '/', host, headers: HTML },
        ]),
        { target: `/mail/config-v1.1.xml?emailaddress=ann@${one}` },
        { target: '/autodiscover/autodiscover.xml', ...autodiscover(`ann@${one}`) },
        { target: `/api/v1/accounts/ann@${one}`, headers: key },
      ]),
      { target: '/mail/config-v1.1.xml' },
      { target: '/.well-known/security.txt' },
      { target: '/robots.txt' },
      { target: '/favicon.ico' },
      { target: '/public/style.css' },
      { target: '/public/logo.svg' },
      { target: '/public/logo.png' },
      { target: '/openapi.json' },
      { target: '/healthz' },
      { target: '/readyz' },
      { target: '/api/v1/formats', headers: key },
      { target: '/api/v1/nothing', headers: key },
      { target: INVITATIONS },
      { target: INVITATIONS, headers: key },
      { target: `${INVITATIONS}?limit=100&state=pending`, headers: key },
      { target: `${INVITATIONS}/${id}`, headers: key },
      { target: INVITATIONS, method: 'OPTIONS', headers: key },
      ...foreign,
    ]
  }

  it('say nothing of one another in any answer', async () => {
    // In the short suite one of them, and another over https.
    const asked = some(scheme === 'https' ? [...tenants].reverse() : tenants, 1)
    for (const tenant of asked) {
      const others = othersOf(tenant)
      const forbidden = others.flatMap((other) => [
        ...[other.word, other.color, other.darkColor, other.contact, other.number, other.apiKey],
        ...[invitedTo(other).id, invitedTo(other).token],
        ...[other.tls, other.signing].map(({ chain }) => new X509Certificate(chain).serialNumber),
      ])
      let ok = 0
      for (const { target, typed = [], host = tenant.host, ...request } of everything(tenant)) {
        const answer = await ask(target, { host, ...request })
        if (answer.status === 200) ok++
        const head = Buffer.from(JSON.stringify(answer.headers))
        const shown = decodedForms(Buffer.concat([head, answer.body, picture(answer)]))
        const rest = [...typed, ...typed.map(encodeURIComponent), target]
          .map((text) => text.toLowerCase())
          .sort((a, b) => b.length - a.length)
          .reduce((text, own) => text.replaceAll(own, ''), shown)
        const found = forbidden.filter((one) => rest.includes(one.toLowerCase()))
        expect([tenant.word, host, target, answer.status, found]).toEqual([
          tenant.word,
          host,
          target,
          answer.status,
          [],
        ])
        const certificate = answer.certificate?.toString('latin1') ?? ''
        expect(others.filter(({ word }) => certificate.includes(word))).toEqual([])
      }
      // Most of it is there to be found.
      expect(ok).toBeGreaterThan(80)
    }
  })

  it('say what is their own', async () => {
    for (const tenant of tenants) {
      const { word, domain, host, url } = tenant
      const page = await textAt(tenant, `/setup?address=ann@${domain}`, { headers: HTML })
      expect(page).toContain(tenant.name)
      expect(page).toContain(`tel:${tenant.number}`)
      expect(page).toContain(`imprint/${word}`)
      expect(page).toContain(`privacy/${word}`)
      expect(await textAt(tenant, '/', { headers: HTML })).toContain(`Welcome, ${word}.`)
      const android = { ...HTML, 'User-Agent': PIXEL.userAgent }
      const setup = await textAt(tenant, `/setup?address=ann@${domain}`, { headers: android })
      expect(setup).toContain(`scheme=${word}mail`)
      const style = await textAt(tenant, '/public/style.css')
      expect(style).toContain(tenant.color)
      expect(style).toContain(tenant.darkColor)
      expect(await textAt(tenant, '/public/logo.svg')).toContain(`Arms of the ${word}`)
      expect(await textAt(tenant, '/.well-known/security.txt')).toContain(`security-${word}@`)
      const profile = await at(tenant, `/formats/apple-profile?address=ann@${domain}`)
      expect(profile.body.toString('latin1')).toContain(`sign.${domain}`)
      expect(invitedTo(tenant).url).toBe(`${url}/i/${invitedTo(tenant).token}`)
      const code = await textAt(tenant, `/setup/qr.svg?address=ann@${domain}`)
      expect(code).toBe(qrSvg(`${url}/setup?address=ann%40${domain}`))
      for (const name of [domain, `autoconfig.${domain}`, tenant.sharedDomain]) {
        const { status, body } = await ask('/mail/config-v1.1.xml', { host: name })
        expect([status, body.toString()]).toEqual([200, expect.stringContaining(word)])
      }
      const suggested = await textAt(tenant, `/setup?address=ann@${near(domain)}`)
      expect(suggested).toContain(`Did you mean ${domain}?`)
      const found = await textAt(tenant, `/?provider=${word}`, { headers: HTML })
      expect(found).toContain(`Post of ${word}`)
      expect(host).toContain(word)
    }
  })

  it('know no invitation of another, as if nobody had made it', async () => {
    const { id, token } = invitedTo(wombat)
    const own = { Authorization: `Bearer ${wombat.apiKey}` }
    const before = await textAt(wombat, `${INVITATIONS}/${id}`, { headers: own })
    const never = 'AAAAAAAAAAAAAAAAAAAAAA'
    const requests: readonly Omit<TenantRequest, 'host'>[] = [
      {},
      { headers: HTML },
      { method: 'POST', headers: HTML },
    ]
    for (const path of ['', '/formats/apple-profile', '/qr.svg', '/qr.png']) {
      for (const request of requests) {
        const foreign = await at(quokka, `/i/${token}${path}`, request)
        const unknown = await at(quokka, `/i/${never}${path}`, request)
        expect(foreign.status).toBe(404)
        expect([foreign.status, foreign.body.toString().replaceAll(token, never)]).toEqual([
          unknown.status,
          unknown.body.toString(),
        ])
      }
    }
    const headers = { Authorization: `Bearer ${quokka.apiKey}` }
    for (const [method, path] of [
      ['GET', `${INVITATIONS}/`],
      ['DELETE', `${INVITATIONS}/`],
    ] as const) {
      const foreign = await at(quokka, `${path}${id}`, { method, headers })
      const unknown = await at(quokka, `${path}${never}`, { method, headers })
      expect([foreign.status, foreign.body.toString()]).toEqual([404, unknown.body.toString()])
    }
    const list = await textAt(quokka, INVITATIONS, { headers })
    expect(list).toContain(invitedTo(quokka).id)
    expect(list).not.toContain(id)
    expect(await textAt(wombat, `${INVITATIONS}/${id}`, { headers: own })).toBe(before)
  })

  it('repeat a call for its own tenant alone', async () => {
    for (const tenant of tenants) {
      const again = await textAt(tenant, INVITATIONS, invitation(tenant))
      expect(JSON.parse(again)).toMatchObject({ url: invitedTo(tenant).url })
    }
  })

  it('take no API key of another', async () => {
    const headers = { Authorization: `Bearer ${wombat.apiKey}` }
    const targets = ['/api/v1/formats', INVITATIONS, `/api/v1/accounts/ann@${wombat.domain}`]
    for (const target of [...targets, `${INVITATIONS}/${invitedTo(wombat).id}`]) {
      expect((await at(quokka, target, { headers })).status).toBe(401)
      expect((await at(wombat, target, { headers })).status).toBe(200)
    }
  })

  it('are found by a host however it is written', async () => {
    const { host } = wombat
    for (const given of [
      host.toUpperCase(),
      `${host}:8443`,
      `${host}.`,
      `SETUP.Wombat.example.:443`,
    ]) {
      const { status, body } = await ask('/', { host: given, servername: host, headers: HTML })
      expect([given, status]).toEqual([given, 200])
      expect(body.toString()).toContain(wombat.name)
    }
  })

  it('are found by the target where that names a host', async () => {
    const target = `http://${wombat.host}:80/setup?address=ann@${wombat.domain}`
    const { status, body } = await ask(target, { host: 'other.example', servername: wombat.host })
    expect(status).toBe(200)
    expect(body.toString()).toContain(wombat.name)
    if (scheme === 'https') return
    expect((await ask('http://other.example/', { host: wombat.host })).status).toBe(421)
  })

  it('are not found by what anybody can send besides', async () => {
    for (const header of ['X-Forwarded-Host', 'Forwarded', 'X-Host', 'X-Original-Host']) {
      const value = header === 'Forwarded' ? `host=${wombat.host}` : wombat.host
      const page = await textAt(quokka, '/', { headers: { ...HTML, [header]: value } })
      expect(page).toContain(quokka.name)
      expect(page).not.toContain(wombat.name)
    }
  })

  it('have their own trouble on /readyz, in words', async () => {
    const readyz = async (tenant: TestTenant) => textAt(tenant, '/readyz')
    expect(await readyz(quokka)).not.toContain('expires')
    const theirs = await readyz(wombat)
    if (scheme === 'https') expect(theirs).toContain('The TLS certificate expires')
    expect(theirs).not.toContain(folder())
  })

  it('are named in the log with what is theirs', async () => {
    await at(quokka, '/nothing')
    const lines = server?.lines.map((line) => JSON.parse(line) as Record<string, unknown>) ?? []
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'listening', tenants: tenants.map(({ url }) => url) }),
    )
    expect(lines).toContainEqual(expect.objectContaining({ tenant: wombat.host, audit: 'made' }))
    const expiring = lines.filter(({ msg }) => String(msg).includes('TLS certificate expires'))
    expect(expiring.map(({ tenant }) => tenant)).toEqual(scheme === 'https' ? [wombat.host] : [])
  })

  if (scheme === 'http') {
    it('are not at other hosts', async () => {
      const hosts = ['other.example', '127.0.0.1', '', 'autoconfig.other.example', 'a b', '[::1]']
      for (const host of hosts) {
        expect((await ask('/healthz', { host })).status).toBe(200)
        const readyz = await ask('/readyz', { host })
        expect([readyz.status, readyz.body.toString()]).toEqual([
          200,
          '{"status":"ready","warnings":[]}',
        ])
        for (const { target, ...request } of everything(quokka)) {
          if (/^\/(?:healthz|readyz)/.test(target) || target.length > 1000) continue
          const { status, body } = await ask(target, { ...request, host })
          expect([host, target, status]).toEqual([host, target, 421])
          const shown = decodedForms(body)
          expect(tenants.filter(({ word }) => shown.includes(word))).toEqual([])
          if (host !== 'other.example') break
        }
      }
    })

    it('say so in the language and the form of whoever asks', async () => {
      const host = 'other.example'
      const page = await ask('/', { host, headers: { ...HTML, 'Accept-Language': 'de' } })
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(page.body.toString()).toMatch(/^<!doctype html>\s*<html lang="de" dir="ltr">/)
      expect(page.body.toString()).toContain('Unter diesem Hostnamen wird hier nichts angeboten.')
      expect((await ask('/', { host })).body.toString()).toMatch(/^misdirected: Nothing is offered/)
      const json = await ask('/api/v1/formats', { host })
      expect(JSON.parse(json.body.toString())).toMatchObject({ error: { code: 'misdirected' } })
    })
    return
  }

  it('have each their own certificate', async () => {
    for (const tenant of tenants) {
      for (const host of [tenant.host, `autoconfig.${tenant.domain}`, tenant.sharedDomain]) {
        const { certificate } = await ask('/healthz', { host })
        expect(certificate).toEqual(new X509Certificate(tenant.tls.chain).raw)
      }
    }
  })

  it('do not answer over a connection to another', async () => {
    for (const servername of [quokka.host, `autoconfig.${quokka.domain}`]) {
      for (const host of [wombat.host, wombat.domain, `autoconfig.${wombat.domain}`]) {
        const { status, body } = await ask('/', { host, servername, headers: HTML })
        expect([status, body.includes('wombat')]).toEqual([421, false])
      }
      // To one tenant by any of its names it is the same connection.
      expect((await ask('/', { host: quokka.host, servername })).status).toBe(200)
      expect((await ask('/', { host: 'other.example', servername })).status).toBe(421)
      expect((await ask('/healthz', { host: wombat.host, servername })).status).toBe(200)
    }
  })

  it('do not answer over a connection that goes on from one to another', async () => {
    const over = (version: 'TLSv1.2' | 'TLSv1.3', host: string, session?: Buffer) =>
      new Promise<{ readonly status: string; readonly session: Buffer | undefined }>(
        (resolve, reject) => {
          const socket = connect({
            ...{ host: '127.0.0.1', port: Number(new URL(server?.url ?? '').port) },
            ...{ minVersion: version, maxVersion: version, servername: quokka.host },
            ca: tenants.map(({ tls }) => tls.ca),
            ...(session === undefined ? {} : { session }),
          })
          let kept: Buffer | undefined
          let answer = ''
          socket.on('session', (one) => (kept = one))
          socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
          socket.once('error', reject)
          socket.once('close', () => {
            resolve({ status: answer.split(' ', 2)[1] ?? '', session: kept ?? socket.getSession() })
          })
          socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
        },
      )
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { status, session } = await over(version, quokka.host)
      expect([version, status]).toEqual([version, '200'])
      expect([version, (await over(version, quokka.host, session)).status]).toEqual([
        version,
        '200',
      ])
      expect([version, (await over(version, wombat.host, session)).status]).toEqual([
        version,
        '421',
      ])
    }
  })

  it('show nobody’s certificate to whoever names none of them', async () => {
    for (const servername of ['other.example', '']) {
      await expect(ask('/', { host: quokka.host, servername })).rejects.toThrow(/alert|handshake/i)
    }
  })
}

function picture({ headers, body }: TenantAnswer): Buffer {
  const isCode = headers['content-type'] === 'image/png' && !isMissing('zbarimg')
  return isCode && body.length < 20_000 ? Buffer.from(readQrCode(body)) : Buffer.alloc(0)
}

/** A domain that somebody may mean this one by. */
function near(domain: string): string {
  return domain.replace('.', 's.')
}

function autodiscover(address: string): Pick<TenantRequest, 'method' | 'headers' | 'body'> {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml' },
    body: `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`,
  }
}
