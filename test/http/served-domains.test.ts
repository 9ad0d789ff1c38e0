import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { createDirectory } from '../../src/discovery/directory.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { attributes, catalogue, readable, testApp } from '../support/app.js'

const HTML = { Accept: 'text/html' }
const serving = (...domains: string[]) => {
  const restricted = catalogue.restrictedTo(domains)
  return testApp({
    catalogue: restricted,
    directory: createDirectory({ catalogue: () => restricted }),
    baseUrl: 'https://example.com/mail',
  })
}
/** The names of the providers that a search on the first page finds. */
async function search(app: ReturnType<typeof testApp>, words: string): Promise<string[]> {
  const { status, text } = await request(app).get(`/?provider=${encodeURIComponent(words)}`)
  expect(status).toBe(200)
  return [...text.matchAll(/<li><bdi>([^<]*)<\/bdi><\/li>/g)].map(([, name = '']) => name)
}

describe('a server for some domains', () => {
  it('finds the providers of these and no others', async () => {
    const app = serving('btinternet.com', 'posteo.de')
    expect(await search(app, 'e')).toEqual(['BT Mail', 'Posteo'])
    expect(await search(app, 'fastmail')).toEqual([])
  })

  it('finds none whose domain another provider has', async () => {
    const bt = catalogue.find(parseAddress('ann@btinternet.com'))
    const own = { provider: { ...bt.provider, id: 'own', name: 'Own' }, file: 'own.yaml' }
    const both = new Catalogue([...catalogue.entries, own]).restrictedTo(['btinternet.com'])
    const app = testApp({ catalogue: both })
    expect(await search(app, 'btinternet.com')).toEqual(['Own'])
    // A part of a domain of the operator's own might be that of a customer: nobody is told.
    expect(await search(app, 'btinternet')).toEqual([])
  })

  it('finds them all where no domains are named', async () => {
    for (const name of ['BT Mail', 'Gmail', 'Google Workspace', 'Posteo']) {
      expect(await search(testApp(), name)).toContain(name)
    }
  })

  it.each([
    [['btinternet.com'], 'Settings are offered for addresses at btinternet.com.'],
    [
      ['btinternet.com', 'posteo.de'],
      'Settings are offered for addresses at btinternet.com and posteo.de.',
    ],
    [
      ['a.example', 'b.example', 'c.example', 'd.example', 'e.example', 'f.example'],
      'Settings are offered for addresses at the domains that are served here.',
    ],
  ])('says for whom it is: %s', async (domains, words) => {
    const app = serving(...domains)
    const page = await request(app).get('/setup?address=ann@fastmail.com').set(HTML)
    expect(page.status).toBe(404)
    expect(readable(page.text)).toContain(`No settings are offered here for fastmail.com. ${words}`)
    const { text } = await request(app).get('/formats/apple-profile?address=ann@fastmail.com')
    expect(text).toBe(`unknown_domain: No settings are offered here for fastmail.com. ${words}\n`)
  })

  it('tells programs that ask without end nothing more than before', async () => {
    const { text } = await request(serving('btinternet.com')).get(
      '/mail/config-v1.1.xml?emailaddress=ann@fastmail.com',
    )
    expect(text).not.toContain('btinternet')
  })
})

describe('a misspelt domain', () => {
  it('comes back with what was probably meant, as a link and nothing more', async () => {
    const app = testApp({ baseUrl: 'https://example.com/mail' })
    const { status, text } = await request(app)
      .get('/setup?address=ann%2Bx@gmial.com&name=Ann%20B&protocol=pop3')
      .set(HTML)
    expect(status).toBe(404)
    expect(readable(text)).toContain('No settings are known for gmial.com. Did you mean gmail.com?')
    expect(readable(text)).toContain('Use ann+x@gmail.com')
    const link = '/mail/setup?address=ann%2Bx%40gmail.com&name=Ann%20B&protocol=pop3'
    expect(attributes(text, 'href')).toContain(link)
    expect(text).not.toMatch(/http-equiv|prefetch/)
    expect((await request(app).get(link)).status).toBe(200)
    // What was typed stays in the form.
    expect(attributes(text, 'value')).toContain('ann+x@gmial.com')
  })

  it('is not suggested where settings were found', async () => {
    const found = catalogue.find(parseAddress('ann@btinternet.com'))
    const app = testApp({
      directory: {
        find: () =>
          Promise.resolve({
            ...found,
            trust: 'ispdb',
            voucher: 'domain',
            source: 'x',
            confirm: [],
          }),
      },
    })
    const { status, text } = await request(app).get('/setup?address=ann@gmial.com').set(HTML)
    expect([status, text.includes('Did you mean')]).toEqual([200, false])
  })

  it('has no link where nothing is near', async () => {
    const { text } = await request(testApp()).get('/setup?address=ann@nowhere.example').set(HTML)
    expect(text).not.toMatch(/Did you mean|>Use ann/)
  })
})
