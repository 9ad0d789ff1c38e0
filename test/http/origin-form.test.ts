import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen, type Listener } from '../../src/server/listen.js'
import { useOriginForm } from '../../src/server/origin-form.js'
import { testApp } from '../support/app.js'
import { ask } from '../support/wire.js'

describe('useOriginForm', () => {
  it.each([
    ['/', '/', 'given.example'],
    ['/a?b=http://c/', '/a?b=http://c/', 'given.example'],
    ['*', '*', 'given.example'],
    ['http://other.example', '/', 'other.example'],
    ['HTTPS://other.example:8443/a/b?c', '/a/b?c', 'other.example:8443'],
    ['http://other.example?a', '/?a', 'other.example'],
    ['http://other.example//a', '//a', 'other.example'],
  ])('%s', (target, url, host) => {
    const request = new IncomingMessage(new Socket())
    request.url = target
    request.headers.host = 'given.example'
    expect(useOriginForm(request)).toBe(true)
    expect(request.url).toBe(url)
    expect(request.headers.host).toBe(host)
  })

  it.each([
    '',
    'a',
    'http:a',
    'http://',
    'http:///a',
    'http://a@b/',
    'ftp://a/',
    'a:80',
    'http://a/#b',
  ])('refuses “%s”', (target) => {
    const request = new IncomingMessage(new Socket())
    request.url = target
    expect(useOriginForm(request)).toBe(false)
  })
})

describe('a target in absolute form', () => {
  let listener: Listener
  beforeAll(async () => {
    listener = await listen(() => testApp(), { host: '127.0.0.1', port: 0 })
  })
  afterAll(() => listener.stop())

  it('gives the host, whatever the Host says', async () => {
    const target = 'http://autoconfig.btinternet.com/mail/config-v1.1.xml'
    const answer = await ask(listener.port, target, { host: 'nobody.example' })
    expect(answer.status).toBe(200)
    expect(answer.body.toString()).toContain('<domain>btinternet.com</domain>')
  })

  it('is refused where no client sends it, and nothing of it reaches standard error', async () => {
    const warnings: string[] = []
    const note = ({ message }: Error) => void warnings.push(message)
    process.on('warning', note)
    const target = 'http://s:.com/setup?address=ann@btinternet.com'
    const answer = await ask(listener.port, target)
    process.off('warning', note)
    expect(answer.status).toBeLessThan(500)
    expect(warnings).toEqual([])
  })
})
