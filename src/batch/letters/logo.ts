import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Resvg, initWasm } from '@resvg/resvg-wasm'
import { MailProfileError } from '../../errors.js'
import type { PixelPicture } from './pdf/pixel-picture.js'

// 600 dots an inch at its greatest width, which is more than an office printer shows.
const MOST_WIDTH = 1400
const MOST_HEIGHT = 480
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

let initialised: Promise<void> | undefined

async function initialise(): Promise<void> {
  const path = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
  await initWasm(await readFile(path))
}

/**
 * A logo in pixels, an SVG as well as a PNG: gradients, masks and filters of drawing programs come out as in a
 * browser. Text of an SVG that is no outlines is set in our own font.
 *
 * @throws MailProfileError `invalid_configuration` for one that cannot be drawn
 */
export async function drawLogo(body: Uint8Array, font: Uint8Array): Promise<PixelPicture> {
  try {
    return await rasterize(body, font)
  } catch (cause) {
    throw new MailProfileError('invalid_configuration', 'The logo cannot be drawn on letters.', {
      hint: 'Export it again, as a plain SVG or a PNG.',
      field: 'branding.logo',
      cause,
    })
  }
}

async function rasterize(body: Uint8Array, font: Uint8Array): Promise<PixelPicture> {
  await (initialised ??= initialise())
  const bytes = Buffer.from(body)
  const isPng = bytes.subarray(0, PNG.length).equals(PNG)
  const svg = isPng ? svgAround(bytes) : bytes.toString('utf8')
  const whole = new Resvg(svg)
  const scale = Math.min(MOST_WIDTH / whole.width, MOST_HEIGHT / whole.height)
  const value = Math.max(1, Math.round(whole.width * scale))
  whole.free()
  const { width, height, pixels } = new Resvg(svg, {
    fitTo: { mode: 'width', value },
    font: { fontBuffers: [font], defaultFontFamily: 'Noto Sans' },
  }).render()
  const picture = toPicture(width, height, pixels)
  // What resvg cannot read of a picture, such as a PNG that is cut short, it leaves out without a word.
  if (picture.alpha.every((cover) => cover === 0)) throw new Error('Nothing of it can be seen.')
  return picture
}

function svgAround(png: Buffer): string {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">` +
    `<image width="${width}" height="${height}" href="data:image/png;base64,${png.toString('base64')}"/></svg>`
  )
}

// What resvg draws has its colours multiplied by how much they cover.
function toPicture(width: number, height: number, pixels: Uint8Array): PixelPicture {
  const colors = new Uint8Array(width * height * 3)
  const alpha = new Uint8Array(width * height)
  for (let i = 0; i < alpha.length; i++) {
    const cover = pixels[i * 4 + 3] ?? 0
    alpha[i] = cover
    for (let channel = 0; channel < 3; channel++) {
      const value = pixels[i * 4 + channel] ?? 0
      colors[i * 3 + channel] = cover === 0 ? 255 : Math.min(255, Math.round((value * 255) / cover))
    }
  }
  return { width, height, colors, alpha }
}
