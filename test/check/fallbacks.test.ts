import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { answering, fakeServer, GREETING, tagged, type Line } from './fake-server.js'
import { oneServer, PASSWORD, problem, stepOf, type OneServerOptions } from './one-server.js'

const { tls, checkOne } = oneServer()

const USER = 'ann@example.com'
const PLAIN = Buffer.from(`\0${USER}\0${PASSWORD}`).toString('base64')
const quoted = (...values: string[]) => values.map((value) => `"${value}"`).join(' ')

interface Talk {
  readonly protocol: keyof typeof GREETING
  readonly lines: readonly Line[]
  readonly greeting?: string
  /** What the log-in says worked; for SMTP's EHLO the capabilities. */
  readonly method: string
  readonly step?: 'capabilities'
  readonly detail?: string
  readonly account?: OneServerOptions
  /** What the server must have been told, in this order. */
  readonly received?: readonly string[]
}

const capability = (list: string): Line => [/ CAPABILITY$/, tagged(`* CAPABILITY ${list}\r\n`)]
const INBOX: Line = [/ EXAMINE INBOX$/, tagged('* 1 EXISTS\r\n')]
const STAT: Line = [/^STAT$/, '+OK 1 320\r\n']
const EHLO: Line = [/^EHLO /, '250-hi\r\n250 AUTH PLAIN LOGIN\r\n']
const SENDING: Line[] = [[/^(?:MAIL|RCPT|RSET)/, '250 ok\r\n']]
const LOGIN: Line = [new RegExp(` LOGIN ${quoted(USER, PASSWORD)}$`), tagged()]

/** IMAP: AUTHENTICATE PLAIN in two steps, which ends with an answer; then LOGIN, which works. */
const plainRefused = (status: string): Line[] => {
  let tag = ''
  return [
    capability('IMAP4rev1 AUTH=PLAIN'),
    [
      / AUTHENTICATE PLAIN$/,
      (sent) => {
        tag = sent.split(' ', 1)[0] ?? ''
        return '+ \r\n'
      },
    ],
    [/^AGFubk/, () => `${tag} ${status}\r\n`],
    LOGIN,
    INBOX,
  ]
}

const LONG = 'x'.repeat(130)
const VERY_LONG = 'x'.repeat(400)
const plainOf = (password: string) => Buffer.from(`\0${USER}\0${password}`).toString('base64')

const WORKS: Readonly<Record<string, Talk>> = {
  'IMAP: NO to AUTHENTICATE PLAIN, before anything was sent': {
    protocol: 'imap',
    lines: [
      capability('IMAP4rev1 AUTH=PLAIN'),
      [/ AUTHENTICATE /, tagged('', 'NO AUTHENTICATE mechanism not supported, mate')],
      LOGIN,
      INBOX,
    ],
    method: 'LOGIN',
    detail: 'LOGIN, after PLAIN was refused',
  },
  'IMAP: BAD to AUTHENTICATE PLAIN with its message': {
    protocol: 'imap',
    lines: [
      capability('IMAP4rev1 AUTH=PLAIN SASL-IR'),
      [/ AUTHENTICATE /, tagged('', 'BAD command unknown')],
      LOGIN,
      INBOX,
    ],
    method: 'LOGIN',
  },
  'IMAP: SASL-IR said, but not meant': {
    protocol: 'imap',
    lines: [
      capability('IMAP4rev1 AUTH=PLAIN SASL-IR LOGINDISABLED'),
      [/ AUTHENTICATE PLAIN \S/, tagged('', 'BAD too many arguments')],
      [/ AUTHENTICATE PLAIN$/, '+ \r\n'],
      [/^AGFubk/, () => 'a3 OK in\r\n'],
      INBOX,
    ],
    method: 'PLAIN',
    detail: 'PLAIN',
  },
  'IMAP: the initial response is overread': {
    protocol: 'imap',
    lines: [
      capability('IMAP4rev1 AUTH=PLAIN SASL-IR'),
      [/ AUTHENTICATE PLAIN \S/, '+ \r\n'],
      [/^AGFubk/, () => 'a2 OK in\r\n'],
      INBOX,
    ],
    method: 'PLAIN',
  },
  'IMAP: Exchange, whose NO says nothing': {
    protocol: 'imap',
    lines: plainRefused('NO AUTHENTICATE failed.'),
    method: 'LOGIN',
  },
  'IMAP: BAD after the message': {
    protocol: 'imap',
    lines: plainRefused('BAD what?'),
    method: 'LOGIN',
  },
  'IMAP: no AUTH= at all, and no literals': {
    protocol: 'imap',
    lines: [capability('IMAP4rev1'), [/\{\d+\}$/, tagged('', 'BAD no literals')], LOGIN, INBOX],
    method: 'LOGIN',
  },
  'IMAP: no literals, quotes and backslashes': {
    protocol: 'imap',
    account: { password: 'a "b" \\c' },
    lines: [
      capability('IMAP4rev1'),
      [/\{\d+\}$/, tagged('', 'BAD no literals')],
      [/ LOGIN "ann@example\.com" "a \\"b\\" \\\\c"$/, tagged()],
      INBOX,
    ],
    method: 'LOGIN',
  },
  'IMAP: no literals, and a password that needs them': {
    protocol: 'imap',
    account: { password: 'grün' },
    lines: [
      capability('IMAP4rev1'),
      [/\{\d+\}$/, tagged('', 'BAD no literals')],
      [/ LOGIN "ann@example\.com" "grün"$/, tagged()],
      INBOX,
    ],
    method: 'LOGIN',
  },
  'IMAP: LOGIN before SASL’s LOGIN, as apps know it only': {
    protocol: 'imap',
    lines: [capability('IMAP4rev1 AUTH=LOGIN'), LOGIN, INBOX],
    method: 'LOGIN',
  },
  'IMAP: SASL’s LOGIN where nothing else is left': {
    protocol: 'imap',
    lines: [
      capability('IMAP4rev1 AUTH=LOGIN LOGINDISABLED'),
      [/ AUTHENTICATE LOGIN$/, '+ VXNlcm5hbWU6\r\n'],
      [/^YW5uQGV4YW1wbGUuY29t$/, '+ UGFzc3dvcmQ6\r\n'],
      [/^U2VzYW1lLW9wZW4tMTIzNA==$/, () => 'a2 OK in\r\n'],
      INBOX,
    ],
    method: 'AUTHENTICATE LOGIN',
  },
  'IMAP: NetEase, which wants ID before it opens a mailbox': {
    protocol: 'imap',
    lines: (() => {
      let known = false
      const id = (sent: string) => {
        known = true
        return tagged('* ID NIL\r\n')(sent)
      }
      return [
        capability('IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+'),
        LOGIN,
        [/ ID \("name" "mailprofile" "version" "[\w.-]+"\)$/, id],
        [
          / EXAMINE INBOX$/,
          (sent) =>
            known
              ? tagged('* 1 EXISTS\r\n')(sent)
              : tagged('', 'NO EXAMINE Unsafe Login. Please contact kefu@188.com for help')(sent),
        ],
      ]
    })(),
    method: 'LOGIN',
  },
  'IMAP: ID said, but refused': {
    protocol: 'imap',
    lines: [capability('IMAP4rev1 ID'), LOGIN, [/ ID /, tagged('', 'BAD what?')], INBOX],
    method: 'LOGIN',
  },
  'POP3: AUTH PLAIN in two steps only': {
    protocol: 'pop3',
    lines: [
      [/^CAPA$/, '+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n'],
      [/^AUTH PLAIN \S/, '-ERR authentication failed\r\n'],
      [/^AUTH PLAIN$/, '+ \r\n'],
      [/^AGFubk/, '+OK in\r\n'],
      STAT,
    ],
    method: 'PLAIN',
    received: ['AUTH PLAIN', PLAIN],
  },
  'POP3: +OK for the + of AUTH PLAIN': {
    protocol: 'pop3',
    lines: [
      [/^CAPA$/, '+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n'],
      [/^AUTH PLAIN$/, '+OK go on\r\n'],
      [/^AGFubk/, '+OK in\r\n'],
      STAT,
    ],
    method: 'PLAIN',
    received: ['AUTH PLAIN', PLAIN],
  },
  'POP3: AUTH PLAIN in one step only': {
    protocol: 'pop3',
    lines: [
      [/^CAPA$/, '+OK\r\nSASL PLAIN\r\n.\r\n'],
      [/^AUTH PLAIN$/, '-ERR missing argument\r\n'],
      [/^AUTH PLAIN \S+$/, '+OK in\r\n'],
      STAT,
    ],
    method: 'PLAIN',
  },
  'POP3: SASL PLAIN said, but not meant': {
    protocol: 'pop3',
    lines: [
      [/^CAPA$/, '+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n'],
      [/^AUTH /, '-ERR unknown command\r\n'],
      [/^USER ann@example\.com$/, '+OK\r\n'],
      [/^PASS Sesame-open-1234$/, '+OK\r\n'],
      STAT,
    ],
    method: 'USER/PASS',
    detail: 'USER/PASS, after PLAIN was refused',
  },
  'POP3: CAPA with neither USER nor SASL': {
    protocol: 'pop3',
    lines: [
      [/^CAPA$/, '+OK\r\nTOP\r\nUIDL\r\n.\r\n'],
      [/^USER ann@example\.com$/, '+OK\r\n'],
      [/^PASS Sesame-open-1234$/, '+OK\r\n'],
      STAT,
    ],
    method: 'USER/PASS',
  },
  'POP3: no CAPA': {
    protocol: 'pop3',
    lines: [
      [/^CAPA$/, '-ERR unknown command\r\n'],
      [/^USER ann@example\.com$/, '+OK\r\n'],
      [/^PASS Sesame-open-1234$/, '+OK\r\n'],
      STAT,
    ],
    method: 'USER/PASS',
  },
  'POP3: APOP by the greeting, without CAPA': {
    protocol: 'pop3',
    greeting: '+OK POP3 ready <1896.697170952@example.com>\r\n',
    account: { authentication: 'password-encrypted' },
    lines: [
      [/^CAPA$/, '-ERR unknown command\r\n'],
      [
        new RegExp(
          `^APOP ann@example\\.com ${createHash('md5').update(`<1896.697170952@example.com>${PASSWORD}`).digest('hex')}$`,
        ),
        '+OK in\r\n',
      ],
      STAT,
    ],
    method: 'APOP',
  },
  'POP3: CRAM-MD5 before APOP': {
    protocol: 'pop3',
    greeting: '+OK <1@example.com>\r\n',
    account: { authentication: 'password-encrypted' },
    lines: [
      [/^CAPA$/, '+OK\r\nSASL CRAM-MD5\r\n.\r\n'],
      [/^AUTH CRAM-MD5$/, '+ PDFAZXhhbXBsZS5jb20+\r\n'],
      [/^YW5uQGV4YW1wbGUuY29tI/, '+OK in\r\n'],
      STAT,
    ],
    method: 'CRAM-MD5',
  },
  'POP3: CRAM-MD5 said, but not meant': {
    protocol: 'pop3',
    greeting: '+OK <1@example.com>\r\n',
    account: { authentication: 'password-encrypted' },
    lines: [
      [/^CAPA$/, '+OK\r\nSASL CRAM-MD5\r\n.\r\n'],
      [/^AUTH /, '-ERR unknown command\r\n'],
      [/^APOP ann@example\.com [0-9a-f]{32}$/, '+OK in\r\n'],
      STAT,
    ],
    method: 'APOP',
  },
  'SMTP: AUTH PLAIN in one step only': {
    protocol: 'smtp',
    account: { password: LONG },
    lines: [
      EHLO,
      [/^AUTH PLAIN$/, '535 Incorrect authentication data\r\n'],
      [new RegExp(`^AUTH PLAIN ${plainOf(LONG)}$`), '235 in\r\n'],
      ...SENDING,
    ],
    method: 'PLAIN',
  },
  'SMTP: AUTH PLAIN in one step only, user name and password long': {
    protocol: 'smtp',
    account: { username: `${'a'.repeat(60)}@example.com`, password: LONG },
    lines: [
      EHLO,
      [/^AUTH PLAIN$/, '535 Incorrect authentication data\r\n'],
      [/^AUTH PLAIN \S{250,}$/, '235 in\r\n'],
      ...SENDING,
    ],
    method: 'PLAIN',
  },
  'SMTP: a message that is longer than a command may be': {
    protocol: 'smtp',
    account: { password: VERY_LONG },
    lines: [EHLO, [/^.{511,}$/, '500 line too long\r\n'], [/^AUTH PLAIN$/, '334 \r\n'], ...SENDING],
    method: 'PLAIN',
  },
  'SMTP: the initial response is overread': {
    protocol: 'smtp',
    lines: [EHLO, [/^AUTH PLAIN \S/, '334 \r\n'], [/^AGFubk/, '235 in\r\n'], ...SENDING],
    method: 'PLAIN',
  },
  'SMTP: no initial responses': {
    protocol: 'smtp',
    lines: [
      EHLO,
      [/^AUTH PLAIN \S/, '501 5.5.4 Syntax: AUTH mechanism\r\n'],
      [/^AUTH PLAIN$/, '334 \r\n'],
      [/^AGFubk/, '235 in\r\n'],
      ...SENDING,
    ],
    method: 'PLAIN',
  },
  'SMTP: PLAIN offered, but not taken': {
    protocol: 'smtp',
    lines: [
      EHLO,
      [/^AUTH PLAIN/, '504 5.5.4 Unrecognized authentication type\r\n'],
      [/^AUTH LOGIN$/, '334 VXNlcm5hbWU6\r\n'],
      [/^YW5uQGV4YW1wbGUuY29t$/, '334 UGFzc3dvcmQ6\r\n'],
      [/^U2VzYW1lLW9wZW4tMTIzNA==$/, '235 in\r\n'],
      ...SENDING,
    ],
    method: 'LOGIN',
    detail: 'LOGIN, after PLAIN was refused',
  },
  'SMTP: EHLO with a name only': {
    protocol: 'smtp',
    lines: [
      [/^EHLO \[/, '550 5.7.1 Invalid HELO\r\n'],
      [/^EHLO [\w.-]+\.\w+$/, '250-hi\r\n250 AUTH PLAIN\r\n'],
      [/^AUTH PLAIN /, '235 in\r\n'],
      ...SENDING,
    ],
    step: 'capabilities',
    method: 'EHLO ehlo.thunderbird.net',
    detail: 'EHLO ehlo.thunderbird.net, after a refusal: Invalid HELO',
  },
  'SMTP: the name refused as late as Postfix does': {
    protocol: 'smtp',
    lines: (() => {
      let name = ''
      return [
        [
          /^EHLO /,
          (sent) => {
            name = sent.slice(5)
            return '250-hi\r\n250 AUTH PLAIN\r\n'
          },
        ],
        [/^AUTH PLAIN /, '235 in\r\n'],
        [/^MAIL/, '250 ok\r\n'],
        [
          /^RCPT/,
          () =>
            name.startsWith('[')
              ? '504 5.5.2 <[127.0.0.1]>: Helo command rejected: need fully-qualified hostname\r\n'
              : '250 ok\r\n',
        ],
        [/^RSET/, '250 ok\r\n'],
      ]
    })(),
    method: 'PLAIN',
  },
}

// Its message comes as a line of its own, longer than any command.
const long = WORKS['SMTP: a message that is longer than a command may be']
const LONG_LINES: readonly Line[] = [
  [new RegExp(`^${plainOf(VERY_LONG)}$`), '235 in\r\n'],
  ...(long?.lines ?? []),
]

describe('a log-in that phones make', () => {
  it.each(Object.entries(WORKS))('%s', async (_name, talk) => {
    const { protocol, method, step = 'login', detail, account } = talk
    const lines = talk === long ? LONG_LINES : talk.lines
    const { port, received } = await fakeServer(
      answering(talk.greeting ?? GREETING[protocol], lines),
      tls(),
    )
    const report = await checkOne(port, { protocol, ...account })
    expect(problem(report)).toBe('')
    const found = stepOf(report, step)
    expect(found.method).toBe(method)
    if (detail !== undefined) expect(found.detail).toBe(detail)
    if (talk.received !== undefined) {
      const sent = received().split('\r\n')
      expect(sent.filter((line) => talk.received?.includes(line))).toEqual(talk.received)
    }
  })

  it('SMTP: HELO, where the settings want no log-in', async () => {
    const lines: Line[] = [
      [/^EHLO/, '502 5.5.1 unknown command\r\n'],
      [/^HELO [\w.-]+\.\w+$/, '250 hi\r\n'],
      ...SENDING,
    ]
    const { port } = await fakeServer(answering(GREETING.smtp, lines), tls())
    const report = await checkOne(port, { protocol: 'smtp', authentication: 'none' })
    expect(problem(report)).toBe('')
    expect(stepOf(report, 'capabilities').method).toBe('HELO ehlo.thunderbird.net')
    const wanted = await checkOne(port, { protocol: 'smtp' })
    expect(problem(wanted)).toBe('authentication no_authentication')
  })

  it('POP3: APOP is offered by the greeting alone', async () => {
    const lines: Line[] = [[/^CAPA$/, '-ERR what?\r\n']]
    const greeting = '+OK ready <1@example.com>\r\n'
    const { port } = await fakeServer(answering(greeting, lines))
    const account = { authentication: 'password-encrypted', protocol: 'pop3', security: 'none' }
    const report = await checkOne(port, account)
    expect(stepOf(report, 'authentication')).toMatchObject({ status: 'ok', detail: 'offers APOP' })
    const without = await fakeServer(answering(GREETING.pop3, lines))
    expect(problem(await checkOne(without.port, account))).toContain('no_authentication')
  })
})

/** How often a server was told the password, in whatever way. */
function tries(received: string): number {
  const ways = [
    PLAIN,
    `LOGIN ${quoted(USER, PASSWORD)}`,
    `PASS ${PASSWORD}`,
    'U2VzYW1lLW9wZW4tMTIzNA',
  ]
  return ways.reduce((sum, way) => sum + received.split(way).length - 1, 0)
}

const FAILED = 'Authentication failed'

describe('a wrong password', () => {
  const capa: Line = [/^CAPA$/, '+OK\r\nUSER\r\nSASL PLAIN LOGIN\r\n.\r\n']
  it.each<[string, keyof typeof GREETING, readonly Line[], number, string]>([
    ['IMAP, with a code', 'imap', plainRefused(`NO [AUTHENTICATIONFAILED] ${FAILED}`), 1, FAILED],
    ['IMAP, with another code', 'imap', plainRefused('NO [UNAVAILABLE] later'), 1, 'later'],
    ['IMAP, and too often', 'imap', plainRefused('NO Too many log-ins'), 1, 'Too many log-ins'],
    ['IMAP, and a goodbye', 'imap', plainRefused('BYE go away'), 1, 'go away'],
    [
      'IMAP, without a code',
      'imap',
      [[/ LOGIN /, tagged('', 'NO Go away')], ...plainRefused('NO Login failure')],
      2,
      'Go away',
    ],
    [
      'IMAP, without a code, and then a hang-up',
      'imap',
      [[/ LOGIN /, null], ...plainRefused('NO Login failure')],
      2,
      'Login failure',
    ],
    [
      'IMAP, without a code, and no LOGIN',
      'imap',
      [[/ LOGIN /, tagged('', 'BAD what?')], ...plainRefused('NO Login failure')],
      2,
      'Login failure',
    ],
    [
      'POP3, without a code',
      'pop3',
      [capa, [/^AUTH PLAIN$/, '+ \r\n'], [/^AGFubk/, `-ERR ${FAILED}\r\n`]],
      1,
      FAILED,
    ],
    [
      'SMTP',
      'smtp',
      [EHLO, [/^AUTH PLAIN /, `535 5.7.8 ${FAILED}\r\n`], [/^AUTH LOGIN/, '334 VXNl\r\n']],
      1,
      FAILED,
    ],
    ['SMTP, later', 'smtp', [EHLO, [/^AUTH /, `454 4.7.0 ${FAILED}\r\n`]], 1, FAILED],
  ])('is not tried again and again: %s', async (_name, protocol, lines, count, words) => {
    const { port, received } = await fakeServer(answering(GREETING[protocol], lines), tls())
    const report = await checkOne(port, { protocol })
    const login = stepOf(report, 'login')
    expect([login.status, login.method, login.detail ?? '']).toEqual(['failed', undefined, words])
    expect(tries(received())).toBe(count)
  })

  it('is not what a server means that does not want to hear it', async () => {
    const lines: Line[] = [
      [/^CAPA$/, '+OK\r\nUSER\r\n.\r\n'],
      [/^USER/, '-ERR no\r\n'],
    ]
    const { port, received } = await fakeServer(answering(GREETING.pop3, lines), tls())
    expect(problem(await checkOne(port, { protocol: 'pop3' }))).toBe('login login_refused')
    expect(received()).not.toContain('PASS')
  })

  it('is not shown as LOGIN has quoted it', async () => {
    const password = 'a "b" \\c d'
    const lines: Line[] = [
      capability('IMAP4rev1'),
      [/ LOGIN /, (sent) => `a2 NO unknown: ${sent}\r\n`],
    ]
    const { port } = await fakeServer(answering(GREETING.imap, lines), tls())
    const report = await checkOne(port, { password })
    expect(stepOf(report, 'login').detail).toBe('unknown: a2 LOGIN "…" "…"')
  })
})
