import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { createDirectory } from '../../src/discovery/directory.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProviderFile } from '../../src/providers/provider.js'
import { catalogue } from '../support/app.js'
import { clientConfig, documentAt, startOutside, type OutsideOptions } from '../support/outside.js'

const DISCOVERY = { ispdb: 'https://ispdb.example.org/v1.1', http: false } as const

const mx = (exchange: string): OutsideOptions => ({
  mx: { 'customer.com': [{ priority: 10, exchange }] },
})

async function search(outside: OutsideOptions, address = 'ann@customer.com', known = catalogue) {
  const network = await startOutside(outside)
  const directory = createDirectory({ catalogue: () => known, network, discovery: DISCOVERY })
  return { network, found: directory.find(parseAddress(address)) }
}

describe('a domain whose mail goes to somebody who cannot be set up', () => {
  it.each([
    ['mail.protonmail.ch', 'Proton', 'https://proton.me/'],
    ['mail.tutanota.de', 'Tuta', 'https://tuta.com/'],
    ['mx02.mail.icloud.com', 'iCloud address', 'https://support.apple.com/'],
  ])('is told why, by %s', async (exchange, words, url) => {
    const { found } = await search(mx(exchange))
    await expect(found).rejects.toMatchObject({
      code: 'unsupported_account',
      message: expect.stringContaining(words) as string,
      helpUrl: expect.stringContaining(url) as string,
    })
  })

  // The ISPDB's entry for icloud.com has the part before the @ as user name, which is not it there.
  it('gets no settings that the ISPDB has for the exchanger’s own domain', async () => {
    const { found } = await search({
      ...mx('mx01.mail.icloud.com'),
      sites: { 'ispdb.example.org': documentAt('/v1.1/icloud.com', clientConfig()) },
    })
    await expect(found).rejects.toMatchObject({ code: 'unsupported_account' })
  })

  it.each([
    ['customer.mail.protection.outlook.com', 'microsoft'],
    ['customer.n-v1.mx.microsoft', 'microsoft'],
    ['customer.olc.protection.outlook.com', 'outlook'],
  ])('has an account that its people sign in to, by %s', async (exchange, signIn) => {
    const { found } = await search(mx(exchange))
    await expect(found).resolves.toMatchObject({ voucher: 'catalogue', provider: { signIn } })
  })

  it('has settings where the domain itself publishes some', async () => {
    const { found } = await search({
      ...mx('mail.protonmail.ch'),
      sites: {
        'autoconfig.customer.com': documentAt('/mail/config-v1.1.xml', clientConfig()),
      },
    })
    expect((await found).trust).toBe('https-own-domain')
  })

  it('is told by the operator’s own provider, without a search', async () => {
    const own = parseProviderFile(
      "id: own\nname: Own\nmx: ['*.host.net']\nrefuse: { reason: Use our app. }\n",
      'own.yaml',
    )
    if (own.refuse === undefined) throw new Error('It has settings.')
    const known = new Catalogue([...catalogue.entries, { provider: own, file: 'own.yaml' }])
    const { found, network } = await search(mx('mx.host.net'), 'ann@customer.com', known)
    await expect(found).rejects.toMatchObject({
      code: 'unsupported_account',
      message: 'Use our app.',
    })
    expect(network.dialled).toEqual([])
  })
})

describe('a domain that the catalogue refuses by name', () => {
  it('is not searched for', async () => {
    const { found, network } = await search({}, 'ann@proton.me')
    await expect(found).rejects.toMatchObject({ code: 'unsupported_account' })
    expect(network.asked).toEqual([])
  })
})
