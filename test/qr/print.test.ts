import { beforeAll, describe, expect, it } from 'vitest'
import { qrSvg } from '../../src/qr/svg.js'
import { suitePage } from '../support/chromium.js'
import { printPage, READERS, RENDERERS } from '../support/printed-code.js'
import { isMissing } from '../support/programs.js'

const TEXT = 'https://setup.example.com/setup?address=ann%40btinternet.com&protocol=imap'
const SIZES = [1.5, 2, 3]
const RESOLUTIONS = [150, 300]
const RENDERER_NAMES = Object.keys(RENDERERS) as (keyof typeof RENDERERS)[]

// Fewer than two dots a module: ZXing samples the middle of each only.
function isTooCoarse(reader: string, centimetres: number, dpi: number): boolean {
  return reader === 'ZXing' && centimetres < 2 && dpi < 300
}

const needed = ['chromium', 'pdftoppm', 'mutool', 'zbarimg'] as const

describe.skipIf(needed.map(isMissing).includes(true))('a code as SVG, printed', () => {
  const sheets = new Map<number, Uint8Array>()
  const page = suitePage()
  beforeAll(async () => {
    const picture = `data:image/svg+xml;base64,${Buffer.from(qrSvg(TEXT)).toString('base64')}`
    for (const size of SIZES) {
      await page().setContent(
        `<style>@page{size:6cm 6cm;margin:1cm}body{margin:0}img{width:${size}cm}</style><img src="${picture}">`,
      )
      sheets.set(size, await page().pdf({ preferCSSPageSize: true }))
    }
  })

  describe.each(SIZES)('%d cm wide', (size) => {
    describe.each(RESOLUTIONS)('at %d dpi', (dpi) => {
      it.each(RENDERER_NAMES)('as %s draws it', (renderer) => {
        const page = printPage(sheets.get(size) ?? new Uint8Array(), renderer, dpi)
        const read = Object.entries(READERS)
          .filter(([name]) => !isTooCoarse(name, size, dpi))
          .map(([name, reader]) => [name, reader(page)])
        expect(read).toEqual(read.map(([name]) => [name, TEXT]))
      })
    })
  })
})
