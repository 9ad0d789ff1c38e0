import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { qrSvg } from '../../src/qr/svg.js'

const STYLE = `
  * { box-sizing: border-box }
  body { margin: 0; background: #e9eef7; font: 500 20px 'Noto Sans', sans-serif; color: #16211d }
  main { display: flex; align-items: center; justify-content: center; gap: 40px; height: 500px }
  figure { margin: 0; flex: none; text-align: center }
  .code { padding: 16px 16px 24px; border-radius: 24px; background: #fff; border: 1px solid #cbd5e6 }
  .code svg { display: block; width: 260px; height: 260px }
  .arrow { width: 58px; flex: none }
  .phone { padding: 10px; border-radius: 38px; background: #10151c; height: 436px; width: 268px }
  .phone div { height: 100%; border-radius: 28px; overflow: hidden; background: #fff }
  .phone img { display: block; width: 100% }
  .android { border-radius: 28px; background: #3a4453 }
  .android div { border-radius: 19px }
`
const ARROW =
  '<svg class="arrow" viewBox="0 0 58 40"><path d="M4 20h46M35 5l16 15-16 15" fill="none" stroke="#1f4fa5" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></svg>'

/**
 * The picture of the README: a code, and the pages that two phones open from it.
 *
 * @param phones pictures of pages, PNG
 * @param path where it goes
 */
export async function drawTogether(
  browser: Browser,
  phones: { readonly iphone: string; readonly android: string },
  path: string,
): Promise<void> {
  const code = qrSvg('https://setup.example.com/setup?address=ann@btinternet.com')
  const screen = (file: string, kind: string) =>
    `<figure class="phone ${kind}"><div><img src="data:image/png;base64,${readFileSync(file, 'base64')}"></div></figure>`
  const page = await browser.newPage({
    viewport: { width: 1060, height: 500 },
    deviceScaleFactor: 1.5,
  })
  try {
    await page.setContent(
      `<!doctype html><style>${STYLE}</style><main>` +
        `<figure class="code">${code}<figcaption>Point the camera here</figcaption></figure>` +
        `${ARROW}${screen(phones.iphone, 'iphone')}${screen(phones.android, 'android')}</main>`,
    )
    await page.screenshot({ path })
  } finally {
    await page.close()
  }
}
