import { describe, expect, it } from 'vitest'
import { mailServers, noMailServers } from '../support/mail-servers.js'
import { BAD_CERTIFICATES } from '../support/server-certificate.js'
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

describe.skipIf(noMailServers()).each(Object.entries(BAD_CERTIFICATES))(
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
