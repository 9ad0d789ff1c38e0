import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'plist'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat } from '../../src/formats/export.js'
import { inspectProfile } from '../../src/inspection/inspect.js'
import { annJson } from '../support/accounts.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const { types } = JSON.parse(
  readFileSync(new URL('../vectors/apple-payload-types.json', import.meta.url), 'utf8'),
) as { types: string[] }
const OF_ACCOUNTS: readonly string[] = [
  'com.apple.caldav.account',
  'com.apple.carddav.account',
  'com.apple.eas.account',
  'com.apple.ews.account',
  'com.apple.google-oauth',
  'com.apple.ldap.account',
  'com.apple.mail.managed',
  'com.apple.security.pem',
  'com.apple.security.pkcs1',
  'com.apple.security.pkcs12',
  'com.apple.security.root',
  'com.apple.subscribedcalendar.account',
]

function profile(payloadTypes: readonly string[], more: Record<string, string | boolean> = {}) {
  return build({
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: 'com.example',
    PayloadUUID: '0',
    PayloadContent: payloadTypes.map((PayloadType, index) => ({
      PayloadType,
      PayloadVersion: 1,
      PayloadIdentifier: `com.example.${index}`,
      PayloadUUID: String(index + 1),
    })),
    ...more,
  })
}

const beyond = async (text: string) => (await inspectProfile(Buffer.from(text))).beyondAccounts

describe('what a profile holds beyond accounts', () => {
  it('is nothing of mail, calendars, contacts and certificates', async () => {
    expect(types).toEqual(expect.arrayContaining([...OF_ACCOUNTS]))
    expect(await beyond(profile(OF_ACCOUNTS))).toEqual([])
  })

  it('is everything else that Apple knows, alone or behind an account', async () => {
    const others = types.filter((type) => !OF_ACCOUNTS.includes(type))
    expect(others.length).toBeGreaterThan(80)
    for (const type of others) expect(await beyond(profile([type]))).toEqual([type])
    expect(await beyond(profile(['com.apple.mail.managed', ...others, ...others]))).toEqual(others)
  })

  it.each(['com.apple.Mail.managed', 'com.apple.mail.managed ', 'com.example.mine'])(
    'is what Apple does not know: %j',
    async (type) => {
      expect(await beyond(profile([type]))).toEqual([type])
    },
  )

  it('is what cannot be read', async () => {
    const text = profile(['com.apple.mail.managed'], { EncryptedPayloadContent: 'x' })
    expect(await beyond(text)).toEqual(['EncryptedPayloadContent'])
  })

  it('is what another reader may take for it: a key that is there twice', async () => {
    const text = profile(['com.apple.mail.managed'])
    const twice = text.replace(
      '<key>PayloadContent</key>',
      '<key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.mdm</string></dict></array>$&',
    )
    const hidden = text.replace(
      '<string>com.apple.mail.managed</string>',
      '<string>com.apple.vpn.managed</string><key>PayloadType</key>$&',
    )
    expect(await beyond(twice)).toEqual(['a second PayloadContent in a dictionary'])
    expect(await beyond(hidden)).toEqual(['a second PayloadType in a dictionary'])
    const { warnings } = await inspectProfile(Buffer.from(hidden))
    expect(warnings.join('\n')).toContain('PayloadType stands twice in a dictionary')
  })

  it('is nothing in those that we make', async () => {
    const account = parseAccount(annJson())
    const { body } = await exportFormat('apple-profile', account, { unsigned: true })
    expect((await inspectProfile(body)).beyondAccounts).toEqual([])
  })
})

describe('inspect --only-accounts', () => {
  it.each([
    [
      profile(['com.apple.mail.managed']),
      0,
      /\nIt holds mail, calendars, contacts and certificates only\.\n$/,
    ],
    [
      profile(['com.apple.mail.managed', 'com.apple.mdm']),
      1,
      /\nIt holds MORE than mail, calendars, contacts and certificates: com\.apple\.mdm\.\n$/,
    ],
    [
      profile(['com.apple.mail.managed\nIt holds']),
      1,
      /MORE than .*: com\.apple\.mail\.managed[^\n]+\.\n$/,
    ],
  ])('says so, at the end and by its status (%#)', async (text, exitCode, end) => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'a.mobileconfig'), text)
    const read = await runCli(['inspect', 'a.mobileconfig', '--only-accounts'], { cwd })
    expect(read.stdout.toString()).toMatch(end)
    expect(read.exitCode).toBe(exitCode)
    const json = await runCli(['inspect', 'a.mobileconfig', '--only-accounts', '--json'], { cwd })
    expect(json.exitCode).toBe(exitCode)
    expect(JSON.parse(json.stdout.toString())).toHaveProperty('beyondAccounts')
    expect((await runCli(['inspect', 'a.mobileconfig'], { cwd })).exitCode).toBe(0)
  })

  it('judges nothing but profiles', async () => {
    const cwd = temporaryFolder()
    const argv = ['export', 'settings-sheet', 'ann@btinternet.com', '-o', 'sheet.txt']
    expect((await runCli(argv, { cwd })).exitCode).toBe(0)
    const read = await runCli(['inspect', 'sheet.txt', '--only-accounts'], { cwd })
    expect([read.exitCode, read.stdout.toString()]).toEqual([1, ''])
    expect(read.stderr).toMatch(
      /^invalid_profile: This is no profile: it reads as settings-sheet\./,
    )
  })
})
