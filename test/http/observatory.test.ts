import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { loadConfig } from '../../src/config/load.js'
import type { DomainSettings } from '../../src/providers/domain-settings.js'
import { attributes, catalogue, get, testApp, type Answer } from '../support/app.js'
import { invitedApp, MAKER } from '../support/invited-app.js'
import { gradeByObservatory } from '../support/observatory.js'

const BEST = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'content-type': 'text/html',
}
const SCRIPT = '<script src="/a.js" integrity="sha256-AA=="></script>'

describe('the grader', () => {
  it.each<[string, Record<string, string>, string, number]>([
    ['nothing at all', {}, '', 30],
    ['all there is', BEST, SCRIPT, 135],
    ['scripts without a digest', BEST, '<script src="/a.js"></script>', 130],
    ['no scripts', BEST, '', 130],
    ['scripts of others', BEST, '<script src="https://a.example/a.js"></script>', 125],
    ['scripts over http', BEST, '<script src="//a.example/a.js"></script>', 50],
    [
      "the site's own as default",
      { ...BEST, 'content-security-policy': "default-src 'self';frame-ancestors 'none'" },
      '',
      125,
    ],
    ['no frame-ancestors', { ...BEST, 'content-security-policy': "default-src 'none'" }, '', 80],
    [
      'inline scripts',
      {
        ...BEST,
        'content-security-policy':
          "default-src 'none';script-src 'unsafe-inline';frame-ancestors 'none'",
      },
      '',
      80,
    ],
    [
      'inline styles',
      {
        ...BEST,
        'content-security-policy':
          "default-src 'none';style-src 'unsafe-inline';frame-ancestors 'none'",
      },
      '',
      120,
    ],
    [
      'pictures from http',
      {
        ...BEST,
        'content-security-policy': "default-src 'none';img-src http:;frame-ancestors 'none'",
      },
      '',
      110,
    ],
    ['a resource for others', { ...BEST, 'cross-origin-resource-policy': 'cross-origin' }, '', 120],
    ['a full referrer', { ...BEST, 'referrer-policy': 'unsafe-url' }, '', 120],
    ['three months of https', { ...BEST, 'strict-transport-security': 'max-age=7776000' }, '', 120],
    ['a cookie', { ...BEST, 'set-cookie': 'a=b' }, '', 60],
    [
      'an open door for other sites',
      {
        ...BEST,
        'access-control-allow-origin': 'https://a.example',
        'access-control-allow-credentials': 'true',
      },
      '',
      50,
    ],
  ])('gives %s', (_what, headers, body, score) => {
    expect(gradeByObservatory({ headers, body }).score).toBe(score)
  })

  it('gives all that is possible without a cookie to who is built into browsers', () => {
    expect(gradeByObservatory({ headers: BEST, body: SCRIPT, preloaded: true }).score).toBe(140)
  })
})

const ASKING: DomainSettings = {
  ...catalogue.find(parseAddress('ann@btinternet.com')),
  trust: 'ispdb',
  voucher: 'nobody',
  source: 'https://ispdb.example.org/',
  confirm: ['btinternet.com'],
}

/** Every page, in every state that it has, and answers that are no page. */
const ANSWERS: Readonly<Record<string, readonly [status: number, kind: 'page' | 'plain']>> = {
  'the first page': [200, 'page'],
  'the form with a mistake': [400, 'page'],
  'the setup page': [200, 'page'],
  'the question whose the servers are': [200, 'page'],
  'no such page': [404, 'page'],
  'a damaged address': [400, 'page'],
  'too long an address': [413, 'page'],
  'a pending invitation': [200, 'page'],
  'an invitation that wants a code': [200, 'page'],
  "an invitation's setup page": [200, 'page'],
  'a spent invitation': [410, 'page'],
  'an expired invitation': [410, 'page'],
  'a revoked invitation': [410, 'page'],
  'an unknown invitation': [404, 'page'],
  'the code of a page': [200, 'plain'],
  'a profile': [200, 'plain'],
  'the settings as text': [200, 'plain'],
  'an error as text': [404, 'plain'],
  'an error as JSON': [404, 'plain'],
  'a sign of life': [200, 'plain'],
  'whether all is well': [200, 'plain'],
}

describe.each([
  ['by default', {}, false, 135],
  ['for a domain that browsers have in their list', { preload: true }, true, 140],
] as const)('grades %s', (_what, transportSecurity, preloaded, most) => {
  const answers = new Map<string, Answer>()
  beforeAll(async () => {
    const { app, invite, invitations, advance } = invitedApp({ transportSecurity })
    const asking = testApp({
      transportSecurity,
      directory: { find: () => Promise.resolve(ASKING) },
    })
    const page = async (name: string, path: string, from = app) => {
      answers.set(name, await get(from, path, { Accept: 'text/html' }))
    }
    const plain = async (name: string, path: string) => {
      answers.set(name, await get(app, path))
    }
    const person = 'address=ann@btinternet.com'
    await page('the first page', '/')
    await page('the form with a mistake', '/setup?address=nonsense')
    await page('the setup page', `/setup?${person}`)
    await page('the question whose the servers are', `/setup?${person}`, asking)
    await page('no such page', '/nothing')
    await page('a damaged address', '/formats/%zz')
    await page('too long an address', `/${'a'.repeat(9000)}`)
    await plain('the code of a page', `/setup/qr.svg?${person}`)
    await plain('a profile', `/formats/apple-profile?${person}`)
    await plain('the settings as text', `/formats/settings-sheet?${person}`)
    await plain('an error as text', '/nothing')
    await plain('an error as JSON', '/api/nothing')
    await plain('a sign of life', '/healthz')
    await plain('whether all is well', '/readyz')
    const pending = await invite()
    await page('a pending invitation', `/i/${pending.token}`)
    await page("an invitation's setup page", `/i/${pending.token}?show`)
    await page('an invitation that wants a code', `/i/${(await invite({ code: true })).token}`)
    const spent = await invite({ downloads: 1 })
    await get(app, `/i/${spent.token}/formats/apple-profile`)
    await page('a spent invitation', `/i/${spent.token}`)
    const revoked = await invite()
    await invitations.revoke(revoked.id, MAKER)
    await page('a revoked invitation', `/i/${revoked.token}`)
    advance(80)
    await page('an expired invitation', `/i/${pending.token}`)
    await page('an unknown invitation', '/i/AAAAAAAAAAAAAAAAAAAAAA')
  })

  it.each(Object.entries(ANSWERS))('%s', (name, [status, kind]) => {
    const answer = answers.get(name)
    expect(answer?.status).toBe(status)
    expect(answer?.headers['content-type']?.startsWith('text/html')).toBe(kind === 'page')
    const { headers = {}, body = '' } = answer ?? {}
    const grade = gradeByObservatory({ headers, body: body.toString(), preloaded })
    // Where no script is loaded there is none to have a digest.
    expect(grade).toMatchObject({ score: kind === 'page' ? most : most - 5 })
  })
})

describe('the headers behind those grades', () => {
  const header = async (transportSecurity: object, baseUrl: string) => {
    const { headers } = await get(testApp({ transportSecurity, baseUrl }), '/')
    return headers['strict-transport-security']
  }
  const https = 'https://setup.example.com'
  it.each([
    [{}, https, 'max-age=31536000'],
    [{ includeSubDomains: true }, https, 'max-age=31536000; includeSubDomains'],
    // What hstspreload.org asks for: a year, all subdomains, and the word.
    [{ preload: true }, https, 'max-age=31536000; includeSubDomains; preload'],
    [{ preload: true }, 'http://192.168.1.2:8080', undefined],
  ])('promise no more than the operator said: %j at %s', async (given, baseUrl, value) => {
    expect(await header(given, baseUrl)).toBe(value)
  })

  it('are as the configuration says', async () => {
    const config = await loadConfig({ env: { MAILPROFILE_HSTS_PRELOAD: 'true' }, cwd: '/' })
    expect(await header(config.hsts, https)).toContain('; preload')
    expect((await loadConfig({ env: {}, cwd: '/' })).hsts).toEqual({})
  })

  it('are those of the script that is there', async () => {
    const app = testApp()
    const page = (await get(app, '/')).body.toString()
    const [, source = '', digest = ''] =
      /<script src="([^"]+)" integrity="sha256-([^"]+)" defer blocking="render">/.exec(page) ?? []
    const script = await get(app, source.replace(/&amp;/g, '&'))
    expect(createHash('sha256').update(script.body).digest('base64')).toBe(digest)
    expect(attributes(page, 'src').filter((src) => !src.startsWith('/'))).toEqual([])
  })
})
