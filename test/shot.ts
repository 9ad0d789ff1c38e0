import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { testApp } from './support/app.js'
import { launchChromium } from './support/chromium.js'
const server = testApp({
  androidIntent: { scheme: 'examplemail' },
  baseUrl: 'https://setup.example.com',
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const b = await launchChromium()
const PIXEL = {
  userAgent:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  viewport: { width: 412, height: 915 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
}
const p = await b.newPage(PIXEL)
await p.goto(
  `${url}/setup?address=ann@${process.argv[2] ?? 'btinternet.com'}&name=Ann%20Example&protocol=${process.argv[3] ?? 'imap'}`,
)
await p.screenshot({ path: '/tmp/shots/a0.png', fullPage: true })
for (const id of [
  'app-android-intent',
  'app-k9-settings',
  'app-fairemail-profile',
  'app-deltachat-link',
  'app-davx5-link',
  'app-other',
]) {
  const d = p.locator('#' + id)
  if (!(await d.count())) continue
  await d.locator('summary').click()
  await d.screenshot({ path: `/tmp/shots/${id}.png` })
}
const q = await b.newPage({ viewport: { width: 1200, height: 900 } })
await q.goto(`${url}/setup?address=ann@btinternet.com&name=Ann%20Example`)
await q.locator('section#other').screenshot({ path: '/tmp/shots/other.png' })
await b.close()
server.closeAllConnections()
server.close()
