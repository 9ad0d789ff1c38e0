import { describe, expect, it } from 'vitest'
import { exportFormat, parseAccount } from '../../src/index.js'
import { SETTINGS_READERS, type ReadSettings } from '../readers/mail-settings.js'
import type { MailAccountOptions, MailboxName } from '../support/mail-account.js'
import { fetchMail, sendMail } from '../support/mail-clients.js'
import { mailServers, noMailServers } from '../support/mail-servers.js'

interface Row extends Required<Pick<MailAccountOptions, 'protocol' | 'security'>> {
  readonly format: string
  readonly name: MailboxName
}

const ROWS = Object.keys(SETTINGS_READERS).flatMap((format) =>
  (['imap', 'pop3'] as const).flatMap((protocol) =>
    (['tls', 'starttls'] as const).flatMap((security) =>
      (['ann', 'bob'] as const).map((name): Row => ({ format, protocol, security, name })),
    ),
  ),
)

describe.skipIf(noMailServers())('an account that was handed over', () => {
  const servers = mailServers()

  async function handOver(
    format: string,
    name: MailboxName,
    options: MailAccountOptions,
  ): Promise<ReadSettings> {
    const account = parseAccount(servers().account(name, { ...options, withPasswords: true }))
    const { body } = await exportFormat(format, account, { unsigned: true })
    const read = SETTINGS_READERS[format]
    if (read === undefined) throw new Error(`Nothing here reads ${format}.`)
    return read(Buffer.from(body).toString('utf8'))
  }

  async function sendAndFetch({ address, incoming, outgoing }: ReadSettings, subject: string) {
    const { ca } = servers()
    const message = { from: address, to: address, subject, text: 'It arrived.' }
    await sendMail(outgoing, ca, message)
    await expect
      .poll(() => fetchMail(incoming, ca), { timeout: 10_000, interval: 50 })
      .toContainEqual(
        expect.stringMatching(new RegExp(`^Subject: ${subject}\\r$.*^It arrived\\.`, 'ms')),
      )
  }

  it.each(ROWS)('works from $format by $protocol and $security for $name', async (row) => {
    const settings = await handOver(row.format, row.name, row)
    expect(settings.incoming.protocol).toBe(row.protocol)
    await sendAndFetch(settings, Object.values(row).join(' '))
  })

  it.each(Object.keys(SETTINGS_READERS))('works from %s with CRAM-MD5', async (format) => {
    const settings = await handOver(format, 'ann', {
      protocol: 'pop3',
      authentication: 'password-encrypted',
    })
    await sendAndFetch(settings, `${format} CRAM-MD5`)
    expect(servers().log()).toMatch(/pop3-login: Info: Login: user=<ann@[^>]*>, method=CRAM-MD5/)
    expect(servers().log()).toMatch(/sasl_method=CRAM-MD5/)
  })
})
