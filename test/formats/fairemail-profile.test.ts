import { parse } from 'plist'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { inspectAppleProfile } from '../../src/formats/apple-profile/inspection.js'
import { exportFormat } from '../../src/formats/export.js'
import { fairemailProfile } from '../../src/formats/fairemail-profile/fairemail-profile.js'
import {
  parseFairemailProfile,
  type FairemailImport,
} from '../../src/formats/fairemail-profile/reader.js'
import { fairemailImporter } from '../readers/fairemail-importer.js'
import { annJson } from '../support/accounts.js'
import { developmentIdentity } from '../support/app.js'
import { refusal, refusalCode } from '../support/errors.js'
import { vectors } from '../support/vectors.js'

const DIALOG = '<import-dialog password>'

describe('the profile for FairEmail', () => {
  it('has encryption as a text where it is TLS, and no key where it is STARTTLS', () => {
    const account = parseAccount(
      annJson({
        outgoing: { port: 587, security: 'starttls', password: 'b' },
        incoming: { password: 'a' },
      }),
    )
    const document = fairemailProfile.render(account, {})
    expect(document).toMatch(/<key>IncomingMailServerUseSSL<\/key>\s*<string>true<\/string>/)
    expect(document).not.toContain('OutgoingMailServerUseSSL')
    expect(document).not.toMatch(/<(?:true|false)\/>/)
    expect(parseFairemailProfile(document)).toEqual({
      protocol: 'imap',
      accountName: 'ann@example.com',
      address: 'ann@example.com',
      name: 'Ann Example',
      incoming: {
        host: 'imap.example.com',
        port: 993,
        security: 'tls',
        username: 'ann@example.com',
        password: 'a',
      },
      outgoing: {
        host: 'smtp.example.com',
        port: 587,
        security: 'starttls',
        username: 'ann@example.com',
        password: 'b',
      },
      missing: [],
    })
  })

  it('has a name even for who gave none', () => {
    const account = parseAccount(annJson({ identity: { address: 'ann@example.com' } }))
    const { name, missing } = parseFairemailProfile(fairemailProfile.render(account, {}))
    expect([name, missing]).toEqual(['ann@example.com', []])
  })

  it('is never signed, and has a name that FairEmail takes for a profile', async () => {
    const { body, fileName, mediaType } = await exportFormat(
      'fairemail-profile',
      parseAccount(annJson()),
      {
        signingIdentity: developmentIdentity,
      },
    )
    expect(() => parse(Buffer.from(body).toString())).not.toThrow()
    expect(fileName).toBe('ann-example.com-fairemail.mobileconfig')
    expect(fairemailImporter(fileName)).toBe('profile')
    expect(mediaType).toBe('application/octet-stream')
  })

  it('is nothing that an Apple device would install', async () => {
    const document = fairemailProfile.render(parseAccount(annJson()), {})
    expect(await refusalCode(() => inspectAppleProfile(document))).toBe('invalid_profile')
    expect(fairemailProfile.page?.notFor).toEqual(['apple'])
  })

  it.each([
    ['incoming.security', { incoming: { security: 'none', port: 143 } }],
    ['outgoing.security', { outgoing: { security: 'none', port: 25 } }],
    ['outgoing.authentication', { outgoing: { authentication: 'none' } }],
    ['incoming.authentication', { incoming: { authentication: 'ntlm' } }],
    ['incoming.authentication', { incoming: { authentication: 'oauth2' } }],
  ])('refuses a bad %s', async (field, changes) => {
    const account = parseAccount(annJson(changes))
    expect((await refusal(() => exportFormat('fairemail-profile', account))).field).toBe(field)
  })
})

describe('its reader', () => {
  it.each(vectors('fairemail-profile', 'fairemail-mobileconfig'))('%s', (_, vector) => {
    const { input, expected } = vector
    if (vector.name === 'file-name-extension') {
      const names = [...String(input).matchAll(/"([^"]+)"/g)].map(([, name = '']) => name)
      expect(names.length).toBe(2)
      for (const name of names) expect(fairemailImporter(name)).toBe('backup')
      return
    }
    const read = parseFairemailProfile(input as string)
    expect({
      fields: toFields(read),
      importFails: read.missing.length > 0,
      missing: read.missing.map((key) => FIELDS[key]),
    }).toEqual({
      fields: expected['fields'],
      importFails: expected['importFails'],
      missing: expected['missing'],
    })
  })

  it('refuses a signed profile', async () => {
    const { body } = await exportFormat('apple-profile', parseAccount(annJson()), {
      signingIdentity: developmentIdentity,
    })
    const text = Buffer.from(body).toString('latin1')
    expect(await refusalCode(() => parseFairemailProfile(text))).toBe('invalid_profile')
  })

  it.each(['ann.k9s', 'ann.K9S'])('imports %s as its name says', (name) => {
    expect(fairemailImporter(name)).toBe(name.endsWith('k9s') ? 'k9' : 'backup')
  })
})

const FIELDS: Readonly<Record<string, string>> = {
  EmailAccountName: 'identity.name',
  EmailAddress: 'identity.email',
  IncomingMailServerHostName: 'in.host',
  IncomingMailServerUsername: 'in.user',
  OutgoingMailServerHostName: 'out.host',
  OutgoingMailServerUsername: 'out.user',
}

// In the words of the vectors; what is missing has no field.
function toFields(read: FairemailImport): Record<string, string> {
  const { protocol, accountName, address, name, incoming, outgoing } = read
  const server = (prefix: string, values: FairemailImport['incoming']) => ({
    [`${prefix}.enc`]: values.security === 'tls' ? 'SSL' : 'STARTTLS',
    [`${prefix}.host`]: values.host,
    [`${prefix}.password`]: values.password ?? DIALOG,
    [`${prefix}.port`]: String(values.port),
    [`${prefix}.user`]: values.username,
  })
  return Object.fromEntries(
    Object.entries({
      'account.name': accountName,
      'identity.email': address,
      'identity.name': name,
      ...server('in', incoming),
      ...server('out', outgoing),
      protocol: protocol === 'imap' ? 'IMAP' : 'POP',
    }).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}
