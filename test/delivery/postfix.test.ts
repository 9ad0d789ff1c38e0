import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { Secret } from '../../src/account/secret.js'
import type { DeliveryConfig } from '../../src/config/config.js'
import { deliveryOf, invitation } from '../support/deliveries.js'
import { mailServers, noMailServers } from '../support/mail-servers.js'
import { fetchMail } from '../support/mail-clients.js'
import { parseMails } from '../support/parse-mails.js'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../support/temporary-folder.js'

const BOB = 'bob@example.test'

describe.skipIf(noMailServers())('Postfix', () => {
  const servers = mailServers()

  /** As ann, who may send from her own address. */
  function config(
    security: 'tls' | 'starttls',
    changes: Partial<DeliveryConfig> = {},
  ): Partial<DeliveryConfig> {
    const { ports, mailboxes, ca } = servers()
    const file = join(temporaryFolder(), 'ca.pem')
    writeFileSync(file, ca)
    return {
      smtp: {
        host: 'localhost',
        port: ports.smtp[security],
        security,
        username: mailboxes.ann.outgoingUsername,
      },
      // Every awkward character.
      password: new Secret(mailboxes.ann.password),
      from: parseAddress(mailboxes.ann.address),
      ca: file,
      retries: 0,
      ...changes,
    }
  }

  async function mailsOfBob(): Promise<string[]> {
    const { account, ca, mailboxes } = servers()
    const { incoming } = account('bob')
    const { host, port } = incoming
    return fetchMail(
      {
        protocol: 'imap',
        host,
        port,
        security: 'tls',
        authentication: 'password',
        username: mailboxes.bob.incomingUsername,
        password: mailboxes.bob.password,
      },
      ca,
    )
  }

  async function until(count: number): Promise<string[]> {
    for (;;) {
      const mails = await mailsOfBob()
      if (mails.length >= count) return mails
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  it.each(['tls', 'starttls'] as const)('takes a mail by %s, once', async (security) => {
    const before = (await mailsOfBob()).length
    const { delivery, check } = await deliveryOf(config(security))
    expect(await check()).toContain('TLS, logged in')
    const message = invitation({ deliverTo: BOB, language: 'uk', passcode: '482913' })
    const { response } = await delivery.send(message)
    // An identifier of nothing but digits looks like a telephone number.
    expect(response).toMatch(/^250 2\.0\.0 Ok: queued as (?:\w+|…)$/)
    const mails = await until(before + 1)
    expect(mails).toHaveLength(before + 1)
    const [mail] = parseMails([Buffer.from(mails.at(-1) ?? '')])
    expect(mail?.defects).toEqual([])
    expect(mail?.addresses).toContainEqual(['to', 'Ann Example', BOB])
    expect(mail?.parts.every(({ content }) => content.includes(message.url))).toBe(true)
    expect(mails.join('')).not.toContain('482913')
  })

  it.each([
    [
      'a wrong password',
      { password: new Secret('wrong') },
      'refuses the user name or the password',
    ],
    [
      'the address of another sender',
      { from: parseAddress(BOB) },
      'takes nothing from this sender',
    ],
    ['authorities that do not know it', { ca: undefined }, 'is not valid for its name'],
  ] as const)('is not sent anything with %s, nor asked again', async (_what, changes, said) => {
    const { delivery, pauses } = await deliveryOf(config('starttls', { ...changes, retries: 3 }))
    const error = await delivery
      .send(invitation({ deliverTo: BOB }))
      .catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({
      // Postfix tells of the sender when it is told of the recipient.
      code: expect.stringMatching(/^delivery_(?:unavailable|failed)$/) as string,
    })
    if (!('from' in changes)) expect((error as Error).message).toContain(said)
    expect((error as Error).message).not.toMatch(/@/)
    expect(pauses).toEqual([])
  })

  it('refuses whom it does not know, without their address in the error', async () => {
    const { delivery } = await deliveryOf(config('tls'))
    const error = await delivery
      .send(invitation({ deliverTo: 'nobody.at.all@example.test' }))
      .catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({ code: 'delivery_failed' })
    expect((error as Error).message).toMatch(/550 5\.1\.1/)
    expect((error as Error).message).not.toContain('nobody.at.all')
  })

  it('is not spoken to by TLS on the port of STARTTLS, and says so', async () => {
    const { ports } = servers()
    const smtp = { host: 'localhost', port: ports.smtp.starttls, security: 'tls' } as const
    const { check } = await deliveryOf({
      ...config('tls', { smtp, password: undefined }),
      timeout: 5,
    })
    await expect(check()).rejects.toMatchObject({ code: 'delivery_unavailable' })
  })
})
