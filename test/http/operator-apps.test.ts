import { describe, expect, it } from 'vitest'
import type { OperatorApp } from '../../src/http/pages/operator-apps.js'
import { parseAppIcon } from '../../src/http/pages/picture.js'
import { attributes, get, readable, testApp } from '../support/app.js'
import { refusal } from '../support/errors.js'
import { startInvitedServer } from '../support/invited-server.js'

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 48"/>'
const icon = parseAppIcon(Buffer.from(SVG), 'icon.svg')
const STORE = 'https://play.google.com/store/apps/details?id=com.example.mail'
const apps: readonly OperatorApp[] = [
  {
    name: 'Pocket Mail',
    url: 'https://apps.apple.com/app/id1',
    icon,
    platform: 'ios',
  },
  { name: 'Desk Mail', url: 'https://example.com/mac', platform: 'macos' },
  { name: 'Droid Mail', url: STORE, icon, platform: 'android' },
  { name: 'Pane Mail', url: 'https://apps.microsoft.com/detail/1', platform: 'windows' },
  { name: 'Web Mail', url: 'https://mail.example.com/?from=setup&x=1#top', platform: 'any' },
]
const html = { Accept: 'text/html' }
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0'
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0'

async function setupPage(
  app: ReturnType<typeof testApp>,
  device: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = `/setup?address=ann@btinternet.com&device=${device}`
  return (await get(app, path, { ...html, ...headers })).body.toString('utf8')
}

describe('apps that an operator suggests', () => {
  const app = testApp({ apps, offeredBy: 'Example Mail' })
  const namesOn = (page: string) =>
    apps.map(({ name }) => name).filter((name) => page.includes(name))

  it.each([
    ['iphone', ['Pocket Mail', 'Web Mail']],
    ['ipad', ['Pocket Mail', 'Web Mail']],
    // As which an iPad asks.
    ['mac', ['Pocket Mail', 'Desk Mail', 'Web Mail']],
    ['android', ['Droid Mail', 'Web Mail']],
    ['other', ['Web Mail']],
  ])('stand on the pages of their devices: %s', async (device, names) => {
    const page = await setupPage(app, device)
    expect(namesOn(page)).toEqual(names)
    expect(attributes(page, 'href')).toContain('https://mail.example.com/?from=setup&x=1#top')
    for (const { name } of apps) expect(page.split(`>${name}<`).length).toBeLessThanOrEqual(3)
  })

  it('tell Windows from other computers', async () => {
    const ask = async (userAgent: string) => {
      const path = '/setup?address=ann@btinternet.com'
      return (await get(app, path, { ...html, 'User-Agent': userAgent })).body.toString('utf8')
    }
    expect(namesOn(await ask(WINDOWS))).toEqual(['Pane Mail', 'Web Mail'])
    expect(namesOn(await ask(LINUX))).toEqual(['Web Mail'])
  })

  it('come first where Android asks which app it is, and take no place of the preselected one', async () => {
    const page = await setupPage(app, 'android')
    expect([...page.matchAll(/<details class="app" name="app" id="([\w-]+)"( open)?/g)]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ 1: 'app-own-1' }),
        expect.objectContaining({ 1: 'app-gmail', 2: ' open' }),
      ]),
    )
    expect(page.indexOf('id="app-own-1"')).toBeLessThan(page.indexOf('id="app-gmail"'))
    expect(readable(page)).toContain('Example Mail suggests this app for your mail.')
  })

  it('are folded below what there is to do on Apple’s devices', async () => {
    const page = await setupPage(app, 'iphone')
    expect(page.indexOf('id="apps"')).toBeGreaterThan(page.indexOf('/formats/apple-profile'))
    expect(page).toMatch(/<details class="screen" id="apps">/)
    expect(readable(page)).toContain('Apps suggested by Example Mail')
    const mac = await setupPage(app, 'mac')
    expect(mac).toMatch(/<li class="on-mac">[^]{0,200}Desk Mail/)
    expect(mac).toMatch(/<li class="on-ipad">[^]{0,400}Pocket Mail/)
    const [first] = apps
    const onlyIos = await setupPage(testApp({ apps: first === undefined ? [] : [first] }), 'mac')
    expect(onlyIos).toMatch(/<details class="screen on-ipad" id="apps">/)
  })

  it('are links to other hosts as all are, which say whether the app is got there', async () => {
    const page = await setupPage(app, 'android')
    expect(page).toContain(`href="${STORE}" rel="noreferrer"`)
    expect(readable(page)).toContain('Get Droid Mail')
    expect(readable(page)).toContain('Open the page of Web Mail')
    expect(readable(await setupPage(app, 'android', { 'Accept-Language': 'de' }))).toContain(
      'Seite von Web Mail öffnen',
    )
  })

  it('have icons of our own host, by their version, with their size', async () => {
    const page = await setupPage(app, 'android')
    const [, href = '', width, height] =
      /<img src="(\/public\/icon-[0-9a-f]{8}\.svg\?v=[0-9a-f]{12})" width="(\d+)" height="(\d+)" loading="lazy" alt="">/.exec(
        page,
      ) ?? []
    expect([width, height]).toEqual(['32', '16'])
    const { status, headers, body } = await get(app, href)
    expect(status).toBe(200)
    expect(headers['cache-control']).toContain('immutable')
    expect(headers['content-type']).toMatch(/^image\/svg\+xml/)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(body.toString('utf8')).toBe(SVG)
  })

  it('stand on the page of an opened invitation, too', async () => {
    const server = await startInvitedServer({ apps })
    const { path } = await server.invite()
    const [first, opened] = await Promise.all(
      [path, `${path}?show&device=android`].map(async (url) =>
        (await fetch(`${server.local}${url}`, { headers: html })).text(),
      ),
    )
    server.stop()
    expect(first).not.toContain('Droid Mail')
    expect(opened).toContain('Droid Mail')
  })

  it('leave nothing behind where there are none', async () => {
    for (const device of ['iphone', 'mac', 'android', 'other']) {
      expect(await setupPage(testApp(), device)).not.toMatch(/own-app|id="apps"/)
    }
  })

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '</title><svg/onload=alert(1)>',
    '<%= process.env %>',
    '{app} <b>x</b>',
  ])('may be called %s, which stays a name', async (name) => {
    const hostile = testApp({
      apps: apps.map((one) => ({ ...one, name, url: `https://example.com/"><b>${one.platform}` })),
      branding: { notice: name },
    })
    for (const device of ['iphone', 'mac', 'android', 'other']) {
      const page = await setupPage(hostile, device)
      expect(page).not.toMatch(/<script>|<img src=x|<svg|<b>/)
      expect(readable(page)).toContain(name)
    }
  })

  it('keep the direction of their names to themselves', async () => {
    const page = await setupPage(
      testApp({ apps: [{ name: 'بريد', url: 'https://example.com', platform: 'any' }] }),
      'android',
    )
    expect(page).toContain('<h3><bdi>بريد</bdi></h3>')
    expect(page).toContain('Open the page of <bdi>بريد</bdi>')
  })
})

describe('an app that takes the account from a link', () => {
  const androidIntent = { scheme: 'examplemail', package: 'com.example.mail' }
  const choices = (page: string) =>
    [...page.matchAll(/id="(app-(?:own-\d|android-intent))"/g)].map(([, id]) => id)

  it('has its name, icon and store from the app of the same package, and stands there once', async () => {
    const page = await setupPage(testApp({ apps, androidIntent }), 'android')
    expect(choices(page)).toEqual(['app-android-intent', 'app-own-1'])
    expect(page.split('<bdi>Droid Mail</bdi>')).toHaveLength(3)
    expect(readable(page)).not.toContain('My provider’s own app')
    expect(readable(page)).toContain('Not on the phone yet? Get Droid Mail')
  })

  it('is another one where the packages differ, or none is named', async () => {
    for (const other of [
      { ...androidIntent, package: 'com.example' },
      { ...androidIntent, package: undefined },
    ]) {
      const page = await setupPage(testApp({ apps, androidIntent: other }), 'android')
      expect(choices(page)).toEqual(['app-android-intent', 'app-own-1', 'app-own-2'])
      expect(readable(page)).toContain('My provider’s own app')
    }
  })

  it('is found on F-Droid and other stores as well', async () => {
    const url = 'https://f-droid.org/packages/com.example.mail/'
    const page = await setupPage(
      testApp({ apps: [{ name: 'Droid Mail', url, platform: 'android' }], androidIntent }),
      'android',
    )
    expect(choices(page)).toEqual(['app-android-intent'])
  })
})

describe('an icon', () => {
  const parsed = (body: string | Buffer) => parseAppIcon(Buffer.from(body), 'icon.svg')

  it('fits into a square of a line', () => {
    expect(parsed('<svg viewBox="0 0 40 160"/>')).toMatchObject({ width: 8, height: 32 })
    expect(parsed('<svg viewBox="0 0 1000 1"/>')).toMatchObject({ width: 32, height: 1 })
  })

  it.each([
    ['text', 'text', 'neither an SVG nor a PNG'],
    ['nothing', '', 'neither an SVG nor a PNG'],
    ['a page', '<html/>', 'neither an SVG nor a PNG'],
    ['a picture without size', '<svg/>', 'how large'],
    ['a script', '<svg viewBox="0 0 1 1"><script/></svg>', '<script>'],
    ['a handler', '<svg viewBox="0 0 1 1" onload="x"/>', 'onload'],
    ['a link', '<svg viewBox="0 0 1 1"><use href="https://evil.example/x#x"/></svg>', 'a link'],
    [
      'a PNG that ends before its size',
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'neither an SVG nor a PNG',
    ],
    [
      'a PNG of no size',
      Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex'),
      'without any size',
    ],
  ])('is a picture alone: %s is refused', async (_what, body, why) => {
    const error = await refusal(() => parsed(body))
    expect(error).toMatchObject({ code: 'invalid_configuration', field: 'apps' })
    expect(error.message).toMatch(/^The icon icon\.svg /)
    expect(error.message).toContain(why)
  })
})
