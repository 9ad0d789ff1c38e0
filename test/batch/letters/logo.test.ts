import { describe, expect, it } from 'vitest'
import { drawLogo } from '../../../src/batch/letters/logo.js'
import { Fonts } from '../../../src/batch/letters/text/fonts.js'
import type { PixelPicture } from '../../../src/batch/letters/pdf/pixel-picture.js'
import {
  complaintsAbout,
  drawnPages,
  printLetters,
  textsOf,
} from '../../support/printed-letters.js'
import { isMissing } from '../../support/programs.js'

const SVG = (content: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">${content}</svg>`)

/** Eight by eight, half transparent red, interlaced. */
const INTERLACED = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAAGzCI4dAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA6AAAdTAAAOpgAAA6mAAAF3CculE8AAAABmJLR0QA/wD/AP+gvaeTAAAAMUlEQVQY063MIRIAIAwDwYWP9+nFQAWIGk5lMpdIQhIjCagwbao5TBe90RfPR7v4LyxlWAqIaOaR0QAAACV0RVh0ZGF0ZTpjcmVhdGUAMjAyNi0xMS0yOFQyMzo1NzoyNCswMDowMBKCtNIAAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjhUMjM6NTc6MjQrMDA6MDBj3wxuAAAAAElFTkSuQmCC',
  'base64',
)
/** Six by three, with a palette. */
const PALETTE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAYAAAADCAMAAACH347JAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA6AAAdTAAAOpgAAA6mAAAF3CculE8AAAACVBMVEUAAP9/f/////9OGEsZAAAAAWJLR0QCZgt8ZAAAAAd0SU1FB+oLHBc5GBKV62sAAAARSURBVAjXY2CAAEYwYGACAwAAfgATkFHehAAAACV0RVh0ZGF0ZTpjcmVhdGUAMjAyNi0xMS0yOFQyMzo1NzoyNCswMDowMBKCtNIAAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjhUMjM6NTc6MjQrMDA6MDBj3wxuAAAAAElFTkSuQmCC',
  'base64',
)

async function draw(body: Buffer): Promise<PixelPicture> {
  const fonts = await new Fonts().open()
  return drawLogo(body, fonts.fallback(400).file)
}

/** Red, green, blue and cover at a place, by shares of width and height. */
function at({ width, height, colors, alpha }: PixelPicture, x: number, y: number): number[] {
  const i = Math.floor(y * height) * width + Math.floor(x * width)
  return [...colors.subarray(i * 3, i * 3 + 3), alpha[i] ?? 0]
}

describe('a logo', () => {
  it.each([
    ['an SVG', SVG('<rect width="40" height="20" fill="#f00" opacity=".5"/>')],
    ['an interlaced PNG', INTERLACED],
  ])('keeps its colours where it is half transparent: %s', async (_kind, body) => {
    const [red, green, blue, cover = 0] = at(await draw(body), 0.5, 0.5)
    expect([red, green, blue]).toEqual([255, 0, 0])
    expect(Math.abs(cover - 128)).toBeLessThan(3)
  })

  it('may be a PNG with a palette', async () => {
    const picture = await draw(PALETTE)
    expect(picture.width / picture.height).toBeCloseTo(2, 1)
    const [red = 0, , blue = 0, cover] = at(picture, 0.5, 0.02)
    expect(cover).toBe(255)
    expect(blue).toBeGreaterThan(red)
  })

  it('may have gradients, and text', async () => {
    const picture = await draw(
      SVG(
        '<defs><linearGradient id="a"><stop stop-color="#00f"/><stop offset="1" stop-color="#0f0"/></linearGradient></defs>' +
          '<rect width="20" height="20" fill="url(#a)"/><text x="21" y="15" font-size="16" font-family="Helvetica">M</text>',
      ),
    )
    const [, , left = 0] = at(picture, 0.02, 0.5)
    const [, right = 0] = at(picture, 0.48, 0.5)
    expect(left).toBeGreaterThan(200)
    expect(right).toBeGreaterThan(200)
    const text = Array.from({ length: 20 }, (_, i) => at(picture, 0.55 + i * 0.02, 0.6)[3])
    expect(text).toContain(255)
  })

  it.each([
    ['has nothing to be seen', SVG('')],
    ['is cut short', PALETTE.subarray(0, 60)],
    ['is none', Buffer.from('GIF89a')],
  ])('is refused when it %s', async (_why, body) => {
    await expect(
      printLetters([{}], { branding: { operator: 'A', logo: { body } } }),
    ).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('The logo cannot be drawn') as string,
    })
  })

  it.skipIf(isMissing('pdftoppm') || isMissing('mutool'))(
    'stands at the top, beside the name',
    async () => {
      const logo = { body: SVG('<rect width="40" height="20"/>') }
      const { pdf } = await printLetters([{}, { language: 'ar' }], {
        branding: { operator: 'Example Mail', logo },
      })
      expect(complaintsAbout(pdf)).toEqual([])
      expect(textsOf(pdf)[0]).toContain('Example Mail')
      const [english, arabic] = drawnPages(pdf, 50)
      const blackAt = (page: typeof english, x: number) =>
        (page?.dots[
          Math.round((19 / 297) * page.height) * page.width + Math.round(x * page.width)
        ] ?? 255) < 50
      expect(blackAt(english, 30 / 210)).toBe(true)
      expect(blackAt(arabic, 30 / 210)).toBe(false)
      expect(blackAt(arabic, 185 / 210)).toBe(true)
    },
  )
})
