import express, { type Express, type Request } from 'express'
import supertest from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'
import { servingExpressMessages } from '../../src/http/express-messages.js'
import { dispatch } from '../../src/server/dispatch.js'
import { listen, type Listener } from '../../src/server/listen.js'

let listener: Listener | undefined

afterEach(async () => {
  await listener?.stop()
  listener = undefined
})

async function serve(...apps: readonly Express[]): Promise<number> {
  const answerers = apps.map((app) => ({ app: servingExpressMessages(app) }))
  const [first = { app: () => undefined }] = answerers
  const find = (host: string) => answerers[Number(host.charAt(0))] ?? first
  listener = await listen(() => dispatch(find, first), { host: '127.0.0.1', port: 0 })
  return listener.port
}

function appThat(answer: (request: Request) => unknown): Express {
  return express().get('/', (request, response) => {
    response.json(answer(request))
  })
}

async function ask(port: number, host: string): Promise<unknown> {
  const response = await supertest(`http://127.0.0.1:${port}`)
    .get('/')
    .set('Host', `${host}.example`)
    .set('X-Forwarded-For', '203.0.113.7')
  return response.body as unknown
}

describe('requests that are Express’ own', () => {
  it('are so before an app gets them, and stay what they are', async () => {
    const app = appThat((request) => Object.getPrototypeOf(request) === prototype)
    let prototype: unknown
    const serving = servingExpressMessages(app)
    listener = await listen(
      () => (request, response) => {
        prototype = Object.getPrototypeOf(request)
        serving(request, response)
      },
      { host: '127.0.0.1', port: 0 },
    )
    expect(await ask(listener.port, '0')).toBe(true)
  })

  it('have the app that they are for, with its own settings', async () => {
    const ofClient = ({ ip }: Request) => ip
    const trusting = appThat(ofClient).set('trust proxy', true)
    const port = await serve(appThat(ofClient), trusting)
    expect(await ask(port, '0')).toBe('127.0.0.1')
    expect(await ask(port, '1')).toBe('203.0.113.7')
    expect(await ask(port, '0')).toBe('127.0.0.1')
  })

  it('leave an app that is served without them as it was', async () => {
    const app = appThat(({ app: { settings } }) => (settings as { name?: string }).name)
    listener = await listen(() => app.set('name', 'plain'), { host: '127.0.0.1', port: 0 })
    expect(await ask(listener.port, '0')).toBe('plain')
  })
})
