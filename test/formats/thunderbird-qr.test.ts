import { describe, expect, it } from 'vitest'
import { encodeAccounts } from 'thunderbird-account-qr-code'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat } from '../../src/formats/export.js'
import {
  parseThunderbirdQr,
  type ThunderbirdQrCode,
} from '../../src/formats/thunderbird-qr/reader.js'
import {
  renderThunderbirdQr,
  thunderbirdQr,
  type Sequence,
} from '../../src/formats/thunderbird-qr/thunderbird-qr.js'
import { qrCode } from '../../src/qr/qr-code.js'
import { CodeCollector } from '../readers/code-collector.js'
import { annJson } from '../support/accounts.js'
import { catalogue } from '../support/app.js'
import { refusal, refusalCode } from '../support/errors.js'
import { toAccountJson, vectors, type VectorAccount } from '../support/vectors.js'

interface EncodeInput {
  readonly accounts: VectorAccount[]
  readonly sequence: Sequence
}

describe('the QR code of Thunderbird for Android', () => {
  it.each(vectors('thunderbird-qr', 'tb-qr-encode'))('%s', (_, { input, expected }) => {
    const { accounts, sequence } = input as EncodeInput
    const parsed = accounts.map((account) => parseAccount(toAccountJson(account)))
    for (const account of parsed) expect(thunderbirdQr.support(account).supported).toBe(true)
    const text = renderThunderbirdQr(parsed, sequence)
    expect(parseThunderbirdQr(text)).toEqual(parseThunderbirdQr(expected['payload'] as string))
    expect(parseThunderbirdQr(text)).toEqual(
      parseThunderbirdQr(expected['equivalentDesktopStyle'] as string),
    )
    // The shortest is the best to scan, and ASCII is what no reader misreads.
    expect(JSON.stringify(JSON.parse(text)).length).toBeLessThanOrEqual(
      (expected['payload'] as string).length,
    )
    expect(text).toMatch(/^[ -~]+$/)
  })

  it('holds the names of all scripts in ASCII', () => {
    const name = 'Jürgen Łęcki 日本 🙂'
    const account = parseAccount(annJson({ identity: { address: 'ann@example.com', name } }))
    const text = renderThunderbirdQr([account])
    expect(text).toContain('J\\u00fcrgen')
    expect(parseThunderbirdQr(text).accounts[0]?.identities[0]?.name).toBe(name)
  })

  it.each(vectors('thunderbird-qr', 'tb-qr-encode-refuse'))('%s', async (_, { input }) => {
    const { accounts } = input as EncodeInput
    const error = await refusal(() =>
      Promise.all(
        accounts.map((account) =>
          exportFormat('thunderbird-qr', parseAccount(toAccountJson(account))),
        ),
      ),
    )
    expect(error.field).toMatch(/^(?:identity|incoming|outgoing)\./)
  })

  it.each([
    ['incoming.authentication', 'unsupported_account', { incoming: { authentication: 'gssapi' } }],
    ['outgoing.authentication', 'unsupported_account', { outgoing: { authentication: 'ntlm' } }],
    ['incoming.authentication', 'unsupported_account', { incoming: { authentication: 'none' } }],
    [
      'identity.name',
      'unsupported_account',
      {
        identity: { address: 'ann@example.com', name: '🙂'.repeat(200) },
        accountName: '🙂'.repeat(200),
        incoming: { password: '🙂'.repeat(512) },
      },
    ],
  ])('refuses a bad %s, which would spoil the whole code', async (field, code, changes) => {
    const account = parseAccount(annJson(changes))
    const error = await refusal(() => exportFormat('thunderbird-qr', account))
    expect(error).toMatchObject({ code, field })
  })

  it('writes no null, no reserved security, and one account a code', () => {
    const account = parseAccount({
      ...annJson({ incoming: { password: 'x' } }),
      outgoing: {
        protocol: 'smtp',
        host: 'smtp.example.com',
        port: 25,
        security: 'starttls',
        authentication: 'none',
      },
    })
    expect(thunderbirdQr.render(account, {})).toBe(
      '[1,[1,1],[0,"imap.example.com",993,3,1,"ann@example.com","","x"],' +
        '[[[0,"smtp.example.com",25,2,0,""],["ann@example.com","Ann Example"]]]]',
    )
  })

  it('agrees with the independent package', () => {
    for (const [, { input }] of vectors('thunderbird-qr', 'tb-qr-encode')) {
      const { accounts, sequence } = input as EncodeInput
      const theirs = encodeAccounts(accounts.map(toPeer), ...sequence)
      const ours = renderThunderbirdQr(
        accounts.map((account) => parseAccount(toAccountJson(account))),
        sequence,
      )
      expect(parseThunderbirdQr(ours)).toEqual(parseThunderbirdQr(theirs))
    }
  })

  it('stays at version 10 or below at level L for a typical account', () => {
    const typical = [
      ...['btinternet.com', 'fastmail.com', 'icloud.com', 'mailbox.org'].map((domain) =>
        catalogue.account(`firstname.lastname@${domain}`, { name: 'Firstname Lastname' }),
      ),
      parseAccount(
        annJson({ accountName: 'Example Mail', incoming: { password: 'correct horse battery' } }),
      ),
    ]
    for (const account of typical) {
      const modules = qrCode(thunderbirdQr.render(account, {}), { level: 'L' }).length
      expect((modules - 17) / 4).toBeLessThanOrEqual(10)
    }
  })
})

describe('its reader', () => {
  it.each(vectors('thunderbird-qr', 'tb-qr-decode'))('%s', async (_, { input, expected }) => {
    const read = () => parseThunderbirdQr(input as string)
    if (expected['accept'] !== true) {
      expect(await refusalCode(read)).toBe('invalid_profile')
      return
    }
    expect(toVector(read())).toEqual({
      sequence: expected['sequence'],
      accounts: expected['accounts'],
    })
  })

  it.each([
    ['a numeric string, as Moshi reads it', '"993"', true],
    ['a whole number with a point', '993.0', true],
    ['a fraction', '993.5', false],
    ['a truth value', 'true', false],
    ['null', 'null', false],
    ['port 0', '0', false],
  ])('%s as a port: %s', async (_, port, accepted) => {
    const text = `[1,[1,1],[0,"h.example",${port},3,1,"u"],[[[0,"h.example",465,3,1,"u"],["a@b.example",""]]]]`
    const read = () => parseThunderbirdQr(text)
    if (accepted) expect(read).not.toThrow()
    else expect(await refusalCode(read)).toBe('invalid_profile')
  })

  it.each([
    [
      'an unused second group with a bad port',
      '[[0,"h.example",0,3,1,"u"],["a@b.example",""]]',
      false,
    ],
    ['an unused second group', '[[0,"h.example",25,0,0,""],["a@b.example",""]]', true],
    ['a group without identities', '[[0,"h.example",25,0,0,""]]', false],
    [
      'more elements than are known',
      '[[0,"h.example",25,0,0,"","",1],["a@b.example","",null]]',
      true,
    ],
    ['a quoted local part', '[[0,"h.example",25,0,0,""],["\\"a\\"@b.example",""]]', false],
    ['an address literal', '[[0,"h.example",25,0,0,""],["a@[192.0.2.1]",""]]', false],
    ['a line break in a name', '[[0,"h.example",25,0,0,""],["a@b.example","A\\nB"]]', false],
  ])('%s', async (_, group, accepted) => {
    const good = '[[0,"h.example",465,3,1,"u"],["a@b.example",""]]'
    const text = `[1,[1,1],[0,"h.example",993,3,1,"u"],[${good},${group}]]`
    const read = () => parseThunderbirdQr(text)
    if (accepted) expect(read).not.toThrow()
    else expect(await refusalCode(read)).toBe('invalid_profile')
  })

  it.each(vectors('thunderbird-qr', 'tb-qr-sequence'))('%s', (_, { input, expected }) => {
    const { scannedInOrder } = input as { scannedInOrder: string[] }
    const collector = new CodeCollector()
    for (const text of scannedInOrder) collector.scan(text)
    expect(collector.complete).toBe(expected['autoImport'])
    expect(collector.accounts.length).toBe(expected['accounts'])
  })
})

function toPeer({ incoming, outgoing, identity, accountName }: VectorAccount) {
  const security = { tls: 3, starttls: 2, plain: 0 }
  const authentication = { 'password-cleartext': 1, 'password-encrypted': 2, oauth2: 6 }
  const word = (words: Readonly<Record<string, number>>, key: string) => words[key] ?? -1
  return {
    incomingProtocol: incoming.protocol === 'pop3' ? 1 : 0,
    incomingHostname: incoming.host,
    incomingPort: incoming.port,
    incomingConnectionSecurity: word(security, incoming.security),
    incomingAuthenticationType: word(authentication, incoming.auth),
    incomingUsername: incoming.username ?? '',
    ...(accountName === undefined && incoming.password === undefined
      ? {}
      : { incomingAccountName: accountName ?? '' }),
    ...(incoming.password === undefined ? {} : { incomingPassword: incoming.password }),
    outgoingHostname: outgoing.host,
    outgoingPort: outgoing.port,
    outgoingConnectionSecurity: word(security, outgoing.security),
    outgoingAuthenticationType: word(authentication, outgoing.auth),
    outgoingUsername: outgoing.username ?? '',
    ...(outgoing.password === undefined ? {} : { outgoingPassword: outgoing.password }),
    identityEmailAddress: identity.email,
    identityDisplayName: identity.displayName,
  }
}

function toVector({ sequence, accounts }: ThunderbirdQrCode) {
  return {
    sequence,
    accounts: accounts.map(({ accountName, incoming, outgoing, identities }) => ({
      accountName,
      incoming: toVectorServer(incoming),
      outgoing: toVectorServer(outgoing),
      identities: identities.map(({ address, name }) => ({ email: address, displayName: name })),
    })),
  }
}

function toVectorServer({
  authentication,
  password,
  security,
  ...server
}: ThunderbirdQrCode['accounts'][number]['incoming']) {
  return {
    ...server,
    security: security === 'none' ? 'plain' : security,
    auth: authentication,
    password: password ?? null,
  }
}
