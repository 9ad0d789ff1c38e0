import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { answering, fakeServer, GREETING, tagged, type Line, type Talk } from './fake-server.js'
import { oneServer, PASSWORD, problem, type OneServerOptions } from './one-server.js'

const { tls, checkOne } = oneServer()

/** Says something and hangs up. */
const leave = (words: string) => (socket: Socket) => {
  socket.end(words)
}

/** Answers lines as `answering` does; after the line that fits, says something and hangs up. */
const answerThenLeave =
  (greeting: string, lines: readonly Line[], last: RegExp, words: (sent: string) => string): Talk =>
  (socket) => {
    answering(greeting, [
      [
        last,
        (sent) => {
          queueMicrotask(() => socket.end())
          return words(sent)
        },
      ],
      ...lines,
    ])(socket)
  }

// Long enough for a busy machine to do what has to come before the end of time.
const SLOW_MS = 1500

const IMAP: Line[] = [
  [/ CAPABILITY$/, tagged('* CAPABILITY IMAP4rev1\r\n')],
  [/ LOGIN /, tagged()],
]
const SMTP: Line[] = [
  [/^EHLO/, '250-hi\r\n250 AUTH PLAIN\r\n'],
  [/^AUTH PLAIN/, '235 in\r\n'],
  [/^MAIL/, '250 ok\r\n'],
]
const CAPA: Line = [/^CAPA$/, '+OK\r\nUSER\r\n.\r\n']
const POP3: Line[] = [CAPA, [/^(?:USER|PASS)/, '+OK\r\n']]

const SAID: Readonly<Record<string, [Talk, OneServerOptions, step: string, words: string]>> = {
  'a greeting that is none': [
    answering('Hello, this is the coffee machine\r\n', []),
    { protocol: 'imap' },
    'greeting unexpected_reply',
    'Hello, this is the coffee machine',
  ],
  'BYE instead of a greeting': [
    leave('* BYE [ALERT] Your network is blocked\r\n'),
    { protocol: 'imap' },
    'greeting greeting_refused',
    'Your network is blocked',
  ],
  'a goodbye to CAPABILITY': [
    answerThenLeave(GREETING.imap, [], / CAPABILITY/, () => '* BYE Too busy for you\r\n'),
    { protocol: 'imap' },
    'capabilities closed',
    'Too busy for you',
  ],
  'a goodbye that goes on and on': [
    answering(GREETING.imap, [[/ CAPABILITY/, '* BYE Too busy for you\r\n']]),
    { protocol: 'imap', timeout: SLOW_MS },
    'capabilities closed',
    'Too busy for you',
  ],
  '-ERR to CAPA, then silence': [
    answering(GREETING.pop3, [
      [/^CAPA/, '-ERR Too many connections\r\n'],
      [/^USER/, ''],
    ]),
    { protocol: 'pop3', timeout: SLOW_MS },
    'login no_reply',
    'nothing within 1.5 s, after “-ERR Too many connections”',
  ],
  'NO to CAPABILITY': [
    answering(GREETING.imap, [[/ CAPABILITY/, tagged('', 'NO not for you')]]),
    { protocol: 'imap' },
    'capabilities capabilities_refused',
    'not for you',
  ],
  'a goodbye to EXAMINE': [
    answerThenLeave(GREETING.imap, IMAP, / EXAMINE/, () => '* BYE Disk is full\r\n'),
    { protocol: 'imap' },
    'mailbox mailbox_refused',
    'Disk is full',
  ],
  'EXAMINE, not now': [
    answering(GREETING.imap, [...IMAP, [/ EXAMINE/, tagged('', 'NO [INUSE] Mailbox is locked')]]),
    { protocol: 'imap' },
    'mailbox temporary',
    'Mailbox is locked',
  ],
  'nonsense for an answer': [
    answering(GREETING.pop3, [CAPA, [/^USER/, 'Segmentation fault\r\n']]),
    { protocol: 'pop3' },
    'login unexpected_reply',
    'Segmentation fault',
  ],
  '-ERR to CAPA, then the end': [
    answerThenLeave(GREETING.pop3, [], /^CAPA/, () => '-ERR Too many connections\r\n'),
    { protocol: 'pop3' },
    'login closed',
    '-ERR Too many connections',
  ],
  'STAT, not now': [
    answering(GREETING.pop3, [...POP3, [/^STAT/, '-ERR [SYS/TEMP] Try later\r\n']]),
    { protocol: 'pop3' },
    'mailbox temporary',
    'Try later',
  ],
  '550 to EHLO, whatever it says': [
    answering(GREETING.smtp, [[/^(?:EHLO|HELO)/, '550 5.7.1 Not from 192.0.2.7\r\n']]),
    { protocol: 'smtp' },
    'capabilities capabilities_refused',
    'Not from 192.0.2.7',
  ],
  '550 to EHLO, then the end': [
    answerThenLeave(GREETING.smtp, [], /^EHLO/, () => '550-5.7.1 Not from\r\n550 5.7.1 here\r\n'),
    { protocol: 'smtp' },
    'capabilities capabilities_refused',
    'Not from here',
  ],
  '421 to EHLO': [
    answering(GREETING.smtp, [[/^EHLO/, '421 4.3.2 Shutting down\r\n']]),
    { protocol: 'smtp' },
    'capabilities capabilities_refused',
    'Shutting down',
  ],
  '421 in the end of a greeting': [
    leave('220-hi\r\n421 Too many connections\r\n'),
    { protocol: 'smtp' },
    'greeting unexpected_reply',
    '421 Too many connections',
  ],
  '550 to RCPT, then the end': [
    answerThenLeave(GREETING.smtp, SMTP, /^RCPT/, () => '550 5.1.1 No such user\r\n'),
    { protocol: 'smtp' },
    'sender recipient_refused',
    'No such user',
  ],
  'the name refused at RCPT, then the end': [
    answerThenLeave(GREETING.smtp, SMTP, /^RCPT/, () => '550 Helo command rejected: no\r\n'),
    { protocol: 'smtp' },
    'sender client_refused',
    'Helo command rejected: no',
  ],
  '421 to RCPT, then the end': [
    answerThenLeave(GREETING.smtp, SMTP, /^RCPT/, () => '421 4.7.0 Try again later\r\n'),
    { protocol: 'smtp' },
    'sender temporary',
    'Try again later',
  ],
  'no STARTTLS after HELO': [
    answering(GREETING.smtp, [
      [/^EHLO/, '550 go away\r\n'],
      [/^HELO/, '250 hi\r\n'],
    ]),
    { protocol: 'smtp', security: 'starttls' },
    'starttls starttls_not_offered',
    'go away',
  ],
  'EHLO refused before STARTTLS': [
    answering(GREETING.smtp, [[/^(?:EHLO|HELO)/, '550 go away\r\n']]),
    { protocol: 'smtp', security: 'starttls' },
    'starttls capabilities_refused',
    'go away',
  ],
}

describe('the server’s own words', () => {
  it.each(Object.entries(SAID))('%s', async (_name, [talk, options, found, words]) => {
    const { port } = await fakeServer(talk, options.security === undefined ? tls() : undefined)
    const report = await checkOne(port, options)
    expect(problem(report)).toBe(found)
    expect(report.steps.find(({ code }) => code !== undefined)?.detail).toBe(words)
  })

  it.each([
    ['in a greeting', `${PASSWORD} ann@example.com\r\n`, [], 'greeting'],
    ['in an answer', GREETING.imap, [[/CAPABILITY/, `${PASSWORD} \u001b[31mann@example.com\r\n`]]],
    ['in BYE', GREETING.imap, [[/CAPABILITY/, `* BYE ${PASSWORD} ann@example.com\u0007\r\n`]]],
    ['in NO', GREETING.imap, [[/CAPABILITY/, tagged('', `NO ${PASSWORD} ann@example.com`)]]],
  ] as [string, string, Line[]][])(
    'tell nothing private, reach no terminal and have an end, %s',
    async (_name, greeting, lines) => {
      const long = (text: string) => text.replace(/\r\n$/, ` ${'x '.repeat(1000)}\r\n`)
      const talk = answering(
        lines.length === 0 ? long(greeting) : greeting,
        lines.map(([expected, answer]): Line => [
          expected,
          typeof answer === 'function' ? (sent) => long(answer(sent)) : long(answer ?? ''),
        ]),
      )
      const { port } = await fakeServer(talk, tls())
      const { steps } = await checkOne(port, { timeout: SLOW_MS })
      const detail = steps.find(({ status }) => status === 'failed')?.detail ?? ''
      expect(detail).toMatch(/^… …/)
      expect(Array.from(detail).length).toBeLessThanOrEqual(200)
      // eslint-disable-next-line no-control-regex
      expect(detail).not.toMatch(/Sesame|ann@|[\u0000-\u001f]/)
    },
  )
})

describe('mail that a server does not take', () => {
  it.each([
    ['MAIL', '530 5.7.0 Authentication required', 'login_required'],
    ['MAIL', '550 5.7.1 Please authenticate first', 'login_required'],
    ['RCPT', '554 5.7.1 <x>: Relay access denied', 'login_required'],
    ['RCPT', '550 relay not permitted', 'login_required'],
    ['RCPT', '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked', 'client_refused'],
    ['RCPT', '550 5.7.1 192.0.2.1 is listed by zen.spamhaus.org', 'client_refused'],
    ['RCPT', '504 5.5.2 <a>: Helo command rejected: Host not found', 'client_refused'],
    ['RCPT', '553 5.7.1 <x>: Sender address rejected: not owned by user y', 'sender_refused'],
    ['MAIL', '550 5.1.0 Address rejected', 'sender_refused'],
    ['RCPT', '552 5.2.2 Mailbox full', 'recipient_refused'],
  ])('%s: %s', async (command, answer, code) => {
    const lines: Line[] = [
      [new RegExp(`^${command}`), `${answer}\r\n`],
      ...SMTP,
      [/^(?:RCPT|RSET)/, '250 ok\r\n'],
    ]
    const { port } = await fakeServer(answering(GREETING.smtp, lines), tls())
    expect(problem(await checkOne(port, { protocol: 'smtp' }))).toBe(`sender ${code}`)
  })
})

describe('a server that says that somebody has logged in already', () => {
  it('is not gone on with where the settings want TLS', async () => {
    const lines: Line[] = [
      [/ CAPABILITY$/, tagged('* CAPABILITY IMAP4rev1 STARTTLS\r\n')],
      [/ STARTTLS$/, tagged()],
    ]
    const server = await fakeServer(answering('* PREAUTH welcome\r\n', lines))
    const report = await checkOne(server.port, { security: 'starttls' })
    expect(problem(report)).toBe('starttls preauth_before_tls')
    expect(server.received()).toBe('')
  })
})
