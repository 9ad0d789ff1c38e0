import { escapeHtml } from '../../encoding/html.js'
import type { MessageKey } from '../../messages/text.js'
import type { Texts } from '../../texts/texts.js'

/** A word on a drawing: `data-say` is its message below `drawn`, `data-max` the room there is, in pixels. */
const WORD = /<text((?:\s+[\w-]+="[^"]*")*)>[^<]*<\/text>/g
const FONT_SIZE = 13
/** How wide a drawing is, in pixels; an operator's own may have something before it, or no such width. */
const FRAME = /^(.*?<svg\s(?:[^>]*?\s)?width="(\d+)"[^>]*)(>.*)$/s

/** Whether a picture has words that are said in other languages. */
export function isDrawing(svg: string): boolean {
  return svg.includes(' data-say="')
}

/**
 * A drawing of a screen with the words that the screen shows in a language; mirrored, as the screen is,
 * where that is read from right to left and the drawing says how wide it is.
 */
export function drawnIn(svg: string, { language, text }: Texts): string {
  const isMirrored = language.dir === 'rtl' && FRAME.test(svg)
  const said = svg.replace(WORD, (whole, given: string) => {
    const attributes = attributesOf(given)
    const key = attributes.get('data-say')
    if (key === undefined) return whole
    const words = lineOf(
      text({ key: `drawn.${key}` as MessageKey, values: {} }),
      Number(attributes.get('data-line') ?? 0),
      Number(attributes.get('data-lines') ?? 1),
    )
    return written(words, attributes, isMirrored)
  })
  return isMirrored ? mirrored(said) : said
}

function attributesOf(given: string): Map<string, string> {
  return new Map(
    Array.from(given.matchAll(/([\w-]+)="([^"]*)"/g), ([, name = '', value = '']) => [name, value]),
  )
}

function written(words: string, attributes: Map<string, string>, isMirrored: boolean): string {
  const room = Number(attributes.get('data-max'))
  const size = Number(attributes.get('font-size') ?? FONT_SIZE)
  const kept = ['x', 'y', 'font-size', 'font-weight', 'fill', 'text-anchor'].flatMap((name) => {
    const value = attributes.get(name)
    return value === undefined ? [] : [` ${name}="${value}"`]
  })
  if (widthOf(words) * size > room) {
    kept.push(` textLength="${room}" lengthAdjust="spacingAndGlyphs"`)
  }
  // Words are not read in a mirror: each is turned back where it stands.
  if (isMirrored) {
    kept.push(` transform="translate(${2 * Number(attributes.get('x'))}) scale(-1 1)"`)
  }
  return `<text${kept.join('')}>${escapeHtml(words)}</text>`
}

/** About how wide a text is, in ems, by what its letters are like. */
function widthOf(words: string): number {
  let width = 0
  for (const letter of words) {
    // Chinese, Japanese and their punctuation fill a square; marks stand above or below.
    if (/[\u3000-\u9fff\uff00-\uffef]/.test(letter)) width += 1
    else if (!/\p{M}/u.test(letter)) width += /[ilj.,:’ ]/.test(letter) ? 0.3 : 0.58
  }
  return width
}

/** One of so many lines of a text, all about as long. */
function lineOf(text: string, line: number, lines: number): string {
  if (lines === 1) return text
  const parts = text.includes(' ') ? text.split(/(?<= )/) : Array.from(text)
  const target = text.length / lines
  let taken = 0
  return parts
    .filter((part) => {
      const place = Math.min(lines - 1, Math.floor((taken + part.trimEnd().length / 2) / target))
      taken += part.length
      return place === line
    })
    .join('')
    .trim()
}

function mirrored(svg: string): string {
  const [, start = '', width = '0', rest = ''] = FRAME.exec(svg) ?? []
  return `${start} direction="rtl"><g transform="translate(${width}) scale(-1 1)"${rest.replace(/<\/svg>\s*$/, '</g></svg>')}`
}
