import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Io } from '../../src/cli/io.js'
import { runCli } from '../support/cli.js'
import { mailServers, noMailServers } from '../support/mail-servers.js'
import { clientConfig, documentAt, startOutside } from '../support/outside.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const nobody = () =>
  Promise.reject(Object.assign(new Error('There is no such name.'), { code: 'ENOTFOUND' }))

/** Answers what is asked on a terminal of 80 columns. */
async function init(
  document: string,
  typed: readonly (readonly [string, string])[],
  mailServers: Io['mailServers'] = { resolve: nobody },
) {
  const cwd = temporaryFolder()
  const network = await startOutside({
    sites: { 'autoconfig.customer.com': documentAt('/mail/config-v1.1.xml', document) },
  })
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  const waiting = [...typed]
  let shown = ''
  const result = await runCli(['init', '--domain', 'customer.com', '--store', 'sqlite:a.db'], {
    ...{ cwd, env: { HOME: cwd }, network, stdin, mailServers, terminal: true },
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

describe.skipIf(noMailServers())('init on a terminal, of a domain whose servers run', () => {
  const host = 'imap.customer.com'
  const servers = mailServers({ certificate: { names: [host] } })

  it('shows what was found and what works of it, and writes it when the person agrees', async () => {
    const { ca, ports } = servers()
    const { exitCode, cwd, text } = await init(
      clientConfig({}).replace('<port>993<', `<port>${ports.imap.tls}<`),
      [NAME, ['Are these the mail servers of customer.com?', '\r'], ...REST],
      {
        resolve: (name) => (name === host ? Promise.resolve(['127.0.0.1']) : nobody()),
        trust: [ca],
      },
    )
    expect(exitCode).toBe(0)
    expect(text).toContain('Found at https://autoconfig.customer.com/mail/config-v1.1.xml')
    expect(text).toContain(`IMAP  ${host}:${ports.imap.tls}  tls, as %EMAILADDRESS%`)
    expect(text).toContain(`IMAP ${host}:${ports.imap.tls} works as far as it was tried.`)
    expect(text).toContain('SMTP smtp.customer.com:465 does not work: resolution.')
    expect(text.split('\n').filter((line) => line.trimEnd().length > 80)).toEqual([])
    expect(readFileSync(join(cwd, 'providers/customer-com.yaml'), 'utf8')).toContain(
      `host: ${host}`,
    )
  })
})

describe('init on a terminal, of a domain that is found', () => {
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
