import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat, exportProfile } from '../../src/formats/export.js'
import { formats } from '../../src/formats/index.js'
import { createDevelopmentIdentity } from '../../src/signing/development.js'
import { accountOf, annJson } from '../support/accounts.js'
import { payload, readProfile } from '../support/apple-profile.js'
import { readCms } from '../support/cms.js'
import { refusal, refusalCode } from '../support/errors.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'

const ann = parseAccount(accountOf('ann@example.com'))
const UNSIGNED = { unsigned: true }

describe('exportFormat', () => {
  it('gives media type, file name and body', async () => {
    const exported = await exportFormat('apple-profile', ann, UNSIGNED)
    expect(exported.mediaType).toBe('application/x-apple-aspen-config')
    expect(exported.fileName).toMatch(/^[A-Za-z0-9._-]+\.mobileconfig$/)
    expect(
      payload(readProfile(Buffer.from(exported.body).toString('utf8')), 'com.apple.mail.managed'),
    ).toBeDefined()
  })

  it.each([{}, { unsigned: false }])(
    'needs an identity for what is signed: %o',
    async (context) => {
      const code = await refusalCode(() => exportFormat('apple-profile', ann, context))
      expect(code).toBe('signing_identity_required')
    },
  )

  it.each(formats.map(({ id }) => id))(
    'takes from a program no address and no name that it cannot write: %s',
    async (id) => {
      for (const publicUrl of [
        'portal.example',
        'portal.example:8080',
        'javascript:alert(1)',
        '',
      ]) {
        const wrong = () => exportFormat(id, ann, { ...UNSIGNED, publicUrl })
        expect(await refusal(wrong)).toMatchObject({
          code: 'invalid_configuration',
          field: 'publicUrl',
        })
      }
      for (const organization of ['a\u0000b', 'a\nb', 'a\ud800']) {
        const wrong = () => exportFormat(id, ann, { ...UNSIGNED, organization })
        expect(await refusal(wrong)).toMatchObject({
          code: 'invalid_configuration',
          field: 'organization',
        })
      }
    },
  )

  it('lists every id for an id that it does not know', async () => {
    for (const id of ['nothing', '', 'constructor', '__proto__', 'APPLE-PROFILE']) {
      const error = await refusal(() => exportFormat(id, ann, UNSIGNED))
      expect(error.code).toBe('unknown_format')
      for (const known of formats) expect(error.hint).toContain(known.id)
    }
  })

  it.skipIf(isMissing('openssl'))('signs what it gives without a signature', async () => {
    const signingIdentity = await createDevelopmentIdentity()
    const now = new Date('2030-01-02T03:04:05Z')
    const context = { signingIdentity, now, organization: 'Example' }
    const { body, ...rest } = await exportFormat('apple-profile', ann, context)
    const { body: bare, ...bareRest } = await exportFormat('apple-profile', ann, {
      ...context,
      ...UNSIGNED,
    })
    expect(rest).toEqual(bareRest)
    expect(verifyCms(body, signingIdentity.rootPem)).toEqual(bare)
    expect(readCms(body).signingTime.text).toBe('300102030405Z')
  })

  it('does not sign a format that is not signed', async () => {
    const signingIdentity = await createDevelopmentIdentity()
    const signed = await exportFormat('settings-sheet', ann, { signingIdentity })
    expect(signed).toEqual(await exportFormat('settings-sheet', ann))
  })

  it.each([
    ['oauth_only', { authentication: 'oauth2' }],
    ['unsupported_account', { authentication: 'gssapi' }],
    ['unsupported_account', { security: 'none' }],
  ] as const)('refuses with %s before it asks for an identity', async (code, incoming) => {
    const account = parseAccount(annJson({ incoming }))
    expect(await refusalCode(() => exportFormat('apple-profile', account))).toBe(code)
    expect(await refusalCode(() => exportProfile([ann, account]))).toBe(code)
  })
})
