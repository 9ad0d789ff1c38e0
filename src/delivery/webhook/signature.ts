import { createHmac } from 'node:crypto'
import type { Secret } from '../../account/secret.js'

/**
 * What a call says of itself, by the Standard Webhooks specification: its id, its time in Unix seconds, and
 * a signature by each secret: `v1,` and the base64 of HMAC-SHA256 over id, time and body with dots between.
 *
 * @param secrets as text: their bytes are the keys
 */
export function signedHeaders(
  id: string,
  body: string,
  now: Date,
  secrets: readonly Secret[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', secret.reveal()).update(`${id}.${timestamp}.${body}`)
    return `v1,${hmac.digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
