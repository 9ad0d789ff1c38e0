import { describe, expect, it } from 'vitest'
import { readXml } from '../../src/encoding/read-xml.js'
import { lenientAutoconfig } from '../readers/autoconfig.js'
import { autodiscoverRequest, outlookAutodiscover } from '../readers/autodiscover.js'
import { testApp } from '../support/app.js'
import { rawServer } from '../support/raw-server.js'
import { tenants } from '../support/tenants.js'

// New Outlook for Windows and Outlook for phones let Microsoft's AutoDetect ask. These are its requests, and those
// of the wizard of Outlook in Microsoft 365, as operators have recorded them.

const ask = rawServer(testApp({ catalogue: tenants }))

const AUTODETECT = {
  'User-Agent': 'OutlookMobileCloudService-Autodetect/1.0.0',
  // It has no password yet, and asks how it would sign in.
  Authorization: 'Bearer',
}
const ADDRESS = 'ann@btinternet.com'
const HOSTS = ['autodiscover.btinternet.com', 'btinternet.com']
const BASE = 'http://schemas.microsoft.com/exchange/autodiscover'

// With the line breaks of the example in MS-ASCMD, section 4.2.1.
const MOBILESYNC = `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="${BASE}/mobilesync/requestschema/2006">
  <Request>
    <EMailAddress>${ADDRESS}</EMailAddress>
    <AcceptableResponseSchema>
      ${BASE}/mobilesync/responseschema/2006
    </AcceptableResponseSchema>
  </Request>
</Autodiscover>`

describe.each(HOSTS)('what AutoDetect asks at %s', (host) => {
  // Mailu #3961: what is answered with 400 ends the set-up in new Outlook.
  it('for ActiveSync by XML is answered as the protocol says that there is none', async () => {
    const { status, text, headers } = await ask({
      method: 'POST',
      target: '/autodiscover/autodiscover.xml',
      host,
      headers: { ...AUTODETECT, 'Content-Type': 'text/xml; charset=utf-8' },
      body: MOBILESYNC,
    })
    expect([status, headers['www-authenticate']]).toEqual([200, undefined])
    const [response] = readXml(text).elements
    expect(response?.attributes['xmlns']).toBe(`${BASE}/mobilesync/responseschema/2006`)
    expect(response?.elements.map(({ name }) => name)).toEqual(['Error'])
    // MS-ASCMD, section 2.2.3.64: no provider for that schema.
    expect(response?.elements[0]?.elements[0]).toMatchObject({ name: 'ErrorCode', text: '601' })
    expect(text).not.toMatch(/<Url>|btinternet/)
  })

  // gronke/email-autodiscover #4
  it('for ActiveSync by JSON is told of no such protocol', async () => {
    const target = `/autodiscover/autodiscover.json?Email=${encodeURIComponent(ADDRESS)}&Protocol=ActiveSync&RedirectCount=1`
    const { status, text, headers } = await ask({ target, host, headers: AUTODETECT })
    expect([status, headers['www-authenticate']]).toEqual([400, undefined])
    expect(JSON.parse(text)).toMatchObject({ ErrorCode: 'InvalidProtocol' })
  })

  it('of the ActiveSync server itself finds none, and no way to sign in', async () => {
    const target = '/Microsoft-Server-ActiveSync'
    for (const method of ['OPTIONS', 'POST', 'GET']) {
      const { status, headers } = await ask({ method, target, host, headers: AUTODETECT })
      expect([method, status]).toEqual([method, 404])
      expect(headers['www-authenticate']).toBeUndefined()
      expect(headers['ms-asprotocolversions']).toBeUndefined()
    }
  })

  it('for IMAP is answered with it', async () => {
    const { status, text } = await ask({
      method: 'POST',
      target: '/autodiscover/autodiscover.xml',
      host,
      headers: AUTODETECT,
      body: autodiscoverRequest(ADDRESS),
    })
    expect(status).toBe(200)
    expect(outlookAutodiscover(text, ADDRESS).imap).toMatchObject({
      host: 'mail.btinternet.com',
      port: 993,
    })
  })
})

// mjl-/mox #200
it('the wizard of Outlook 16.0.17726 is told where the answer for IMAP is', async () => {
  const target = `/autodiscover/autodiscover.json/v1.0/${ADDRESS}?Protocol=Autodiscoverv1&RedirectCount=1`
  const { status, text } = await ask({
    target,
    host: 'btinternet.com',
    headers: {
      'User-Agent': 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17726; Pro)',
    },
  })
  expect(status).toBe(200)
  expect(JSON.parse(text)).toEqual({
    Protocol: 'AutodiscoverV1',
    Url: 'https://setup.example.com/autodiscover/autodiscover.xml',
  })
})

it('autoconfig is there for whoever asks the domain itself without a name', async () => {
  const target = '/.well-known/autoconfig/mail/config-v1.1.xml'
  const { status, text } = await ask({ target, host: 'btinternet.com' })
  expect(status).toBe(200)
  expect(lenientAutoconfig(text, ADDRESS)).toBeDefined()
})
