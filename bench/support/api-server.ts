import { randomBytes } from 'node:crypto'
import { createApiKey, hashApiKey } from '../../src/http/api/key.js'

const API = '/api/v1/invitations'

/** A key for the API, with the line that configures it. */
export function benchKey(): { readonly key: string; readonly configuration: string } {
  const key = createApiKey(randomBytes)
  const entry = `{ name: bench, hash: '${hashApiKey(key)}' }`
  return { key, configuration: `api: { keys: [${entry}] }\n` }
}

/** The headers of a call. */
export function callHeaders(key: string): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
}

/** What a call for an invitation says. */
export function invitationBody(number: number, more: Readonly<Record<string, unknown>> = {}) {
  return JSON.stringify({
    address: `person${String(number).padStart(7, '0')}@btinternet.com`,
    password: 'a password of ordinary length',
    downloads: 20,
    expires: 1,
    ...more,
  })
}

export interface MadeInvitation {
  readonly id: string
  /** Of its page. */
  readonly path: string
  /** How long the answer was. */
  readonly length: number
}

/** Makes one by a call. */
export async function invite(
  port: number,
  key: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<MadeInvitation> {
  const response = await fetch(`http://127.0.0.1:${port}${API}`, {
    method: 'POST',
    headers: callHeaders(key),
    body: invitationBody(0, more),
  })
  const text = await response.text()
  if (response.status !== 201) throw new Error(`No invitation: ${text}`)
  const { id, url } = JSON.parse(text) as { readonly id: string; readonly url: string }
  return { id, path: new URL(url).pathname, length: text.length }
}

/** The whole request of a call for an invitation, as it goes over the line. */
export function invitationRequest(
  key: string,
  number: number,
  {
    more,
    headers = {},
  }: {
    readonly more?: Readonly<Record<string, unknown>>
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Buffer {
  const body = invitationBody(number, more)
  const heads = Object.entries({
    Host: 'bench',
    ...callHeaders(key),
    ...headers,
    'Content-Length': body.length,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${API} HTTP/1.1\r\n${heads.join('')}\r\n${body}`)
}
