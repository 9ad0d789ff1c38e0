import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/check/failure.js'
import { parseImapCapabilities, parseImapGreeting, parseImapStatus } from '../../src/check/imap.js'
import { parsePop3Capabilities, parsePop3Reply } from '../../src/check/pop3.js'
import { parseSmtpCapabilities, parseSmtpReply } from '../../src/check/smtp.js'

describe('IMAP', () => {
  it.each([
    ['* OK [CAPABILITY IMAP4rev1] hi', { status: 'ok', codes: ['CAPABILITY'], text: 'hi' }],
    ['* PREAUTH IMAP4rev1 logged in as Ann', { status: 'ok', codes: ['PREAUTH'] }],
    ['* bye Autologout', { status: 'no', codes: ['BYE'], text: 'Autologout' }],
    ['* OK', { status: 'ok', codes: [], text: '' }],
  ])('greets: %s', (line, expected) => {
    expect(parseImapGreeting(line)).toMatchObject(expected)
  })

  it.each([
    // RFC 5530 section 3
    ['NO [AUTHENTICATIONFAILED] Authentication failed', 'no', ['AUTHENTICATIONFAILED']],
    ['NO [UNAVAILABLE] User’s backend down for maintenance', 'no', ['UNAVAILABLE']],
    ['NO [WEBALERT https://example.com/x] Web login required', 'no', ['WEBALERT']],
    ['BAD Command syntax error', 'no', ['BAD']],
    ['OK [READ-ONLY] EXAMINE completed', 'ok', ['READ-ONLY']],
    ['NO [unclosed code', 'no', []],
    ['NO [] empty', 'no', []],
  ])('answers: %s', (line, status, codes) => {
    expect(parseImapStatus(line)).toMatchObject({ status, codes })
  })

  it('lists capabilities, the last list counting', () => {
    const lists = ['CAPABILITY IMAP4rev1', 'capability imap4rev1  auth=plain AUTH=XOAUTH2 Sasl-IR']
    expect(parseImapCapabilities([...lists, '3 EXISTS'])).toEqual({
      names: ['IMAP4REV1', 'AUTH=PLAIN', 'AUTH=XOAUTH2', 'SASL-IR'],
      mechanisms: ['PLAIN', 'XOAUTH2'],
      passwordCommand: true,
      initialResponse: true,
    })
    expect(parseImapCapabilities(['CAPABILITY IMAP4rev1 LOGINDISABLED'])).toMatchObject({
      mechanisms: [],
      passwordCommand: false,
      initialResponse: false,
    })
  })
})

describe('POP3', () => {
  it.each([
    ['+OK', { status: 'ok', codes: [], text: '' }],
    ['+OK POP3 ready <1896.6971@example.com>', { status: 'ok', codes: [] }],
    // RFC 2449 section 8, RFC 3206
    ['-ERR [IN-USE] Do you have another POP session running?', { status: 'no', codes: ['IN-USE'] }],
    ['-ERR [sys/temp] later', { status: 'no', codes: ['SYS/TEMP'], text: 'later' }],
    ['+ VXNlcm5hbWU6', { status: 'continue', text: 'VXNlcm5hbWU6' }],
    ['+ ', { status: 'continue', text: '' }],
    ['+', { status: 'continue', text: '' }],
  ])('answers: %s', (line, expected) => {
    expect(parsePop3Reply(line)).toMatchObject(expected)
  })

  it('lists capabilities', () => {
    // RFC 2449 section 5.1, an example of CAPA
    const lines = ['TOP', 'USER', 'SASL CRAM-MD5 plain', 'LOGIN-DELAY 900', 'UIDL']
    expect(parsePop3Capabilities(lines)).toEqual({
      names: ['TOP', 'USER', 'SASL CRAM-MD5 PLAIN', 'LOGIN-DELAY 900', 'UIDL'],
      mechanisms: ['CRAM-MD5', 'PLAIN'],
      passwordCommand: true,
      initialResponse: true,
    })
  })
})

describe('SMTP', () => {
  it.each([
    [['220 mail.example.com ESMTP'], 'ok', ['220'], 'mail.example.com ESMTP'],
    [['250'], 'ok', ['250'], ''],
    [['334 PDE4OTY='], 'continue', ['334'], 'PDE4OTY='],
    [
      ['535 5.7.8 Error: authentication failed'],
      'no',
      ['535', '5.7.8'],
      'Error: authentication failed',
    ],
    [
      ['534-5.7.9 Application-specific', '534 5.7.9 password'],
      'no',
      ['534', '5.7.9'],
      'Application-specific password',
    ],
    [['454 4.7.0 Temporary failure'], 'no', ['454', '4.7.0'], 'Temporary failure'],
  ])('answers: %j', (lines, status, codes, text) => {
    expect(parseSmtpReply(lines)).toMatchObject({ status, codes, text })
  })

  it.each([[['hello']], [[]], [['2500 ok']], [['250-one', '550 two']], [['25 ok']]])(
    'does not answer: %j',
    (lines) => {
      expect(() => parseSmtpReply(lines)).toThrow(Failure)
    },
  )

  it('lists capabilities, the old way of AUTH too', () => {
    const lines = [
      'mail.example.com',
      'SIZE 35882577',
      'AUTH LOGIN plain',
      'AUTH=LOGIN',
      '8bitmime',
    ]
    expect(parseSmtpCapabilities(lines)).toMatchObject({
      names: ['SIZE 35882577', 'AUTH LOGIN PLAIN', 'AUTH LOGIN', '8BITMIME'],
      mechanisms: ['LOGIN', 'PLAIN'],
      passwordCommand: false,
    })
  })
})

describe('whatever a server says', () => {
  const word = fc.constantFrom(
    '* ',
    'OK',
    'NO',
    '+OK',
    '-ERR',
    '[',
    ']',
    ' ',
    '250',
    '-',
    'AUTH=',
    '',
  )
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(word, fc.string()), { maxLength: 6 }).map((words) => words.join('')),
  )

  it.each<[string, (lines: string[]) => unknown]>([
    ['a greeting of IMAP', ([first = '']) => parseImapGreeting(first)],
    ['an answer of IMAP', ([first = '']) => parseImapStatus(first)],
    ['capabilities of IMAP', parseImapCapabilities],
    ['an answer of POP3', ([first = '']) => parsePop3Reply(first)],
    ['capabilities of POP3', parsePop3Capabilities],
    ['an answer of SMTP', parseSmtpReply],
    ['capabilities of SMTP', parseSmtpCapabilities],
  ])('as %s is read or refused', (_name, parse) => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        try {
          parse(lines)
        } catch (error) {
          expect(error).toBeInstanceOf(Failure)
        }
      }),
    )
  })
})
