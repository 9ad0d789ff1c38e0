import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { secretVariables } from '../../src/config/secret-variables.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BASE = 'baseUrl: https://setup.example.com\n'
const SMTP = 'smtp: { host: smtp.example.com }\nfrom: setup@example.com'
const SECRET = 'planted secret that nobody guesses'.replaceAll(' ', '-')
const HOOK = `webhook: { url: https://sms.example.com/x }\nsecret: ${SECRET}`

/** The configuration with this under `delivery`. */
async function load(delivery: string, env: Readonly<Record<string, string>> = {}, base = BASE) {
  const cwd = temporaryFolder()
  const indented = delivery.replaceAll('\n', '\n  ')
  writeFileSync(join(cwd, 'mailprofile.yaml'), `${base}delivery:\n  ${indented}\n`)
  return loadConfig({ env, cwd })
}

describe('delivery', () => {
  it.each([
    ['smtp.example.com', '', { port: 587, security: 'starttls' }],
    ['smtp.example.com', ', port: 465', { port: 465, security: 'tls' }],
    ['smtp.example.com', ', security: tls', { port: 465, security: 'tls' }],
    ['smtp.example.com', ', security: none', { port: 25, security: 'none' }],
    ['localhost', '', { port: 25, security: 'none' }],
    ['127.0.0.1', ', port: 2525, security: starttls', { port: 2525, security: 'starttls' }],
  ])('has defaults for %s%s', async (host, more, expected) => {
    const { delivery } = await load(`smtp: { host: ${host}${more} }\nfrom: setup@example.com`)
    expect(delivery).toMatchObject({ smtp: { host, ...expected }, from: 'setup@example.com' })
    expect(delivery).toMatchObject({ timeout: 30, retries: 3, connections: 2, perSecond: 10 })
  })

  it('has secrets that show themselves to nobody, also from files that variables name', async () => {
    const file = join(temporaryFolder(), 'secret')
    writeFileSync(file, 'planted-password\n')
    const env = { MAILPROFILE_DELIVERY_PASSWORD_FILE: file }
    const smtp = await load(SMTP.replace(' }', ', username: u }'), env)
    expect(smtp.delivery?.password?.reveal()).toBe('planted-password')
    const both = `["${SECRET}", "${SECRET}2"]`
    const webhook = await load(HOOK.replace(/\n.*/, ''), { MAILPROFILE_DELIVERY_SECRET: both })
    expect(webhook.delivery?.secret?.map((one) => one.reveal())).toEqual([SECRET, `${SECRET}2`])
    for (const shown of [smtp, webhook, await load(HOOK)]) {
      expect(inspect(shown, { depth: 9 }) + JSON.stringify(shown)).not.toContain('planted')
    }
    expect([smtp, webhook].flatMap(secretVariables).map(({ name }) => name)).toEqual([
      'MAILPROFILE_DELIVERY_PASSWORD',
      'MAILPROFILE_DELIVERY_SECRET',
    ])
  })

  it('is whole in variables', async () => {
    const config = await loadConfig({
      cwd: temporaryFolder(),
      env: {
        MAILPROFILE_BASE_URL: 'https://setup.example.com',
        MAILPROFILE_DELIVERY_SMTP: '{"host": "localhost"}',
        MAILPROFILE_DELIVERY_FROM: 'setup@example.com',
        MAILPROFILE_DELIVERY_PER_MINUTE: '30',
        MAILPROFILE_DELIVERY_ALLOWED_DOMAINS: '["example.org"]',
      },
    })
    expect(config.delivery).toMatchObject({ perMinute: 30, allowedDomains: ['example.org'] })
  })

  it.each([
    ['from: setup@example.com', 'delivery needs one of smtp and webhook: there is none'],
    [`${SMTP}\n${HOOK}`, 'delivery needs one of smtp and webhook: there are both'],
    ['smtp: { host: localhost }', 'delivery.smtp needs delivery.from'],
    ['webhook: { url: https://x.example }', 'delivery.webhook needs delivery.secret'],
    [`${SMTP}\nsecret: ${SECRET}`, 'delivery.secret is for delivery.webhook'],
    [`${HOOK}\nfrom: a@example.com`, 'delivery.from is for delivery.smtp'],
    [SMTP.replace(' }', ', username: u }'), 'delivery.smtp.username needs a password'],
    [`${SMTP}\npassword: p`, 'delivery.password is of nobody'],
    [
      SMTP.replace(' }', ', username: u, security: none }') + '\npassword: p',
      'the password would go over a network',
    ],
    [SMTP.replace('setup@', 'Setup <setup@') + '>', 'must be a mail address alone'],
    [SMTP.replace('smtp.example.com', 'smtp.example.com:25'), 'without port'],
    [SMTP.replace('smtp.example.com', '"smtp.example.com\\r\\nX"'), 'must be a host name'],
    [HOOK.replace('https', 'http'), 'must begin with https://'],
    [HOOK.replace(SECRET, 'short'), 'at least 24|24 to 512'],
    [
      HOOK.replace('/x }', '/x, recipients: telephones }') + '\nallowedDomains: [a.example]',
      'telephone',
    ],
  ])('is refused: %s', async (delivery, message) => {
    await expect(load(delivery)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringMatching(new RegExp(message.replace(/[.(]/g, '\\$&'))) as string,
    })
  })

  it('needs an address for its links', async () => {
    await expect(load(SMTP, {}, '')).rejects.toThrow('delivery needs a baseUrl')
  })

  it('is that of the top level for a tenant without one', async () => {
    const tenants =
      'tenants:\n' +
      '  - { baseUrl: https://a.example, domains: [a.example] }\n' +
      '  - { baseUrl: https://b.example, domains: [b.example], delivery: { smtp: { host: localhost }, from: x@b.example } }\n'
    const { delivery, tenants: all } = await load(SMTP, {}, tenants)
    expect(all[0]?.delivery).toBe(delivery)
    expect(all[1]?.delivery).toMatchObject({ from: 'x@b.example', timeout: 30 })
    const broken = tenants.replace(', from: x@b.example', '')
    await expect(load(SMTP, {}, broken)).rejects.toThrow('tenants[1].delivery.from')
  })
})
