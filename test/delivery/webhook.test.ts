import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../src/account/secret.js'
import { deliveryOf, invitation } from '../support/deliveries.js'
import { isMissing, program } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const [OLD, NEW] = ['an old secret that nobody guesses', 'a new secret that nobody guesses']
const NOW = Date.parse('2026-11-28T09:30:00Z')

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A program that takes calls, and answers each as it is told; the last answer for ever after. */
async function hook(
  answers: readonly (
    | number
    | { readonly status: number; readonly headers: Record<string, string> }
    | 'close'
    | 'silent'
    | 'endless'
  )[] = [204],
) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const answer = answers[Math.min(received.length, answers.length - 1)] ?? 204
      received.push({ path: request.url ?? '', headers: request.headers, body })
      if (answer === 'close') request.socket.destroy()
      else if (answer === 'endless') {
        response.writeHead(200)
        const more = () => {
          if (response.destroyed) return
          response.write('x'.repeat(65_536), () => setImmediate(more))
        }
        more()
      } else if (typeof answer === 'number') response.writeHead(answer).end()
      else if (answer !== 'silent') response.writeHead(answer.status, answer.headers).end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { received, url: `http://127.0.0.1:${port}/invitations?from=mailprofile`, port }
}

function deliveryBy(url: string, changes: Parameters<typeof deliveryOf>[0] = {}) {
  return deliveryOf({ webhook: { url }, secret: [new Secret(NEW)], ...changes })
}

describe('a webhook', () => {
  it.skipIf(isMissing('openssl'))('gets JSON that openssl finds signed', async () => {
    const { received, url } = await hook()
    const { delivery } = await deliveryBy(url, { secret: [new Secret(NEW), new Secret(OLD)] })
    expect(await delivery.send(invitation({ language: 'de' }))).toEqual({ response: 'status 204' })
    const [{ headers, body, path } = { headers: {}, body: '', path: '' }] = received
    expect(received).toHaveLength(1)
    expect(path).toBe('/invitations?from=mailprofile')
    const { id, url: link, deliverTo } = invitation()
    expect(JSON.parse(body)).toEqual({ id, url: link, deliverTo, language: 'de' })
    expect(headers['webhook-id']).toBe(id)
    expect(headers['webhook-timestamp']).toBe(String(NOW / 1000))
    const signed = `${id}.${NOW / 1000}.${body}`
    const signatures = [NEW, OLD].map((secret) => {
      const argv = ['dgst', '-sha256', '-hmac', secret, '-binary']
      return `v1,${execFileSync(program('openssl'), argv, { input: signed }).toString('base64')}`
    })
    expect(headers['webhook-signature']).toBe(signatures.join(' '))
  })

  it('is told a code in a second call, if it wants it, and never in the first', async () => {
    const { received, url } = await hook()
    const message = invitation({ passcode: '482913', deliverTo: '+49 30 1234567' })
    const telephones = { url, recipients: 'telephones' } as const
    await (await deliveryBy(url, { webhook: telephones })).delivery.send(message)
    expect(received).toHaveLength(1)
    const wanted = { ...telephones, passcodes: true }
    const { delivery } = await deliveryBy(url, { webhook: wanted })
    await delivery.send(message)
    await delivery.send(invitation({ deliverTo: '+49 30 1234567' }))
    expect(received).toHaveLength(4)
    const [, first, second, third] = received.map(({ body }) => JSON.parse(body) as object)
    const about = { id: message.id, deliverTo: '+49301234567', language: 'en' }
    expect(first).toEqual({ ...about, url: message.url })
    expect(second).toEqual({ ...about, passcode: '482913' })
    expect(third).toEqual(first)
    expect(received[2]?.headers['webhook-id']).toBe(`${message.id}-passcode`)
  })

  it('is called again after 429, 5xx and lost connections, with the same id', async () => {
    const wait = { status: 429, headers: { 'Retry-After': '7' } }
    const { received, url } = await hook([wait, 503, 'close', 200])
    const { delivery, pauses } = await deliveryBy(url)
    await delivery.send(invitation())
    expect(pauses).toEqual([7000, 4000, 16_000])
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(received).toHaveLength(4)
  })

  it.each([
    [400, 'delivery_failed'],
    [422, 'delivery_failed'],
    [401, 'delivery_unavailable'],
    [404, 'delivery_unavailable'],
  ])('is not called again after %d', async (status, code) => {
    const { received, url } = await hook([status])
    const { delivery } = await deliveryBy(url)
    await expect(delivery.send(invitation())).rejects.toMatchObject({ code })
    expect(received).toHaveLength(1)
  })

  it.each([301, 302, 303, 307, 308])('leads nowhere with %d', async (status) => {
    const elsewhere = await hook()
    const headers = { Location: elsewhere.url }
    const { received, url } = await hook([{ status, headers }])
    const { delivery } = await deliveryBy(url)
    await expect(delivery.send(invitation())).rejects.toMatchObject({
      code: 'delivery_unavailable',
      message: expect.stringContaining(String(status)) as string,
    })
    expect([received.length, elsewhere.received.length]).toEqual([1, 0])
  })

  it('that may have it says so where it gives no answer', async () => {
    const { url } = await hook(['silent'])
    const { delivery, pauses } = await deliveryBy(url, { timeout: 1, retries: 1 })
    await expect(delivery.send(invitation())).rejects.toMatchObject({ code: 'delivery_uncertain' })
    expect(pauses).toEqual([1000])
  })

  it('is away', async () => {
    const { delivery, check } = await deliveryBy('http://127.0.0.1:9/', { retries: 0 })
    await expect(delivery.send(invitation())).rejects.toMatchObject({
      code: 'delivery_unavailable',
      message: 'The webhook cannot be reached (ECONNREFUSED).',
    })
    await expect(check()).rejects.toMatchObject({ code: 'delivery_unavailable' })
  })

  it('may answer without end, of which nothing is kept', async () => {
    const { url } = await hook(['endless'])
    const { delivery, check } = await deliveryBy(url)
    expect(await delivery.send(invitation())).toEqual({ response: 'status 200' })
    expect(await check()).toContain('can be reached')
  })

  it('that took the link and not the code says so, and gets nothing again by itself', async () => {
    const { url } = await hook([200, 500])
    const webhook = { url, passcodes: true }
    const { delivery } = await deliveryBy(url, { webhook, retries: 1 })
    await expect(delivery.send(invitation({ passcode: '482913' }))).rejects.toMatchObject({
      code: 'delivery_uncertain',
      message:
        'The link has been taken, and the code has not. The webhook answers with status 500.',
    })
  })
})

describe('the example of docs/delivery.md', () => {
  const page = readFileSync(new URL('../../docs/delivery.md', import.meta.url), 'utf8')

  it('takes what is signed now by any of two secrets, and nothing else', async () => {
    const [, code = ''] = /```js\n([^]*?)```/.exec(page) ?? []
    const file = join(temporaryFolder(), 'verify.mjs')
    writeFileSync(file, code)
    const { isGenuine } = (await import(pathToFileURL(file).href)) as {
      readonly isGenuine: (
        headers: IncomingHttpHeaders,
        body: string,
        secret: string,
        now: number,
      ) => boolean
    }
    const { received, url } = await hook()
    const secret = [new Secret(NEW), new Secret(OLD)]
    await (await deliveryBy(url, { secret })).delivery.send(invitation({ language: 'ja' }))
    const [{ headers, body } = { headers: {}, body: '' }] = received
    for (const known of [NEW, OLD]) expect(isGenuine(headers, body, known, NOW)).toBe(true)
    expect(isGenuine(headers, body, NEW, NOW + 299_000)).toBe(true)
    expect(isGenuine(headers, body, NEW, NOW + 301_000)).toBe(false)
    expect(isGenuine(headers, body, NEW, NOW - 301_000)).toBe(false)
    expect(isGenuine(headers, body, 'another secret that nobody guesses', NOW)).toBe(false)
    expect(isGenuine(headers, `${body} `, NEW, NOW)).toBe(false)
    const changes = { 'webhook-id': 'x', 'webhook-timestamp': String(NOW / 1000 + 1) }
    for (const [name, value] of Object.entries({ ...changes, 'webhook-signature': 'v1,AAAA' })) {
      expect(isGenuine({ ...headers, [name]: value }, body, NEW, NOW)).toBe(false)
    }
  })
})
