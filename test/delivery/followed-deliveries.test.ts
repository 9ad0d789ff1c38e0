import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import type { DeliveryConfig } from '../../src/config/config.js'
import { openDelivery } from '../../src/delivery/open-delivery.js'
import { FollowedDeliveries } from '../../src/server/followed-deliveries.js'
import { invitation } from '../support/deliveries.js'
import { startScriptedSmtp } from '../support/scripted-smtp.js'
import { temporaryFolder } from '../support/temporary-folder.js'

it('has one way for all who inherit it, each in their own name, and warns while nothing can be sent', async () => {
  const server = await startScriptedSmtp({
    rcpt: ['250 ok', '250 ok', '451 later', '550 5.1.1 nobody', '451 later', '250 ok'],
  })
  onTestFinished(() => server.stop())
  const cwd = temporaryFolder()
  writeFileSync(
    join(cwd, 'mailprofile.yaml'),
    `delivery: { smtp: { host: 127.0.0.1, port: ${server.port} }, from: setup@example.com, retries: 0 }
tenants:
  - { baseUrl: https://setup.a.example, domains: [a.example], branding: { name: School } }
  - { baseUrl: https://setup.b.example, domains: [b.example], language: de }
`,
  )
  const config = await loadConfig({ env: {}, cwd })
  const opened: DeliveryConfig[] = []
  const logged: [object, string][] = []
  const deliveries = await FollowedDeliveries.open(
    config,
    {
      openDelivery: (one) => {
        opened.push(one)
        return openDelivery(one, { now: () => new Date(), elapsed: () => performance.now() })
      },
    },
    { warn: (about: object, text: string) => void logged.push([about, text]) } as never,
  )
  onTestFinished(() => deliveries.close())
  expect(opened).toHaveLength(1)
  const [a, b] = config.tenants.map((one) => ({
    send: () => deliveries.of(one, one.baseUrl)?.send(invitation()),
    warnings: () => deliveries.warnings(one).length,
  }))
  await a?.send()
  await b?.send()
  const froms = server.arrived.map((mail) => /^From: .*$/m.exec(mail)?.[0].trim())
  expect(froms).toEqual([
    'From: School <setup@example.com>',
    'From: "setup.b.example" <setup@example.com>',
  ])
  expect(server.arrived[1]).toContain('Content-Language: de')
  expect([a?.warnings(), b?.warnings()]).toEqual([0, 0])
  await expect(a?.send()).rejects.toMatchObject({ code: 'delivery_unavailable' })
  expect([a?.warnings(), b?.warnings()]).toEqual([1, 1])
  // A server that refuses one recipient can be used.
  await expect(b?.send()).rejects.toMatchObject({ code: 'delivery_failed' })
  expect(a?.warnings()).toBe(0)
  await expect(b?.send()).rejects.toMatchObject({ code: 'delivery_unavailable' })
  await b?.send()
  expect(b?.warnings()).toBe(0)
  expect(logged.map(([about]) => about)).toMatchObject([
    { id: invitation().id, domain: 'example.org', tenant: 'setup.a.example' },
    { code: 'delivery_failed', tenant: 'setup.b.example' },
    { code: 'delivery_unavailable' },
  ])
  expect(JSON.stringify(logged)).not.toMatch(/ann|\/i\//)
})
