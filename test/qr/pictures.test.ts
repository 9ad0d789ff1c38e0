import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { suitePage } from '../support/chromium.js'
import { startInvitedServer, type InvitedServer } from '../support/invited-server.js'
import { printPage, READERS } from '../support/printed-code.js'
import { isMissing } from '../support/programs.js'

const SETUP = '?address=ann%40btinternet.com&name=Ann%20Example&protocol=imap'
// As CSS gives a picture, and as finer screens do: like a person, a reader that sees no code looks again.
// ZXing in JavaScript misses one link in eight at the first, whatever draws it.
const DOTS_PER_INCH = [96, 144, 192, 288]

interface Drawn {
  decode(): Promise<void>
}

const needed = ['chromium', 'pdftoppm', 'zbarimg'] as const

describe.skipIf(needed.map(isMissing).includes(true))('every picture of a code', () => {
  let server: InvitedServer

  beforeAll(async () => {
    server = await startInvitedServer()
  })
  afterAll(() => server.stop())
  const page = suitePage()

  // What each reader sees in a picture, drawn in its own size.
  async function read(path: string): Promise<unknown> {
    const response = await fetch(server.url + path)
    const bytes = Buffer.from(await response.arrayBuffer()).toString('base64')
    const picture = `data:${response.headers.get('content-type')};base64,${bytes}`
    await page().setContent(
      `<style>@page{size:25cm 25cm;margin:1cm}body{margin:0}</style><img src="${picture}">`,
      { waitUntil: 'load' },
    )
    // It is there, and is drawn once it has been read.
    await page()
      .locator('img')
      .evaluate((image) => (image as unknown as Drawn).decode())
    const pdf = await page().pdf({ preferCSSPageSize: true })
    const seen: Record<string, string | undefined> = {}
    for (const density of DOTS_PER_INCH) {
      const blind = Object.entries(READERS).filter(([name]) => seen[name] === undefined)
      if (blind.length === 0) break
      const sheet = printPage(pdf, 'poppler', density)
      for (const [name, reader] of blind) seen[name] = reader(sheet)
    }
    return seen
  }

  function seenByAll(text: string) {
    return Object.fromEntries(Object.keys(READERS).map((name) => [name, text]))
  }

  async function textAt(path: string): Promise<string> {
    const response = await fetch(server.url + path)
    expect(response.status).toBe(200)
    return response.text()
  }

  it.each(['svg', 'png'])('of a setup link, %s', async (picture) => {
    expect(await read(`/setup/qr.${picture}${SETUP}`)).toEqual(
      seenByAll(`${server.url}/setup${SETUP}`),
    )
  })

  it.each(['svg', 'png'])('of an invitation, %s', async (picture) => {
    const { path } = await server.invite()
    expect(await read(`${path}/qr.${picture}`)).toEqual(seenByAll(server.url + path))
  })

  it.each(['svg', 'png'])('for Thunderbird, %s', async (picture) => {
    const path = `/formats/thunderbird-qr${SETUP}`
    expect(await read(`${path}&as=${picture}`)).toEqual(seenByAll(await textAt(path)))
  })

  it.each(['svg', 'png'])('for Thunderbird, with passwords, %s', async (picture) => {
    const passwords = { password: 'a+b%&;#" \\', outgoingPassword: '<>@/=' }
    const { path } = await server.invite(passwords)
    const format = `${path}/formats/thunderbird-qr`
    expect(await read(`${format}?as=${picture}`)).toEqual(seenByAll(await textAt(format)))
  })
})
