import { randomBytes } from 'node:crypto'
import type { Express } from 'express'
import request from 'supertest'
import type { ApiKey } from '../../src/config/api-key.js'
import { createApiKey, hashApiKey } from '../../src/http/api/key.js'
import { createApp, type AppDependencies } from '../../src/http/app.js'
import { Invitations } from '../../src/invitations/invitations.js'
import type { AuditEvent } from '../../src/invitations/means.js'
import { loadCatalogue } from '../../src/providers/load.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import type { Store } from '../../src/invitations/store.js'

export const INVITATIONS = '/api/v1/invitations'
export const API_URL = 'https://setup.example.com'
export const ANN = { address: 'ann@btinternet.com' }

const catalogue = await loadCatalogue()

/** A key for tests, and its entry. */
export function testKey(name: string, entry: Partial<ApiKey> = {}) {
  const key = createApiKey(randomBytes)
  const scopes = ['invitations:write', 'invitations:read', 'accounts:read'] as const
  return { key, entry: { name, hash: hashApiKey(key), scopes, ...entry } satisfies ApiKey }
}

export const helpdesk = testKey('helpdesk')
export const branch = testKey('branch', { domains: ['btinternet.com'] })
export const auditor = testKey('auditor', { scopes: ['invitations:read', 'invitations:all'] })
export const boss = testKey('boss', {
  scopes: ['invitations:write', 'invitations:read', 'invitations:all'],
})
export const reader = testKey('reader', { scopes: ['accounts:read'] })

/** The app with these keys and a memory store, whose clock the test may move. */
export function apiApp(changes: Partial<AppDependencies> = {}) {
  const clock = { now: Date.UTC(2026, 10, 28, 9, 30) }
  const events: AuditEvent[] = []
  const store: Store = createMemoryStore({ now: () => clock.now })
  const invitations = new Invitations({ store, audit: (event) => events.push(event) })
  // Nothing here is signed.
  const app = createApp({
    catalogue,
    baseUrl: API_URL,
    invitations,
    apiKeys: [helpdesk, branch, auditor, boss, reader].map(({ entry }) => entry),
    ...changes,
  })
  return { app, store, invitations, clock, events }
}

export interface Call {
  readonly key?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, text as it is. */
  readonly body?: object | string
}

export interface JsonAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly json: Readonly<Record<string, unknown>>
  readonly text: string
}

/** A call of the HTTP interface. */
export async function call(
  app: Express,
  method: 'get' | 'post' | 'delete' | 'put' | 'options' | 'head',
  path: string,
  { key, headers = {}, body }: Call = {},
): Promise<JsonAnswer> {
  const started = request(app)[method](path)
  if (key !== undefined) started.set('Authorization', `Bearer ${key}`)
  if (body !== undefined) started.set('Content-Type', 'application/json')
  started.set(headers)
  const answer = await (body === undefined
    ? started
    : started.send(typeof body === 'string' ? body : JSON.stringify(body)))
  return {
    status: answer.status,
    headers: answer.headers,
    json: answer.body as Record<string, unknown>,
    text: answer.text,
  }
}

/** The code of an answer that refuses. */
export function codeOf({ json }: JsonAnswer): string | undefined {
  return (json['error'] as { readonly code?: string } | undefined)?.code
}

/** A call that makes an invitation, by the help desk unless another key is given. */
export function makeInvitation(app: Express, body: object | string, more: Call = {}) {
  return call(app, 'post', INVITATIONS, { key: helpdesk.key, body, ...more })
}
