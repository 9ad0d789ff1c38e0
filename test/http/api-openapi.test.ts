import { describe, expect, it } from 'vitest'
import { apiRoutes, type ApiRoutesOptions } from '../../src/http/api/routes.js'
import {
  ANN,
  API_URL,
  INVITATIONS,
  apiApp,
  call,
  helpdesk,
  makeInvitation,
} from '../support/api.js'
import { schemaProblems } from '../support/json-schema.js'

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Partial<Record<string, { readonly content: Content }>>>
}
type Content = Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>
type Schema = Readonly<Record<string, unknown>>
interface Document {
  readonly openapi: string
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const { key } = helpdesk
const { app } = apiApp()
const document = (await call(app, 'get', '/openapi.json')).json as unknown as Document
const { schemas } = document.components
const resolve = (ref: string) => {
  const found = schemas[ref.replace(/^#\/components\/schemas\//, '')]
  if (found === undefined) throw new Error(`${ref} leads nowhere.`)
  return found
}
const METHODS = ['get', 'post', 'put', 'patch', 'delete']
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method]
    return operation === undefined ? [] : [{ path, method, operation, item }]
  }),
)

function* valuesOf(value: unknown, name: string): Generator {
  if (typeof value !== 'object' || value === null) return
  for (const [one, inside] of Object.entries(value)) {
    if (one === name) yield inside
    yield* valuesOf(inside, name)
  }
}

describe('openapi.json', () => {
  it('is served to everybody, of this server', async () => {
    const answer = await call(app, 'get', '/openapi.json')
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(document.openapi).toBe('3.1.0')
    expect(document.servers).toEqual([{ url: API_URL }])
  })

  it('describes every route that is there, and no other', () => {
    const router = apiRoutes({} as ApiRoutesOptions)
    const mounted = router.stack.flatMap(({ route }) => {
      const { path, methods } = (route ?? { path: '', methods: {} }) as unknown as {
        path: string | string[]
        methods: Record<string, boolean>
      }
      return Object.keys(methods)
        .filter((method) => METHODS.includes(method))
        .map((method) => `${method} ${String(path)}`)
    })
    const described = operations.map(
      ({ path, method }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    )
    expect([...described, 'get /openapi.json'].sort()).toEqual(mounted.sort())
  })

  it('has no reference that leads nowhere, and no schema that nothing needs', () => {
    const refs = [...valuesOf(document, '$ref')].map(String)
    for (const ref of refs) expect(resolve(ref)).toBeDefined()
    const used = new Set(refs.map((ref) => ref.split('/').at(-1)))
    expect([...used].sort()).toEqual(Object.keys(schemas).sort())
  })

  it('names every operation once and every parameter of a path', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation, item } of operations) {
      const shared = item['parameters'] as unknown as Operation['parameters']
      const inPath = [...(operation.parameters ?? []), ...(shared ?? [])]
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => `{${name}}`)
      expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath)
    }
  })

  it.each(Object.entries(schemas))('has examples of %s that are right', (_name, schema) => {
    for (const example of (schema['examples'] ?? []) as unknown[]) {
      expect(schemaProblems(example, schema, resolve)).toEqual([])
    }
  })

  it('describes what is really answered', async () => {
    const described = (path: string, method: string, status: number) => {
      const content = document.paths[path]?.[method]?.responses[String(status)]?.content
      return resolve(content?.['application/json']?.schema.$ref ?? 'nothing')
    }
    const made = await makeInvitation(app, { ...ANN, code: true, reference: 'r' })
    const one = `${INVITATIONS}/${String(made.json['id'])}`
    const oneOf = `${INVITATIONS}/{id}`
    const account = '/api/v1/accounts/{address}'
    const answers = [
      [made, INVITATIONS, 'post'],
      [await makeInvitation(app, { ...ANN, downloads: 0 }), INVITATIONS, 'post'],
      [await makeInvitation(app, { address: 'a@x.example' }), INVITATIONS, 'post'],
      [await call(app, 'get', INVITATIONS, { key }), INVITATIONS, 'get'],
      [await call(app, 'get', INVITATIONS), INVITATIONS, 'get'],
      [await call(app, 'get', one, { key }), oneOf, 'get'],
      [await call(app, 'post', `${one}/unlock`, { key }), `${oneOf}/unlock`, 'post'],
      [await call(app, 'delete', one, { key }), oneOf, 'delete'],
      [await call(app, 'get', `${one}x`, { key }), oneOf, 'get'],
      [await call(app, 'get', account.replace('{address}', ANN.address), { key }), account, 'get'],
      [await call(app, 'get', '/api/v1/formats', { key }), '/api/v1/formats', 'get'],
    ] as const
    for (const [{ json, status }, path, method] of answers) {
      expect(schemaProblems(json, described(path, method, status), resolve)).toEqual([])
      expect(JSON.stringify(json)).not.toContain('undefined')
    }
  })

  // What a client checks by the schema is what the server checks.
  it.each<readonly [string, object, boolean]>([
    ['only an address', ANN, true],
    ['everything', { ...ANN, name: 'A', protocol: 'imap', expires: 720, code: true }, true],
    ['no address', {}, false],
    ['an unknown key', { ...ANN, host: 'x' }, false],
    ['a protocol that is none', { ...ANN, protocol: 'jmap' }, false],
    ['721 hours', { ...ANN, expires: 721 }, false],
    ['0 downloads', { ...ANN, downloads: 0 }, false],
    ['half minutes', { ...ANN, window: 1.5 }, false],
    ['a long name', { ...ANN, name: '🙂'.repeat(201) }, false],
    ['a name at its limit', { ...ANN, name: '🙂'.repeat(200) }, true],
    ['a reference with @', { ...ANN, reference: 'a@b' }, false],
    ['an empty reference', { ...ANN, reference: '' }, false],
    ['a code as text', { ...ANN, code: 'true' }, false],
  ])('and the server agree on %s', async (_name, body, isRight) => {
    const problems = schemaProblems(body, resolve('InvitationRequest'), resolve)
    const { status } = await makeInvitation(app, body)
    expect([problems.length === 0, status === 201]).toEqual([isRight, isRight])
  })
})
