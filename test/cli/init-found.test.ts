import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import type { CheckReport } from '../../src/check/report.js'
import { runCli } from '../support/cli.js'
import { clientConfig, documentAt, startOutside } from '../support/outside.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// The servers of the domain are nowhere, and their names are not to be looked for outside.
vi.mock('../../src/check/account.js', () => ({
  checkAccount: (account: { identity: { address: CheckReport['address'] } }) =>
    Promise.resolve<CheckReport>({
      address: account.identity.address,
      ok: false,
      servers: [
        {
          ...{ role: 'incoming', protocol: 'imap', host: 'imap.customer.com', port: 993 },
          ...{ security: 'tls', steps: [{ step: 'tls', status: 'ok' }] },
        },
        {
          ...{ role: 'outgoing', protocol: 'smtp', host: 'smtp.customer.com', port: 465 },
          ...{ security: 'tls' },
          steps: [
            { step: 'connection', status: 'failed', code: 'connection_refused', cause: CAUSE },
          ],
        },
      ],
    }),
}))
const CAUSE =
  'Nothing listens on this port. The port is wrong, or the service does not run, or a firewall is in the way.'

/** Answers what is asked on a terminal of 80 columns. */
async function init(document: string, typed: readonly (readonly [string, string])[]) {
  const cwd = temporaryFolder()
  const network = await startOutside({
    sites: { 'autoconfig.customer.com': documentAt('/mail/config-v1.1.xml', document) },
  })
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  const waiting = [...typed]
  let shown = ''
  const result = await runCli(['init', '--domain', 'customer.com', '--store', 'sqlite:a.db'], {
    ...{ cwd, env: { HOME: cwd }, network, stdin, terminal: true },
    onStderr(text) {
      shown += stripVTControlCharacters(text)
      const [next] = waiting
      if (next === undefined || !shown.includes(next[0])) return
      waiting.shift()
      shown = ''
      // After whoever asks has begun to listen.
      setTimeout(() => stdin.write(next[1]), 50)
    },
  })
  const text = stripVTControlCharacters(result.stderr)
  return { ...result, cwd, text }
}

const NAME = ['name of your organisation', '\r'] as const
const REST = [
  ['people reach the server', '\r'],
  ['signs the profiles', '\u001b[B'],
  ['● a development certificate', '\r'],
] as const

describe('init on a terminal, of a domain that is found', () => {
  it('shows what was found and what works of it, and writes it when the person agrees', async () => {
    const { exitCode, cwd, text } = await init(clientConfig({}), [
      NAME,
      ['Are these the mail servers of customer.com?', '\r'],
      ...REST,
    ])
    expect(exitCode).toBe(0)
    expect(text).toContain('Found at https://autoconfig.customer.com/mail/config-v1.1.xml')
    expect(text).toContain('IMAP  imap.customer.com:993  tls, as %EMAILADDRESS%')
    expect(text).toContain('IMAP imap.customer.com:993 works as far as it was tried.')
    expect(text).toContain('SMTP smtp.customer.com:465 does not work: connection.')
    expect(text.split('\n').filter((line) => line.trimEnd().length > 80)).toEqual([])
    expect(readFileSync(join(cwd, 'providers/customer-com.yaml'), 'utf8')).toContain(
      'host: imap.customer.com',
    )
  })

  it('says when nobody vouches for it, and takes it for no answer', async () => {
    const { exitCode, cwd, text } = await init(clientConfig({ smtp: 'smtp.host.co.uk' }), [
      NAME,
      ['Are these the mail servers of customer.com?', '\r'],
      ['receive mail?', '\u0003'],
    ])
    expect(exitCode).toBe(1)
    expect(text).toContain('Passwords would go to customer.com and host.co.uk.')
    expect(existsSync(join(cwd, 'mailprofile.yaml'))).toBe(false)
  })
})
