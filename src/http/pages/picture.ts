import { createHash } from 'node:crypto'
import { decodeXml } from '../../encoding/decode-xml.js'
import { readXml, type XmlNode } from '../../encoding/read-xml.js'
import { MailProfileError } from '../../errors.js'

/** A picture of an operator's, to be shown on pages. */
export interface Picture {
  /** What it is called in the address that pages ask for. */
  readonly name: string
  readonly body: Buffer
  /** In CSS pixels; a page that knows them does not jump. */
  readonly width: number
  readonly height: number
}

/** CSS pixels: of a line of the page, and of a third of a small phone's. */
const HEIGHT = 32
const MAX_LOGO_WIDTH = 180

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
// A page shows a picture without any of it, but people open pictures, too.
const ACTIVE: ReadonlySet<string> = new Set([
  'script',
  'handler',
  'foreignobject',
  'iframe',
  'embed',
  'object',
  'audio',
  'video',
  'a',
  'animate',
  'set',
])
// What a link, or a style, may lead to: a part of the picture, or what it has with it.
const WITHIN = /^(?:#|data:(?:image\/(?:png|jpeg|gif|webp)|font\/[\w+.-]+);)/i
const CSS_URL = /url\(\s*["']?([^)]*)/gi

interface Kind {
  /** In an error. */
  readonly what: string
  readonly field: string
  readonly maxWidth: number
  /** Without the ending. */
  readonly nameOf: (body: Buffer) => string
}

/**
 * A logo from a file, which stands at the top of every page.
 *
 * @param path for the error
 * @throws MailProfileError `invalid_configuration` for what is no SVG or PNG, or does more than being a
 *   picture
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { parseLogo } from 'mailprofile'
 *
 * const logo = parseLogo(readFileSync('logo.svg'), 'logo.svg')
 * console.log(logo.name) // logo.svg
 * ```
 */
export function parseLogo(body: Buffer, path: string): Picture {
  return parsePicture(body, path, {
    what: 'logo',
    field: 'branding.logo',
    maxWidth: MAX_LOGO_WIDTH,
    nameOf: () => 'logo',
  })
}

/**
 * The icon of an app from a file.
 *
 * @param path for the error
 * @throws MailProfileError `invalid_configuration` as `parseLogo`
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { parseAppIcon } from 'mailprofile'
 *
 * const icon = parseAppIcon(readFileSync('logo.svg'), 'logo.svg')
 * console.log(icon.name.slice(0, 5)) // icon-
 * ```
 */
export function parseAppIcon(body: Buffer, path: string): Picture {
  return parsePicture(body, path, {
    what: 'icon',
    field: 'apps',
    maxWidth: HEIGHT,
    // Of several apps one may be for several platforms.
    nameOf: (icon) => `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}`,
  })
}

function parsePicture(body: Buffer, path: string, kind: Kind): Picture {
  const refused = (why: string, hint: string) =>
    new MailProfileError('invalid_configuration', `The ${kind.what} ${path} ${why}`, {
      hint,
      field: kind.field,
    })
  const name = kind.nameOf(body)
  if (body.length >= PNG.length + 8 && body.subarray(0, PNG.length).equals(PNG)) {
    const [width, height] = [body.readUInt32BE(16), body.readUInt32BE(20)]
    if (!(width > 0 && height > 0)) {
      throw refused('is a PNG without any size.', 'Export it again.')
    }
    return { name: `${name}.png`, body, ...shown(width, height, kind) }
  }
  const svg = svgOf(body)
  if (svg === undefined) {
    throw refused('is neither an SVG nor a PNG.', 'Export it as one of them.')
  }
  const { root, text } = svg
  const active = /<\?xml-stylesheet\b/.test(text) ? 'a style sheet' : activeIn(root)
  if (active !== undefined) {
    throw refused(`holds ${active}, and has to be a picture alone.`, 'Export it as a plain SVG.')
  }
  const [width, height] = sizeOf(root)
  if (![width, height].every((length) => length > 0 && Number.isFinite(length))) {
    throw refused('does not say how large it is.', 'Give its <svg> a viewBox.')
  }
  return { name: `${name}.svg`, body: inUtf8(text), ...shown(width, height, kind) }
}

function shown(
  width: number,
  height: number,
  { maxWidth }: Kind,
): Pick<Picture, 'width' | 'height'> {
  const scale = Math.min(HEIGHT / height, maxWidth / width)
  const fit = (length: number) => Math.max(1, Math.round(length * scale))
  return { width: fit(width), height: fit(height) }
}

function svgOf(body: Buffer): { readonly root: XmlNode; readonly text: string } | undefined {
  try {
    const text = decodeXml(body)
    const root = readXml(text, { maxDepth: 100 })
    return root.name === 'svg' ? { root, text } : undefined
  } catch {
    return undefined
  }
}

// As it is sent, whatever its file was written in: a declaration would say that.
function inUtf8(svg: string): Buffer {
  return Buffer.from(svg.replace(/^<\?xml\s[^>]*\?>\s*/, ''))
}

/** What of a picture runs, or leads elsewhere. */
function activeIn({ name, attributes, elements, text }: XmlNode): string | undefined {
  const local = name.replace(/^.*:/, '').toLowerCase()
  if (ACTIVE.has(local)) return `<${local}>`
  for (const [attribute, value] of Object.entries(attributes)) {
    if (/^on/i.test(attribute)) return attribute
    const isLink = /(?:^|:)href$/i.test(attribute)
    if ((isLink && !WITHIN.test(value.trim())) || styleLeaves(value)) return 'a link'
  }
  if (local === 'style' && styleLeaves(text)) return 'a link'
  for (const element of elements) {
    const active = activeIn(element)
    if (active !== undefined) return active
  }
  return undefined
}

function styleLeaves(css: string): boolean {
  if (/@import\b/i.test(css)) return true
  return Array.from(css.matchAll(CSS_URL)).some(([, target = '']) => !WITHIN.test(target))
}

function sizeOf({ attributes }: XmlNode): readonly [width: number, height: number] {
  const [, , boxWidth, boxHeight] = (attributes['viewBox'] ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  if (boxWidth !== undefined && boxHeight !== undefined) return [boxWidth, boxHeight]
  return [lengthOf(attributes['width']), lengthOf(attributes['height'])]
}

function lengthOf(text = ''): number {
  return Number(/^([\d.]+)(?:px)?$/.exec(text.trim())?.[1] ?? Number.NaN)
}
