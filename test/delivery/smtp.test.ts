import { onTestFinished, describe, expect, it } from 'vitest'
import { Secret } from '../../src/account/secret.js'
import { parseAddress } from '../../src/account/address.js'
import { openDelivery } from '../../src/delivery/open-delivery.js'
import { deliveryOf, deliveryTo, invitation, LOOKS, TOKEN } from '../support/deliveries.js'
import { startScriptedSmtp, type ScriptedSmtp } from '../support/scripted-smtp.js'

async function scripted(
  script: Parameters<typeof startScriptedSmtp>[0] = {},
): Promise<ScriptedSmtp> {
  const server = await startScriptedSmtp(script)
  onTestFinished(() => server.stop())
  return server
}

describe('sending by SMTP', () => {
  it('gives the mail to one recipient, with an envelope that names the invitation', async () => {
    const server = await scripted()
    const { delivery } = await deliveryTo(server.port)
    expect(await delivery.send(invitation())).toEqual({ response: '250 2.0.0 Ok: queued as ABC' })
    expect(server.arrived).toHaveLength(1)
    expect(server.commands.filter((line) => /^(?:MAIL|RCPT)/.test(line))).toEqual([
      expect.stringMatching(
        /^MAIL FROM:<setup@example\.com>.* RET=HDRS ENVID=Vb1hPWTz3cQk0m7yXr2LfA$/,
      ),
      'RCPT TO:<ann.private@example.org>',
    ])
  })

  it('quotes the identifier in the queue, also one of many digits', async () => {
    const said = '250 2.0.0 Ok: queued as 4B123456789012'
    const server = await scripted({ end: [said] })
    const { delivery } = await deliveryTo(server.port)
    expect(await delivery.send(invitation())).toEqual({ response: said })
  })

  it('uses a connection again, also after a recipient was refused', async () => {
    const server = await scripted({ rcpt: ['250 ok', '550 5.1.1 no', '250 ok'] })
    const { delivery } = await deliveryTo(server.port)
    await delivery.send(invitation())
    await expect(delivery.send(invitation())).rejects.toMatchObject({ code: 'delivery_failed' })
    await delivery.send(invitation())
    expect(server.arrived).toHaveLength(2)
    expect(server.connections).toBe(1)
  })

  it('tries again after 4xx, with growing pauses', async () => {
    const server = await scripted({ rcpt: ['451 4.7.1 later', '450 4.2.0 later', '250 ok'] })
    const { delivery, pauses } = await deliveryTo(server.port)
    await delivery.send(invitation())
    expect(pauses).toEqual([1000, 4000])
    expect(server.arrived).toHaveLength(1)
  })

  it('tries again after 4xx to the whole mail, which says that it was not taken', async () => {
    const server = await scripted({ end: ['452 4.3.1 full', '250 ok'] })
    const { delivery } = await deliveryTo(server.port)
    await delivery.send(invitation())
    expect(server.arrived).toHaveLength(2)
  })

  it('gives up in the end, and says that nothing was sent', async () => {
    const server = await scripted({ rcpt: ['451 4.7.1 later'] })
    const { delivery, pauses } = await deliveryTo(server.port)
    await expect(delivery.send(invitation())).rejects.toMatchObject({
      code: 'delivery_unavailable',
      message: 'The mail server takes nothing now. It says: 451 4.7.1 later',
    })
    expect(pauses).toEqual([1000, 4000, 16_000])
  })

  it.each([
    ['rcpt', '550 5.1.1 no such user', 'delivery_failed'],
    ['data', '554 5.5.1 no', 'delivery_failed'],
    ['end', '554 5.7.1 spam', 'delivery_failed'],
    ['mail', '553 5.7.1 not yours', 'delivery_unavailable'],
    ['ehlo', '550 go away', 'delivery_unavailable'],
  ] as const)('does not try again after 5xx to %s', async (step, reply, code) => {
    const server = await scripted({ [step]: [reply] })
    const { delivery, pauses } = await deliveryTo(server.port)
    await expect(delivery.send(invitation())).rejects.toMatchObject({ code })
    expect(pauses).toEqual([])
  })

  it.each([
    ['closes the connection', 'close'],
    ['says nothing', 'silent'],
    ['says something that is no reply', 'hello'],
  ] as const)('does not send twice when the server %s after the last dot', async (_what, step) => {
    const server = await scripted({ end: [step] })
    const { delivery, pauses } = await deliveryTo(server.port, { timeout: 1 })
    await expect(delivery.send(invitation())).rejects.toMatchObject({ code: 'delivery_uncertain' })
    expect(server.arrived).toHaveLength(1)
    expect(pauses).toEqual([])
  })

  it.each([
    ['greeting', 'close'],
    ['greeting', 'silent'],
    ['greeting', '421 too busy'],
    ['ehlo', 'close'],
    ['mail', 'close'],
    ['rcpt', 'close'],
    ['data', 'close'],
    ['data', 'silent'],
  ] as const)('tries again when %s gets: %s', async (step, reply) => {
    const server = await scripted({
      [step]: [
        reply,
        { greeting: '220 hi', ehlo: '250 hi', mail: '250 ok', rcpt: '250 ok', data: '354 go' }[
          step
        ],
      ],
    })
    const { delivery, pauses } = await deliveryTo(server.port, { timeout: 1 })
    await delivery.send(invitation())
    expect(pauses).toEqual([1000])
    expect(server.arrived).toHaveLength(1)
  })

  it('takes a new connection at once where the old one has gone', async () => {
    const server = await scripted({ mail: ['250 ok', 'close', '250 ok'] })
    const { delivery, pauses } = await deliveryTo(server.port)
    await delivery.send(invitation())
    await delivery.send(invitation())
    expect(pauses).toEqual([])
    expect(server.arrived).toHaveLength(2)
  })

  it('quotes no address and no link, whatever a server quotes', async () => {
    const reply = `550 5.7.1 <ann.private@example.org> ANN.PRIVATE http://setup.example.com/i/${TOKEN} setup.example.com/i/${TOKEN} "Ann Example" refused`
    const server = await scripted({ end: [reply] })
    const { delivery } = await deliveryTo(server.port)
    const error = await delivery.send(invitation()).catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({ code: 'delivery_failed' })
    const { message } = error as Error
    expect(message).toContain('550 5.7.1')
    expect(message).not.toMatch(/ann|0aXk|@/i)
  })

  it('quotes nothing that the log-in is made of, in clear or as it was sent', async () => {
    const [username, password] = ['setup', 'correct-horse']
    const sent = ['setup', 'correct-horse', '\0setup\0correct-horse'].map((text) =>
      Buffer.from(text).toString('base64'),
    )
    const said = [password, ...sent].join(' ')
    const usual = ['250-test\r\n250 AUTH PLAIN']
    const refusing = await scripted({ ehlo: usual, auth: [`535 5.7.8 no: ${said}`] })
    const account = (port: number) => ({
      smtp: { host: '127.0.0.1', port, security: 'none' as const, username },
      password: new Secret(password),
    })
    const refused = await deliveryOf(account(refusing.port))
    await expect(refused.delivery.send(invitation())).rejects.toMatchObject({
      message:
        'The mail server refuses the user name or the password. It says: 535 5.7.8 no: … … … …',
    })
    const late = await scripted({ ehlo: usual, rcpt: [`550 5.7.1 ${said}`] })
    const { delivery } = await deliveryOf(account(late.port))
    await expect(delivery.send(invitation())).rejects.toMatchObject({
      message: 'The mail server refuses the recipient. It says: 550 5.7.1 … … … …',
    })
  })

  it('takes no time for a reply that is as long as it may be', async () => {
    const reply = `550 5.1.1 ${'a'.repeat(63_000)}`
    const server = await scripted({ rcpt: [reply] })
    const { delivery } = await deliveryTo(server.port)
    const begin = performance.now()
    await expect(delivery.send(invitation())).rejects.toMatchObject({
      message: 'The mail server refuses the recipient. It says: 550 5.1.1',
    })
    expect(performance.now() - begin).toBeLessThan(1000)
  })

  it('stops when nobody waits any more', async () => {
    const server = await scripted({ rcpt: ['451 later'] })
    const { delivery } = await deliveryTo(server.port)
    await expect(
      delivery.send(invitation(), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'delivery_unavailable' })
    expect(server.connections).toBe(0)
  })

  it.each([
    ['in a pause', { rcpt: ['451 4.7.1 later'] }, 'delivery_unavailable', 0],
    ['while the envelope is not answered', { rcpt: ['silent'] }, 'delivery_unavailable', 0],
    ['after the last dot', { end: ['silent'] }, 'delivery_uncertain', 1],
  ])('says what is known of it when it is stopped %s', async (_when, script, code, arrived) => {
    const server = await scripted(script)
    const stop = new AbortController()
    const way = await openDelivery(
      {
        smtp: { host: '127.0.0.1', port: server.port, security: 'none' },
        from: parseAddress('setup@example.com'),
        ...{ timeout: 60, retries: 3, connections: 1, perSecond: 10 },
      },
      { now: () => new Date(), elapsed: () => performance.now() },
    )
    const sending = way.for(LOOKS).send(invitation(), { signal: stop.signal })
    const last = arrived === 0 ? 'RCPT' : 'DATA'
    const hasCome = () =>
      server.commands.some((line) => line.startsWith(last)) && server.arrived.length === arrived
    while (!hasCome()) await new Promise((resolve) => setTimeout(resolve, 10))
    // By the caller, or by the end of the server.
    if (arrived === 0) stop.abort()
    else await way.close()
    await expect(sending).rejects.toMatchObject({ code })
    await way.close()
    expect(server.arrived).toHaveLength(arrived)
  })

  it('opens no more connections than allowed, however many are sent together', async () => {
    const server = await scripted()
    const { delivery } = await deliveryTo(server.port, { connections: 2 })
    await Promise.all(Array.from({ length: 20 }, () => delivery.send(invitation())))
    expect(server.arrived).toHaveLength(20)
    expect(server.connections).toBeLessThanOrEqual(2)
  })

  it('needs a server that lets people log in', async () => {
    const server = await scripted()
    const smtp = { host: '127.0.0.1', port: server.port, security: 'none', username: 'u' } as const
    const { delivery, pauses } = await deliveryTo(server.port, { smtp, password: new Secret('p') })
    await expect(delivery.send(invitation())).rejects.toMatchObject({
      code: 'delivery_unavailable',
      message: 'The mail server offers no way to log in without encryption.',
    })
    expect(pauses).toEqual([])
  })

  it('sends no more in a second and a minute than allowed', async () => {
    const server = await scripted()
    const { delivery, pauses } = await deliveryTo(server.port, { perSecond: 2, perMinute: 3 })
    for (let sent = 0; sent < 4; sent++) await delivery.send(invitation())
    expect(pauses).toEqual([1000, 59_000])
  })
})
