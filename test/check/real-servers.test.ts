import { describe, expect, it } from 'vitest'
import { mailServers, noMailServers } from '../support/mail-servers.js'
import { some } from '../support/runs.js'
import { BAD_CERTIFICATES } from '../support/server-certificate.js'
import type { ServerReport } from '../../src/check/report.js'
import { check, outcome, problems, serverOf } from './steps.js'

const DAY = 24 * 60 * 60 * 1000
const PROTOCOLS = ['imap', 'pop3'] as const
const SECURITIES = ['tls', 'starttls'] as const

describe.skipIf(noMailServers())('a check of servers in order', () => {
  const servers = mailServers()
  const trust = () => ({ trust: [servers().ca] })

  const ways = PROTOCOLS.flatMap((protocol) =>
    SECURITIES.flatMap((security) =>
      (['password-cleartext', 'password-encrypted'] as const).flatMap((authentication) =>
        (['ann', 'bob'] as const).map((person) => ({ protocol, security, authentication, person })),
      ),
    ),
  )
  it.each(ways)('$person, $protocol, $security, $authentication', async (way) => {
    const made = servers()
    const { password } = made.mailboxes[way.person]
    const report = await check(made.account(way.person, way), { ...trust(), password })
    expect(problems(report)).toEqual([])
    expect(report.ok).toBe(true)
    const statuses = report.servers.flatMap(({ steps }) => steps.map(({ status }) => status))
    expect(new Set(statuses)).toEqual(new Set(['ok']))
    expect(JSON.stringify(report)).not.toContain(password)
  })

  it('opens the mailbox, and sends nothing', async () => {
    const made = servers()
    const { password } = made.mailboxes.bob
    const report = await check(made.account('bob'), { ...trust(), password })
    const last = report.servers.map(({ steps }) => steps.at(-1)?.detail)
    expect(last).toEqual([
      expect.stringMatching(/^INBOX with 0 messages, IMAP4rev1, IDLE, UIDPLUS, MOVE/),
      'would send; nothing was sent',
    ])
    expect(made.log()).not.toMatch(/message-id=|status=/)
  })

  it('says what TLS it spoke and which address answered', async () => {
    const { steps } = serverOf(await check(servers().account('bob'), trust()), 'incoming')
    const detail = (name: string) => steps.find(({ step }) => step === name)?.detail
    expect(detail('connection')).toMatch(/^127\.0\.0\.1 in \d+ ms/)
    expect(detail('tls')).toMatch(
      /^TLSv1\.3, TLS_\w+, certificate from Test mail intermediate until \d{4}-\d\d-\d\d \(in \d+ days\)$/,
    )
  })

  it.each(PROTOCOLS)('tells a wrong password, %s', async (protocol) => {
    const password = 'correct-horse-battery'
    const report = await check(servers().account('ann', { protocol }), { ...trust(), password })
    expect(problems(report)).toEqual([
      'incoming login wrong_password',
      'outgoing login wrong_password',
    ])
    expect(report.ok).toBe(false)
    expect(JSON.stringify(report)).not.toContain(password)
  })

  it('sends a wrong password to each server once', async () => {
    const made = servers()
    // Others' failures are told late, too.
    const failures = () => made.log().match(/auth failed[^\n]*user=<bob>/g)?.length ?? 0
    const before = failures()
    const report = await check(made.account('bob'), { ...trust(), password: 'correct-horse' })
    expect(problems(report)).toHaveLength(2)
    // Dovecot tells of IMAP's once the connection has ended; SMTP's is in Postfix' own words.
    await expect.poll(() => failures() - before, { timeout: 10_000 }).toBe(1)
    expect(made.log()).toMatch(/auth failed, 1 attempts[^\n]*user=<bob>, method=PLAIN/)
  })

  it('says which way it logged in', async () => {
    const made = servers()
    const { password } = made.mailboxes.ann
    for (const [authentication, method] of [
      ['password-cleartext', 'PLAIN'],
      ['password-encrypted', 'CRAM-MD5'],
    ] as const) {
      const report = await check(made.account('ann', { authentication }), { ...trust(), password })
      for (const server of report.servers) {
        expect(server.steps.find(({ step }) => step === 'login')?.method).toBe(method)
      }
    }
  })

  it('does not log in without a password', async () => {
    const report = await check(servers().account('ann'), trust())
    expect(report.ok).toBe(true)
    expect(outcome(serverOf(report, 'outgoing'))).toMatchObject({
      authentication: 'ok',
      login: 'skipped',
      sender: 'skipped',
    })
  })

  it('uses the passwords of the account', async () => {
    const account = servers().account('ann', { withPasswords: true })
    const report = await check(account, trust())
    expect(outcome(serverOf(report, 'incoming'))).toMatchObject({ login: 'ok', mailbox: 'ok' })
  })

  it.each(PROTOCOLS)('recognises exchanged securities, %s', async (protocol) => {
    const made = servers()
    const right = made.account('bob', { protocol })
    const tlsOnClear = {
      ...right,
      incoming: { ...right.incoming, port: made.ports[protocol].starttls },
      outgoing: { ...right.outgoing, port: made.ports.smtp.starttls },
    }
    expect(problems(await check(tlsOnClear, trust()))).toEqual([
      'incoming tls starts_in_clear',
      'outgoing tls starts_in_clear',
    ])
    const clearOnTls = made.account('bob', { protocol, security: 'starttls' })
    const wrong = {
      ...clearOnTls,
      incoming: { ...clearOnTls.incoming, port: made.ports[protocol].tls },
      outgoing: { ...clearOnTls.outgoing, port: made.ports.smtp.tls },
    }
    expect(problems(await check(wrong, { ...trust(), timeout: 1500 }))).toEqual([
      'incoming greeting expects_tls',
      'outgoing greeting expects_tls',
    ])
  })

  it('sends no password without encryption', async () => {
    const made = servers()
    const { password } = made.mailboxes.bob
    const clear = made.account('bob', { security: 'starttls' })
    const report = await check(
      {
        ...clear,
        incoming: { ...clear.incoming, security: 'none' },
        outgoing: { ...clear.outgoing, security: 'none' },
      },
      { ...trust(), password },
    )
    expect(problems(report)).toEqual([
      'incoming tls not_encrypted',
      'incoming authentication login_disabled',
      'outgoing tls not_encrypted',
      'outgoing authentication no_authentication',
    ])
  })

  it('does not know the authority unless told', async () => {
    expect(problems(await check(servers().account('bob')))).toEqual([
      'incoming tls unknown_root',
      'outgoing tls unknown_root',
    ])
  })
})

const CODES: Readonly<Record<keyof typeof BAD_CERTIFICATES, string>> = {
  'for another name': 'certificate_name',
  expired: 'certificate_expired',
  'self-signed': 'certificate_self_signed',
  'without its intermediate': 'missing_intermediate',
}

describe.skipIf(noMailServers()).each(some(Object.entries(BAD_CERTIFICATES), 2))(
  'a certificate %s',
  (name, certificate) => {
    const servers = mailServers({ certificate })
    it.each(SECURITIES)('is told, and no password is sent, %s', async (security) => {
      const made = servers()
      const { password } = made.mailboxes.bob
      const report = await check(made.account('bob', { security }), { trust: [made.ca], password })
      for (const server of report.servers) {
        const { tls, capabilities, authentication, login } = outcome(server)
        expect([tls, capabilities, authentication, login]).toEqual([
          CODES[name as keyof typeof CODES],
          'ok',
          'ok',
          'skipped',
        ])
      }
    })
  },
)

describe.skipIf(noMailServers())('servers that work, but not as they should', () => {
  const careless = mailServers({
    authBeforeTls: true,
    refuseSenders: true,
    certificate: { notAfter: new Date(Date.now() + 3.5 * DAY) },
    tlsVersion: 'TLSv1.2',
  })

  it.each(PROTOCOLS)('are warned about, %s', async (protocol) => {
    const made = careless()
    const { password } = made.mailboxes.ann
    const report = await check(made.account('ann', { protocol, security: 'starttls' }), {
      trust: [made.ca],
      password,
    })
    expect(problems(report)).toEqual([
      'incoming starttls login_before_tls',
      'incoming tls certificate_expires_soon',
      'outgoing starttls login_before_tls',
      'outgoing tls certificate_expires_soon',
      'outgoing sender sender_refused',
    ])
    const { steps } = serverOf(report, 'incoming')
    expect(steps.find(({ step }) => step === 'tls')?.detail).toMatch(/^TLSv1\.2, .*\(in 3 days\)$/)
    // Postfix repeats the address; the report does not.
    const { address, ...rest } = report
    expect(JSON.stringify(rest)).not.toContain(address)
  })
})

describe.skipIf(noMailServers())('servers with a certificate for six days', () => {
  const DAYS = {
    notBefore: new Date(Date.now() - 2 * DAY),
    notAfter: new Date(Date.now() + 4 * DAY),
  }
  const servers = mailServers({ certificate: DAYS })

  it('are not warned about before they should have renewed it', async () => {
    const made = servers()
    const report = await check(made.account('bob'), { trust: [made.ca] })
    expect(problems(report)).toEqual([])
  })
})

describe.skipIf(noMailServers())('servers with another way of logging in', () => {
  const servers = mailServers({ mechanisms: ['CRAM-MD5'] })

  it('do not fit to the settings', async () => {
    const made = servers()
    const report = await check(made.account('bob'), { trust: [made.ca] })
    expect(problems(report)).toEqual([
      'incoming authentication mechanism_not_offered',
      'outgoing authentication mechanism_not_offered',
    ])
  })
})

/** How a server was logged in to. */
function methodOf(server: ServerReport): string | undefined {
  return server.steps.find(({ step }) => step === 'login')?.method
}

describe.skipIf(noMailServers())('servers with APOP', () => {
  const servers = mailServers({ mechanisms: ['PLAIN', 'APOP'] })

  it.each(SECURITIES)('are logged in to by it, %s', async (security) => {
    const made = servers()
    const authentication = 'password-encrypted'
    for (const person of ['ann', 'bob'] as const) {
      const account = made.account(person, { protocol: 'pop3', security, authentication })
      const { password } = made.mailboxes[person]
      const server = serverOf(await check(account, { trust: [made.ca], password }), 'incoming')
      expect(outcome(server)).toMatchObject({ login: 'ok', mailbox: 'ok' })
      expect(methodOf(server)).toBe('APOP')
    }
  })
})

describe.skipIf(noMailServers())('servers with SASL’s LOGIN only', () => {
  const servers = mailServers({ mechanisms: ['LOGIN'] })

  it.each([
    ['imap', 'AUTHENTICATE LOGIN'],
    ['pop3', 'AUTH LOGIN'],
  ] as const)('are logged in to, %s', async (protocol, method) => {
    const made = servers()
    const { password } = made.mailboxes.ann
    const report = await check(made.account('ann', { protocol }), { trust: [made.ca], password })
    expect(problems(report)).toEqual([])
    expect(report.servers.map(methodOf)).toEqual([method, 'LOGIN'])
  })
})

const NO_LITERALS = 'check_helo_access regexp:{{/^\\[/ 550 5.7.1 say a name}}'

describe.skipIf(noMailServers()).each([
  ['at once', 'no', 'EHLO ehlo.thunderbird.net'],
  ['as late as it can', 'yes', 'EHLO [127.0.0.1]'],
])('a server that wants a name in EHLO, and says so %s', (_when, delay, method) => {
  const servers = mailServers({
    mainCf: { smtpd_helo_restrictions: NO_LITERALS, smtpd_delay_reject: delay },
  })

  it.each(SECURITIES)('is told one, %s', async (security) => {
    const made = servers()
    const { password } = made.mailboxes.bob
    const report = await check(made.account('bob', { security }), { trust: [made.ca], password })
    expect(problems(report)).toEqual([])
    const { steps } = serverOf(report, 'outgoing')
    expect(steps.find(({ step }) => step === 'capabilities')?.method).toBe(method)
    expect(outcome(serverOf(report, 'outgoing'))).toMatchObject({ sender: 'ok' })
  })
})

describe.skipIf(noMailServers())('a server that refuses a recipient and hangs up', () => {
  const servers = mailServers({
    mainCf: {
      smtpd_recipient_restrictions: 'check_recipient_access regexp:{{/./ 521 5.1.1 nobody here}}',
    },
  })

  it('is heard out', async () => {
    const made = servers()
    const { password } = made.mailboxes.bob
    const report = await check(made.account('bob'), { trust: [made.ca], password })
    expect(problems(report)).toEqual(['outgoing sender recipient_refused'])
    expect(serverOf(report, 'outgoing').steps.at(-1)?.detail).toContain('nobody here')
  })
})

describe.skipIf(noMailServers())('a server that wants no client', () => {
  const servers = mailServers({
    mainCf: {
      smtpd_client_restrictions: 'check_client_access regexp:{{/./ 554 5.7.1 not from there}}',
      smtpd_delay_reject: 'no',
    },
  })

  it('says why', async () => {
    const made = servers()
    const report = await check(made.account('bob'), { trust: [made.ca] })
    expect(problems(report)).toEqual(['outgoing greeting greeting_refused'])
    const greeting = serverOf(report, 'outgoing').steps.find(({ step }) => step === 'greeting')
    expect(greeting?.detail).toContain('not from there')
  })
})
