import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { example } from '../support/examples.js'
import { NAMES } from '../support/proxied-server.js'

// Debian has no Traefik, so that nothing can be run. What both files say has to fit at least.

interface Static {
  readonly log: { readonly level: string }
  readonly accessLog?: unknown
  readonly tracing?: unknown
  readonly entryPoints: Readonly<Record<string, EntryPoint>>
  readonly certificatesResolvers: Readonly<Record<string, unknown>>
}

interface EntryPoint {
  readonly address: string
  readonly forwardedHeaders?: unknown
  readonly transport: { readonly respondingTimeouts: Readonly<Record<string, string>> }
}

interface Dynamic {
  readonly http: {
    readonly routers: Readonly<Record<string, Router>>
    readonly middlewares: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    readonly services: Readonly<Record<string, Service>>
  }
  readonly tls: { readonly options: { readonly default: Readonly<Record<string, unknown>> } }
}

interface Router {
  readonly entryPoints: readonly string[]
  readonly rule: string
  readonly middlewares: readonly string[]
  readonly service: string
  readonly tls?: { readonly certResolver: string }
}

interface Service {
  readonly loadBalancer: {
    readonly passHostHeader: boolean
    readonly servers: readonly { readonly url: string }[]
  }
}

const PAGE = 'docs/proxy-traefik.md'
const fixed = parse(
  example(
    `${PAGE}: # No accessLog: it would have paths, queries and addresses. What fails is told from DEBUG on, with them.`,
  ),
) as Static
const { http, tls } = parse(example(`${PAGE}: http:`)) as Dynamic
const behind = parse(example('docs/proxy.md: baseUrl: https://setup.example.com')) as {
  readonly listen: { readonly host: string; readonly port: number }
}

const { 'in-clear': inClear } = parse(example(`${PAGE}: in-clear:`)) as Record<'in-clear', Router>

describe('Traefik, of which nothing is run', () => {
  it('has no log with requests, and believes no header', () => {
    expect(fixed.log.level).toBe('ERROR')
    expect([fixed.accessLog, fixed.tracing]).toEqual([undefined, undefined])
    for (const { forwardedHeaders, transport } of Object.values(fixed.entryPoints)) {
      expect(forwardedHeaders).toBeUndefined()
      expect(transport.respondingTimeouts['readTimeout']).toBe('10s')
    }
  })

  it('names nothing that is not there', () => {
    for (const { entryPoints, middlewares, service, tls: by } of [
      ...Object.values(http.routers),
      inClear,
    ]) {
      expect(Object.keys(fixed.entryPoints)).toEqual(expect.arrayContaining([...entryPoints]))
      expect(Object.keys(http.middlewares)).toEqual(expect.arrayContaining([...middlewares]))
      expect(Object.keys(http.services)).toContain(service)
      if (by !== undefined)
        expect(Object.keys(fixed.certificatesResolvers)).toContain(by.certResolver)
    }
  })

  it('answers for the three names by https, and leads there', () => {
    const rule = NAMES.map((name) => `Host(\`${name}\`)`).join(' || ')
    const routers = Object.values(http.routers)
    expect(
      routers.map((router) => [...router.entryPoints, router.rule, router.tls !== undefined]),
    ).toEqual([
      ['https', rule, true],
      ['http', rule, false],
    ])
    expect(routers[1]?.middlewares.map((name) => http.middlewares[name])).toEqual([
      { redirectScheme: { scheme: 'https', permanent: true } },
    ])
    expect(tls.options.default).toMatchObject({ sniStrict: true, minVersion: 'VersionTLS12' })
    expect(fixed.entryPoints).toMatchObject({
      http: { address: ':80' },
      https: { address: ':443' },
    })
  })

  it('passes on to the server of the page, as it came and no more than a form', () => {
    const { host, port } = behind.listen
    expect(Object.values(http.services)).toEqual([
      { loadBalancer: { passHostHeader: true, servers: [{ url: `http://${host}:${port}` }] } },
    ])
    expect(http.middlewares['bodies']).toMatchObject({ buffering: { maxRequestBodyBytes: 16_384 } })
  })

  it('has a rule below a path', () => {
    const { rule } = parse(
      example(`${PAGE}: rule: Host(\`www.example.com\`) && PathPrefix(\`/mail/\`)`),
    ) as Router
    expect(rule).toMatch(/^Host\(`[^`]+`\) && PathPrefix\(`\/mail\/`\)$/)
  })
})
