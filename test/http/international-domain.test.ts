import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { attributes, catalogue, readable, testApp } from '../support/app.js'
import { invitedApp } from '../support/invited-app.js'

const HTML = { Accept: 'text/html' }
const ASCII = 'ann@xn--mller-kva.example'
const { provider, source: file } = catalogue.find(parseAddress('ann@btinternet.com'))
const own = new Catalogue([
  {
    file,
    provider: {
      ...provider,
      domains: ['xn--mller-kva.example', 'xn--80ak6aa92e.example'],
      incoming: provider.incoming.map((server) => ({
        ...server,
        host: 'imap.xn--mller-kva.example',
      })),
    },
  },
])

describe('an address with an international domain', () => {
  const app = testApp({ catalogue: own })
  const page = async (path: string) => (await request(app).get(path).set(HTML)).text

  it.each(['ann@müller.example', ASCII])(
    'is shown as people write it, with what is to be typed beside it: %s',
    async (address) => {
      const html = await page(`/setup?address=${encodeURIComponent(address)}`)
      const text = readable(html)
      expect(text).toContain(`Mail for ann@müller.example For programs: ${ASCII}`)
      expect(html).toContain('<title>Mail for ann@müller.example – ')
      expect(text).toContain(`Mail address ${ASCII} stands for ann@müller.example`)
      expect(text).toContain(
        'Server imap.xn--mller-kva.example stands for imap.müller.example Port',
      )
      expect(text).toContain(`User name ${ASCII} stands for ann@müller.example`)
    },
  )

  it('is in links and files as before', async () => {
    const html = await page(`/setup?address=${ASCII}`)
    const links = attributes(html, 'href')
      .filter((href) => href.startsWith('/'))
      .filter((href) => href.includes('address='))
    expect(links.length).toBeGreaterThan(5)
    for (const link of links) expect(link).toContain('ann%40xn--mller-kva.example')
    const sheet = await page(`/formats/settings-sheet?address=${ASCII}`)
    expect(sheet).toContain(ASCII)
    expect(sheet).not.toContain('müller')
  })

  it('is shown as it is where it may be taken for another', async () => {
    const html = await page('/setup?address=ann@xn--80ak6aa92e.example')
    // Below it are the names of the languages.
    const text = readable(html.slice(0, html.indexOf('<footer')))
    expect(text).toContain('Mail for ann@xn--80ak6aa92e.example')
    expect(text).not.toContain('For programs')
    expect(text).not.toContain('стands')
    expect(text).not.toMatch(/\p{Script=Cyrillic}/u)
  })

  it('has a domain that errors name as people write it', async () => {
    const text = readable(await page('/setup?address=ann%40m%C3%BCllr.example2'))
    expect(text).toContain('No settings are known for müllr.example2.')
  })

  it('is so on the first page of an invitation', async () => {
    const { app: invited, invite } = invitedApp({ catalogue: own })
    const { token } = await invite({}, { address: 'ann@müller.example' })
    const { text } = await request(invited).get(`/i/${token}`).set(HTML)
    expect(readable(text)).toContain('Mail for ann@müller.example is ready')
  })
})
