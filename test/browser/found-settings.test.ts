import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { IPHONE, suiteBrowser } from '../support/chromium.js'
import { startDiscoveringServer } from '../support/discovering-server.js'
import { clientConfig, documentAt, startOutside } from '../support/outside.js'
import { isMissing } from '../support/programs.js'
import { formOf } from '../support/visit.js'

const PAGE = '/setup?address=ann%40customer.com&name=Ann'

const start = async () =>
  startDiscoveringServer(
    await startOutside({
      sites: { 'autoconfig.customer.com': documentAt('/mail/config-v1.1.xml', clientConfig()) },
    }),
  )

/** A website that sends a form to another one as soon as it is opened. */
async function startForger(
  action: string,
  fields: URLSearchParams,
  policy: string,
): Promise<number> {
  const inputs = [...fields].map(([name, value]) => `<input name="${name}" value="${value}">`)
  const html =
    `<meta name="referrer" content="${policy}"><form method="post" action="${action}">${inputs.join('')}</form>` +
    '<script>document.forms[0].submit()</script>'
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end(html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

describe.skipIf(isMissing('chromium'))('settings that were found, in Chromium', () => {
  const browser = suiteBrowser()

  it('are agreed to with one tap, and give an unsigned profile', async () => {
    const { url } = await start()
    const context = await browser().newContext({ ...IPHONE, viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    await page.goto(`${url}${PAGE}`)
    expect(await page.textContent('main')).toContain('imap.customer.com')
    await page.getByRole('button', { name: 'Yes, that is my mail provider' }).click()
    await page.waitForSelector('h1:has-text("Mail for ann@customer.com")')
    // Nothing in the address that could be sent on.
    expect(page.url()).toBe(`${url}/setup`)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Set up ann@customer.com on this iPhone' }).click(),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/^<\?xml/)
    await context.close()
  })

  it.each([
    ['another site', 'localhost', 'unsafe-url'],
    ['another site that hides its name', 'localhost', 'no-referrer'],
    ['another server of the same site', '127.0.0.1', 'unsafe-url'],
  ])('are not agreed to by %s', async (_name, host, policy) => {
    const { url } = await start()
    const asking = await (await fetch(`${url}${PAGE}`)).text()
    // From the same machine, so that even the note in the form is right.
    const port = await startForger(`${url}/setup`, new URLSearchParams(formOf(asking)), policy)
    const context = await browser().newContext()
    const page = await context.newPage()
    const answered = page.waitForResponse((response) => response.url() === `${url}/setup`)
    await page.goto(`http://${host}:${port}/`)
    expect((await answered).status()).toBe(403)
    await context.close()
  })
})
