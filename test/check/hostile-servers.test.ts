import type { Socket } from 'node:net'
import forge from 'node-forge'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import type { Address } from '../../src/account/address.js'
import { CAUSES } from '../../src/check/causes.js'
import { checkServer } from '../../src/check/server.js'
import { annJson } from '../support/accounts.js'
import { answering, fakeServer, GREETING, tagged, type Line, type Talk } from './fake-server.js'
import { oneServer, PASSWORD, problem } from './one-server.js'
import { outcome } from './steps.js'

const { tls, checkOne } = oneServer()

const repeat = (socket: Socket, milliseconds: number, text: string) => {
  const timer = setInterval(() => socket.write(text), milliseconds)
  socket.on('close', () => clearInterval(timer))
}
const flood = (socket: Socket, text: string) => {
  const more = () => {
    while (!socket.destroyed && socket.write(text));
  }
  socket.on('drain', more)
  more()
}

const CAPABLE: Line = [/ CAPABILITY$/, tagged('* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n')]

const IN_CLEAR: readonly [name: string, talk: Talk, problem: string][] = [
  ['hangs up', (socket) => socket.end(), 'greeting closed'],
  ['speaks of something else', answering('hello there\r\n', []), 'greeting unexpected_reply'],
  ['speaks SMTP', answering('220 mail.example.com ESMTP\r\n', []), 'greeting wrong_protocol'],
  ['speaks POP3', answering('+OK ready\r\n', []), 'greeting wrong_protocol'],
  ['is a web server', answering('HTTP/1.1 400 Bad Request\r\n', []), 'greeting wrong_protocol'],
  ['refuses', answering('* BYE too busy\r\n', []), 'greeting greeting_refused'],
  ['never ends its line', (socket) => flood(socket, 'x'.repeat(4096)), 'greeting too_much_data'],
  [
    'never ends its list',
    (socket) => flood(socket, '* OK hello\r\n'.repeat(100)),
    'starttls too_much_data',
  ],
  [
    'does not tell what it can',
    answering('* OK hello\r\n', [[/ CAPABILITY$/, tagged()]]),
    'starttls capabilities_refused',
  ],
  [
    'answers with another tag',
    answering('* OK hello\r\n', [[/ CAPABILITY$/, 'zz OK done\r\n']]),
    'starttls unexpected_reply',
  ],
  [
    'has no STARTTLS',
    answering('* OK hello\r\n', [[/ CAPABILITY$/, tagged('* CAPABILITY IMAP4rev1\r\n')]]),
    'starttls starttls_not_offered',
  ],
  [
    'refuses STARTTLS',
    answering('* OK hello\r\n', [CAPABLE, [/ STARTTLS$/, tagged('', 'NO not now')]]),
    'starttls starttls_refused',
  ],
  [
    'goes on in clear after STARTTLS',
    answering('* OK hello\r\n', [
      CAPABLE,
      [/ STARTTLS$/, (sent) => `${tagged()(sent)}* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n`],
    ]),
    'starttls data_before_tls',
  ],
  [
    'answers TLS in clear after STARTTLS',
    (socket) => {
      const lines: Line[] = [CAPABLE, [/ STARTTLS$/, tagged()]]
      answering('* OK hello\r\n', lines)(socket)
      socket.on('data', (chunk: Buffer) => {
        if (chunk[0] === 0x16) socket.write('* OK what?\r\n')
      })
    },
    'tls not_tls',
  ],
  [
    'hangs up after STARTTLS',
    (socket) => {
      answering('* OK hello\r\n', [CAPABLE, [/ STARTTLS$/, tagged()]])(socket)
      socket.on('data', (chunk: Buffer) => {
        if (chunk[0] === 0x16) socket.destroy()
      })
    },
    'tls tls_failed',
  ],
]

/** Servers that use up the time of a step: security of the settings, what they do, what is said. */
const TOO_SLOW: Readonly<Record<string, readonly [string, Talk, string]>> = {
  'says nothing': ['starttls', () => undefined, 'greeting no_greeting'],
  'says an empty line': ['starttls', answering('\r\n', []), 'greeting unexpected_reply'],
  drips: ['starttls', (socket) => repeat(socket, 20, '* OK'), 'greeting no_greeting'],
  'drips lines': [
    'starttls',
    (socket) => {
      socket.write('* OK hello\r\n')
      repeat(socket, 20, '* 1 EXISTS\r\n')
    },
    'starttls no_reply',
  ],
  'says nothing after STARTTLS': [
    'starttls',
    (socket) => {
      socket.on('data', (chunk: Buffer) => {
        if (chunk[0] === 0x16) socket.removeAllListeners('data').resume()
      })
      answering('* OK hello\r\n', [CAPABLE, [/ STARTTLS$/, tagged()]])(socket)
    },
    'tls tls_timeout',
  ],
  'says nothing where TLS is expected': ['tls', () => undefined, 'tls tls_timeout'],
}

// Long enough for a busy machine to do what has to come before the end of time.
const SLOW_MS = 1500

describe('a server that', () => {
  it.each(IN_CLEAR)('%s', async (_name, talk, expected) => {
    const { port } = await fakeServer(talk)
    expect(problem(await checkOne(port, { security: 'starttls' }))).toBe(expected)
  })

  it('does not answer in time', async () => {
    const found = await Promise.all(
      Object.entries(TOO_SLOW).map(async ([name, [security, talk]]) => {
        const { port } = await fakeServer(talk)
        return [name, problem(await checkOne(port, { security, timeout: SLOW_MS }))]
      }),
    )
    const expected = Object.entries(TOO_SLOW).map(([name, [, , code]]) => [name, code])
    expect(found).toEqual(expected)
  })

  it('resets the connection', async () => {
    const { port } = await fakeServer((socket) => socket.resetAndDestroy())
    // Whether the connection is seen before its end is up to the system.
    expect(problem(await checkOne(port, { security: 'starttls' }))).toMatch(
      /^(?:greeting closed|connection connection_refused)$/,
    )
  })

  it.each([
    ['speaks clear IMAP', answering('* OK hello\r\n', []), 'tls starts_in_clear'],
    ['speaks clear SMTP', answering('220-a\r\n220 b\r\n', []), 'tls starts_in_clear'],
    ['speaks HTTP', answering('HTTP/1.1 400 Bad Request\r\n\r\n', []), 'tls not_tls'],
    ['hangs up', (socket: Socket) => socket.end(), 'tls tls_failed'],
    ['floods', (socket: Socket) => flood(socket, 'x'.repeat(4096)), 'tls not_tls'],
  ] as [string, Talk, string][])('%s where TLS is expected', async (_name, talk, expected) => {
    const { port } = await fakeServer(talk)
    expect(problem(await checkOne(port, { security: 'tls' }))).toBe(expected)
  })

  it('expects TLS where the settings do not', async () => {
    const { port } = await fakeServer(answering('* OK hello\r\n', []), tls())
    const report = await checkOne(port, { security: 'none', timeout: SLOW_MS })
    expect(problem(report)).toBe('tls not_encrypted, greeting expects_tls')
  })

  it('says nothing over TLS', async () => {
    const { port } = await fakeServer(() => undefined, tls())
    const report = await checkOne(port, { timeout: SLOW_MS })
    expect(problem(report)).toBe('greeting no_greeting')
  })

  it('knows only TLS 1.1', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
    const { port } = await fakeServer(answering('* OK hello\r\n', []), { ...tls(), ...old })
    expect(problem(await checkOne(port, { security: 'tls' }))).toBe('tls tls_too_old')
  })

  it('has a key that is too short', async () => {
    const keys = forge.pki.rsa.generateKeyPair(1024)
    const made = forge.pki.createCertificate()
    made.publicKey = keys.publicKey
    made.validity.notBefore = new Date(Date.now() - 1000)
    made.validity.notAfter = new Date(Date.now() + 90 * 24 * 60 * 60 * 1000)
    made.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }])
    made.sign(keys.privateKey, forge.md.sha256.create())
    const cert = forge.pki.certificateToPem(made)
    const key = forge.pki.privateKeyToPem(keys.privateKey)
    const weak = { cert, key, ciphers: 'DEFAULT:@SECLEVEL=0' }
    const { port } = await fakeServer(answering('* OK hello\r\n', []), weak)
    const report = await checkOne(port, { security: 'tls', trust: [cert] })
    // Older OpenSSL takes it, and it is one of several things that are wrong.
    const { cause } = report.steps.find(({ step }) => step === 'tls') ?? {}
    expect(cause).toContain(CAUSES.weak_key)
  })
})

const DIALOGUES: Readonly<Record<keyof typeof GREETING, readonly Line[]>> = {
  imap: [
    [/ CAPABILITY$/, tagged('* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n')],
    [/ AUTHENTICATE PLAIN \S+$/, tagged()],
    [/ EXAMINE INBOX$/, tagged('* 1 EXISTS\r\n')],
  ],
  pop3: [
    [/^CAPA$/, '+OK\r\nSASL LOGIN\r\n.\r\n'],
    [/^AUTH LOGIN$/, '+ VXNlcm5hbWU6\r\n'],
    [/^YW5uQGV4YW1wbGUuY29t$/, '+ UGFzc3dvcmQ6\r\n'],
    [/^U2VzYW1lLW9wZW4tMTIzNA==$/, '+OK\r\n'],
    [/^STAT$/, '+OK 1 320\r\n'],
  ],
  smtp: [
    [/^EHLO \[127\.0\.0\.1\]$/, '250-hi\r\n250 AUTH PLAIN\r\n'],
    [/^AUTH PLAIN AGFubkBleGFtcGxlLmNvbQBTZXNhbWUtb3Blbi0xMjM0$/, '235 2.7.0 in\r\n'],
    [/^MAIL FROM:<ann@example\.com>$/, '250 2.1.0 ok\r\n'],
    [/^RCPT TO:<ann@example\.com>$/, '250 2.1.5 ok\r\n'],
    [/^RSET$/, '250 2.0.0 ok\r\n'],
  ],
}

describe.each(['imap', 'pop3', 'smtp'] as const)('a dialogue in %s', (protocol) => {
  const lines = DIALOGUES[protocol]

  it('goes well with a server that does as it should', async () => {
    const server = await fakeServer(answering(GREETING[protocol], lines), tls())
    expect(problem(await checkOne(server.port, { protocol }))).toBe('')
    expect(server.received()).not.toMatch(/^DATA/m)
  })

  it.each(lines.map((_line, count) => count))(
    'ends when the server hangs up after %i answers',
    async (count) => {
      const cut = lines.map(([expected, answer], i): Line => [expected, i < count ? answer : null])
      const { port } = await fakeServer(answering(GREETING[protocol], cut), tls())
      expect(problem(await checkOne(port, { protocol }))).toMatch(/^\w+ closed$/)
    },
  )

  it('ends when the server falls silent after any number of answers', async () => {
    const problems = await Promise.all(
      lines.map(async (_line, count) => {
        const cut = lines.map(([expected, answer], i): Line => [expected, i < count ? answer : ''])
        const { port } = await fakeServer(answering(GREETING[protocol], cut), tls())
        return problem(await checkOne(port, { protocol, timeout: SLOW_MS }))
      }),
    )
    for (const found of problems) expect(found).toMatch(/^\w+ no_reply$/)
  })

  it.each(lines.map((_line, count) => count))(
    'ends when the server talks nonsense after %i answers',
    async (count) => {
      const cut = lines.map(([expected, answer], i): Line => {
        return [expected, i < count ? answer : '\u0000nonsense\r\n']
      })
      const { port } = await fakeServer(answering(GREETING[protocol], cut), tls())
      expect(problem(await checkOne(port, { protocol }))).toMatch(/^\w+ unexpected_reply$/)
    },
  )

  it('sends no password to a server that nobody vouches for', async () => {
    const server = await fakeServer(answering(GREETING[protocol], lines), tls())
    const report = await checkOne(server.port, { protocol, trust: [] })
    expect(outcome(report)).toMatchObject({ tls: 'unknown_root', login: 'skipped' })
    const encoded = Buffer.from(PASSWORD).toString('base64').replace(/=+$/, '')
    expect(server.received()).not.toMatch(new RegExp(`AUTH|PASS|LOGIN|${encoded}`))
  })
})

describe('a log-in without SASL', () => {
  const username = 'änn "\\ x'

  it('carries every character, by literals of IMAP', async () => {
    const lines: Line[] = [
      [/ CAPABILITY$/, tagged('* CAPABILITY IMAP4rev1\r\n')],
      [/ LOGIN \{9\}$/, '+ go on\r\n'],
      [/^änn "\\ x \{16\}$/, '+ go on\r\n'],
      [/^Sesame-open-1234$/, () => 'a2 OK in\r\n'],
      [/ EXAMINE INBOX$/, tagged('* 0 EXISTS\r\n')],
    ]
    const { port } = await fakeServer(answering('* OK hi\r\n', lines), tls())
    expect(problem(await checkOne(port, { username }))).toBe('')
  })

  it('works in POP3 of before CAPA', async () => {
    const lines: Line[] = [
      [/^CAPA$/, '-ERR what?\r\n'],
      [/^USER änn "\\ x$/, '+OK\r\n'],
      [/^PASS Sesame-open-1234$/, '+OK\r\n'],
      [/^STAT$/, '+OK 0 0\r\n'],
    ]
    const { port } = await fakeServer(answering('+OK hi\r\n', lines), tls())
    expect(problem(await checkOne(port, { protocol: 'pop3', username }))).toBe('')
  })
})

describe('mail from the address to itself', () => {
  it.each([
    ['MAIL FROM', '553 5.7.1 not yours\r\n', 'sender sender_refused'],
    ['MAIL FROM', '451 4.7.1 later\r\n', 'sender temporary'],
    ['RCPT TO', '550 5.1.1 User unknown\r\n', 'sender recipient_refused'],
    ['RCPT TO', '553 5.7.1 Sender address rejected\r\n', 'sender sender_refused'],
    ['RCPT TO', '450 4.2.0 Greylisted\r\n', 'sender temporary'],
  ])('is answered to %s with %j', async (command, answer, expected) => {
    const lines: Line[] = [[new RegExp(`^${command}`), answer], ...DIALOGUES.smtp]
    const server = await fakeServer(answering(GREETING.smtp, lines), tls())
    const report = await checkOne(server.port, { protocol: 'smtp' })
    expect(problem(report)).toBe(expected)
    expect(report.steps.at(-1)?.status).toBe(expected.endsWith('temporary') ? 'warning' : 'failed')
    expect(server.received()).not.toMatch(/^DATA/m)
  })

  it('is asked about without a log-in where the settings want none', async () => {
    const server = await fakeServer(answering(GREETING.smtp, DIALOGUES.smtp), tls())
    const report = await checkOne(server.port, { protocol: 'smtp', authentication: 'none' })
    expect(outcome(report)).toMatchObject({ login: 'skipped', sender: 'ok' })
  })
})

describe('what a server says', () => {
  const NASTY = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eann@example.com\u0000 Sesame-open-1234'

  it('cannot reach the terminal, and tells nobody the password', async () => {
    const refusing: Line[] = [
      [
        / CAPABILITY$/,
        tagged('* CAPABILITY IMAP4rev1 IDLE\u001b[31m AUTH=PLAIN AUTH=\u001b[5m\r\n'),
      ],
      [/ AUTHENTICATE PLAIN$/, '+ \r\n'],
      [
        /^AGFubkBleGFtcGxlLmNvbQ/,
        (sent) => `a2 NO [ALERT] ${NASTY} ${sent} https://example.com/in?t=${PASSWORD}\r\n`,
      ],
    ]
    const { port } = await fakeServer(answering(`* OK ${NASTY}\r\n`, refusing), tls())
    const report = await checkOne(port, {})
    expect(outcome(report)).toMatchObject({ greeting: 'ok', login: 'wrong_password' })
    const details = report.steps.map(({ detail = '' }) => detail).join('\n')
    // eslint-disable-next-line no-control-regex
    expect(details).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(details).not.toMatch(/ann@example\.com|Sesame|AGFubk/)
    expect(report.steps.find(({ step }) => step === 'login')?.detail).toContain(
      'https://example.com/in',
    )
  })

  it('may be long, but not without end', async () => {
    const list = (count: number): Line => [
      / CAPABILITY$/,
      tagged(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n* OK ${'x'.repeat(8000)}\r\n`.repeat(count)),
    ]
    const [long, endless] = [
      await fakeServer(answering('* OK hi\r\n', [list(12), [/./, tagged()]]), tls()),
      await fakeServer(answering('* OK hi\r\n', [list(40)]), tls()),
    ]
    expect(problem(await checkOne(long.port, {}))).toBe('')
    expect(problem(await checkOne(endless.port, {}))).toBe('capabilities too_much_data')
  })

  it('is asked for no longer than the person wants', async () => {
    const { port } = await fakeServer(() => undefined)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 50)
    const account = parseAccount(annJson({ incoming: { host: 'localhost', port } }))
    const report = await checkServer('incoming', account.incoming, {
      address: 'ann@example.com' as Address,
      timeout: 60_000,
      trust: [],
      resolve: () => Promise.resolve(['127.0.0.1']),
      stop: stop.signal,
      now: new Date(),
    })
    expect(problem(report)).toBe('tls stopped')
  })
})
