import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { RequestFacts } from '../../src/http/middleware/request-metrics.js'
import { recordingLogger, testApp } from '../support/app.js'

it('a request whose client goes away before the answer is no success', async () => {
  const { logger, text } = recordingLogger()
  const facts: RequestFacts[] = []
  let isAsked = false
  const find = () => {
    isAsked = true
    return new Promise<never>(() => undefined)
  }
  const metrics = { request: (fact: RequestFacts) => void facts.push(fact) }
  const server = createServer(testApp({ logger, metrics, directory: { find } }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const request = get({ host: '127.0.0.1', port, path: '/setup?address=ann@btinternet.com' })
  request.on('error', () => undefined)
  await expect.poll(() => isAsked).toBe(true)
  request.destroy()
  await expect.poll(() => facts).toMatchObject([{ route: '/setup', status: 499 }])
  expect(text()).toContain('"status":499')
})
