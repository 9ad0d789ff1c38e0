import { describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { clientConfig, documentAt, startOutside, type OutsideOptions } from '../support/outside.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const HOST = 'autoconfig.customer.com'
const PATH = '/mail/config-v1.1.xml'
const NOTE =
  '<enable visiturl="https://customer.com/imap"><instruction lang="en">Switch IMAP on.</instruction></enable>'

const siteWith = (document: string): OutsideOptions => ({
  sites: { [HOST]: documentAt(PATH, document) },
})
const OWN = siteWith(clientConfig({ more: NOTE }))
const ELSEWHERE = siteWith(clientConfig({ smtp: 'smtp.host.co.uk' }))

async function run(
  argv: readonly string[],
  outside: OutsideOptions,
  env: Readonly<Record<string, string>> = {},
) {
  const network = await startOutside(outside)
  const home = temporaryFolder()
  const result = await runCli(argv, { network, cwd: home, env: { HOME: home, ...env } })
  return { ...result, network, out: result.stdout.toString('utf8') }
}

describe('lookup --discover', () => {
  it('shows what was found and where, and nothing that the place says beyond it', async () => {
    const { exitCode, out, network } = await run(['lookup', 'ann@customer.com', '--discover'], OWN)
    expect(exitCode).toBe(0)
    expect(out).toContain('imap.customer.com')
    expect(out).toContain(`Found at https://${HOST}${PATH}. Nobody here vouches for them.\n`)
    expect(out).not.toContain('Switch IMAP on')
    expect(out).not.toContain('customer.com/imap')
    // Only the domain is told.
    expect([...network.requests, ...network.headers].join('\n')).not.toContain('ann')
  })

  it('names who would get the password, and needs no confirmation to show it', async () => {
    const { out } = await run(['lookup', 'ann@customer.com', '--discover'], ELSEWHERE)
    expect(out).toContain('The password would go to customer.com and host.co.uk.')
    const { out: json } = await run(
      ['lookup', 'ann@customer.com', '--discover', '--json'],
      ELSEWHERE,
    )
    expect(JSON.parse(json)).toMatchObject({
      account: { outgoing: { host: 'smtp.host.co.uk' } },
      source: { trust: 'https-own-domain', confirm: ['customer.com', 'host.co.uk'] },
    })
  })

  it('says what became of each place when there is nothing', async () => {
    const { exitCode, stderr, out } = await run(['lookup', 'ann@customer.com', '--discover'], {})
    expect([exitCode, out]).toEqual([1, ''])
    expect(stderr).toMatch(/^unknown_domain: /)
    expect(stderr).toContain(`https://${HOST}${PATH}\n    not_found: There is no such name.`)
    expect(stderr).toContain('SRV records of customer.com\n    not_found')
  })

  it('asks nobody without the option, nor for a domain of the catalogue', async () => {
    const off = await run(['lookup', 'ann@customer.com'], OWN)
    expect(off.stderr).toMatch(/^unknown_domain: /)
    const known = await run(['lookup', 'ann@btinternet.com', '--discover'], OWN)
    expect(known.exitCode).toBe(0)
    expect([...off.network.asked, ...known.network.asked]).toEqual([])
  })
})

describe('export --discover', () => {
  const argv = ['export', 'settings-sheet', 'ann@customer.com', '--discover', '-o', '-']

  it('makes what the domain itself publishes', async () => {
    const { exitCode, out } = await run(argv, OWN)
    expect([exitCode, out.includes('imap.customer.com')]).toEqual([0, true])
  })

  it('signs nothing that was found, unless the operator says so and the domain vouches', async () => {
    const profile = ['export', 'apple-profile', 'ann@customer.com', '--discover', '-o', '-']
    const unsigned = await run(profile, OWN)
    expect(unsigned.out).toMatch(/^<\?xml/)
    expect(unsigned.stderr).toContain('The profile is not signed')
    const sign = { MAILPROFILE_DISCOVERY_SIGN: 'vouched' }
    expect((await run(profile, OWN, sign)).out).not.toMatch(/^<\?xml/)
    const confirmed = [...profile, '--confirm', 'customer.com,host.co.uk']
    expect((await run(confirmed, ELSEWHERE, sign)).out).toMatch(/^<\?xml/)
  })

  it('wants confirmation of everybody else', async () => {
    const refused = await run(argv, ELSEWHERE)
    expect([refused.exitCode, refused.out]).toEqual([1, ''])
    expect(refused.stderr).toMatch(/^confirmation_required: .*customer\.com and host\.co\.uk/)
    const confirmed = await run([...argv, '--confirm', 'customer.com,host.co.uk'], ELSEWHERE)
    expect([confirmed.exitCode, confirmed.out.includes('smtp.host.co.uk')]).toEqual([0, true])
  })
})
