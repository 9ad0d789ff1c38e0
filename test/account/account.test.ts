import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountToJson } from '../../src/account/json.js'
import { parseAccount, withPassword } from '../../src/account/account.js'
import { Secret } from '../../src/account/secret.js'
import { MailProfileError } from '../../src/errors.js'
import { annJson } from '../support/accounts.js'
import { accountJson } from '../support/arbitraries.js'
import { refusal } from '../support/errors.js'
import { runs } from '../support/runs.js'

const NAME_200 = '🙂'.repeat(200)

describe('parseAccount', () => {
  it.each<[string, unknown, string, string]>([
    ['no object', null, 'invalid_account', ''],
    ['an array', [], 'invalid_account', ''],
    ['text', '{}', 'invalid_account', ''],
    ['an unknown key', { ...annJson(), server: 'x' }, 'invalid_account', ''],
    ['__proto__', JSON.parse('{"__proto__":{}}'), 'invalid_account', ''],
    ['constructor', { ...annJson(), constructor: 1 }, 'invalid_account', ''],
    [
      'an unknown key of a server',
      annJson({ incoming: { tls: true } as object }),
      'invalid_account',
      'incoming',
    ],
    ['no address', { ...annJson(), identity: {} }, 'invalid_address', 'identity.address'],
    [
      'an empty name',
      annJson({ identity: { address: 'a@b.c', name: '' } }),
      'invalid_account',
      'identity.name',
    ],
    [
      'a long name',
      annJson({ identity: { address: 'a@b.c', name: `${NAME_200}x` } }),
      'invalid_account',
      'identity.name',
    ],
    [
      'a control character',
      annJson({ identity: { address: 'a@b.c', name: 'a\u0007b' } }),
      'invalid_account',
      'identity.name',
    ],
    [
      'a C1 control',
      annJson({ identity: { address: 'a@b.c', name: 'a\u0085b' } }),
      'invalid_account',
      'identity.name',
    ],
    [
      'a lone surrogate',
      annJson({ identity: { address: 'a@b.c', name: 'a\ud83d' } }),
      'invalid_account',
      'identity.name',
    ],
    ['a noncharacter', annJson({ accountName: 'a\ufffe' }), 'invalid_account', 'accountName'],
    [
      'a protocol of the other side',
      annJson({ incoming: { protocol: 'smtp' } }),
      'invalid_account',
      'incoming.protocol',
    ],
    ['port 0', annJson({ incoming: { port: 0 } }), 'invalid_account', 'incoming.port'],
    ['port 65536', annJson({ outgoing: { port: 65536 } }), 'invalid_account', 'outgoing.port'],
    ['half a port', annJson({ outgoing: { port: 25.5 } }), 'invalid_account', 'outgoing.port'],
    [
      'a port as text',
      annJson({ outgoing: { port: '25' as never } }),
      'invalid_account',
      'outgoing.port',
    ],
    [
      'an unknown security',
      annJson({ incoming: { security: 'ssl' } }),
      'invalid_account',
      'incoming.security',
    ],
    [
      'an unknown authentication',
      annJson({ incoming: { authentication: 'x' } }),
      'invalid_account',
      'incoming.authentication',
    ],
    [
      'no user name',
      annJson({ incoming: { username: undefined } as object }),
      'invalid_account',
      'incoming.username',
    ],
    [
      'a user name of two lines',
      annJson({ incoming: { username: 'a\nb' } }),
      'invalid_account',
      'incoming.username',
    ],
    [
      'a host that is none',
      annJson({ incoming: { host: 'a b' } }),
      'invalid_host',
      'incoming.host',
    ],
    [
      'a password for nothing',
      annJson({ outgoing: { authentication: 'none', password: 'x' } }),
      'invalid_account',
      'outgoing.password',
    ],
    [
      'a password for OAuth',
      annJson({ outgoing: { authentication: 'oauth2', password: 'x' } }),
      'invalid_account',
      'outgoing.password',
    ],
    [
      'a password of two lines',
      annJson({ outgoing: { password: 'a\r\nb' } }),
      'invalid_account',
      'outgoing.password',
    ],
    [
      'an http calendar',
      { ...annJson(), calendar: { url: 'http://a.example/' } },
      'invalid_account',
      'calendar.url',
    ],
    [
      'a calendar with a password',
      { ...annJson(), calendar: { url: 'https://u:p@a.example/' } },
      'invalid_account',
      'calendar.url',
    ],
    [
      'contacts with a query',
      { ...annJson(), contacts: { url: 'https://a.example/?x' } },
      'invalid_account',
      'contacts.url',
    ],
  ])('refuses %s', async (_name, json, code, field) => {
    const error = await refusal(() => parseAccount(json))
    expect([error.code, error.field]).toEqual([code, field])
  })

  it('takes names of 200 characters, however many bytes they have', () => {
    const json = annJson({ identity: { address: 'a@b.c', name: NAME_200 } })
    expect(parseAccount(json).identity.name).toBe(NAME_200)
  })

  it('gives back what went in, less passwords', () => {
    fc.assert(
      fc.property(accountJson, (json) => {
        const again = accountToJson(parseAccount(json))
        expect(accountToJson(parseAccount(again))).toEqual(again)
      }),
    )
  })

  it('refuses anything else with a code', () => {
    const codes = ['invalid_account', 'invalid_address', 'invalid_host']
    const broken = fc
      .tuple(accountJson, fc.constantFrom('identity', 'incoming', 'outgoing', 'x'), fc.anything())
      .map(([json, key, value]) => ({ ...json, [key]: value }))
    fc.assert(
      fc.property(fc.oneof(fc.anything(), broken), (json) => {
        try {
          parseAccount(json)
        } catch (error) {
          expect(error).toBeInstanceOf(MailProfileError)
          expect(codes).toContain((error as MailProfileError).code)
        }
      }),
      { numRuns: runs(3000) },
    )
  })
})

describe('Secret', () => {
  it('prints as [secret] in every way', () => {
    const account = withPassword(parseAccount(annJson()), new Secret('hunter2'))
    const { password } = account.incoming
    const shown = [
      String(password),
      JSON.stringify(account),
      JSON.stringify(accountToJson(account)),
      inspect(account, { depth: null, showHidden: true }),
      `password: ${String(password)}`,
      Object.keys(password ?? {}).join(),
    ]
    expect(shown.join('\n')).not.toContain('hunter2')
    expect(shown[0]).toBe('[secret]')
    expect(password?.reveal()).toBe('hunter2')
  })

  // Whatever a data base has, in JavaScript too.
  it.each<[string, unknown]>([
    ['nothing', ''],
    ['null', null],
    ['undefined', undefined],
    ['a number', 3],
    ['a line end', 'a\nb'],
    ['a NUL', 'a\u0000'],
    ['half a character', 'a\ud800'],
    ['too much', 'x'.repeat(513)],
  ])('of %s goes into no account', async (_name, value) => {
    const secret = new Secret(value as string)
    const wrong = { code: 'invalid_account', field: 'password' }
    expect(await refusal(() => withPassword(parseAccount(annJson()), secret))).toMatchObject(wrong)
    const json = annJson()
    const given = { ...json, incoming: { ...json.incoming, password: secret } }
    expect(await refusal(() => parseAccount(given))).toMatchObject({
      ...wrong,
      field: 'incoming.password',
    })
  })

  it('is made of text by itself where JavaScript gives no Secret', () => {
    const account = withPassword(parseAccount(annJson()), 'hunter2' as unknown as Secret)
    expect(account.incoming.password?.reveal()).toBe('hunter2')
  })
})
