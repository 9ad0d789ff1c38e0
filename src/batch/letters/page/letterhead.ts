import type { PageContent } from '../pdf/page-content.js'
import type { TaggedPart } from '../pdf/structure.js'
import { arrangeText, type Typesetting } from './arrange.js'
import type { TextLook } from './blocks.js'

/** The operator's picture as it is known to the document. */
export interface LogoShape {
  readonly name: string
  readonly width: number
  readonly height: number
}

export interface Letterhead {
  readonly operator: string
  readonly logo: LogoShape | undefined
}

/** The box that a letterhead is drawn in, in points. */
export interface HeadBox {
  readonly x: number
  readonly y: number
  readonly width: number
  /** Of the picture at most. */
  readonly height: number
  readonly widest: number
}

/** The logo, and the name beside it, or the name alone: at the side where reading begins. */
export function drawLetterhead(
  { operator, logo }: Letterhead,
  box: HeadBox,
  look: TextLook,
  content: PageContent,
  setting: Typesetting,
): TaggedPart[] {
  const isRightToLeft = setting.direction === 'rtl'
  const scale = logo === undefined ? 0 : Math.min(box.height / logo.height, box.widest / logo.width)
  const [width, height] = [(logo?.width ?? 0) * scale, (logo?.height ?? 0) * scale]
  if (logo !== undefined) {
    const x = isRightToLeft ? box.x + box.width - width : box.x
    // The name that stands beside it says what it shows.
    content.artifact(() =>
      content.picture(logo.name, x, box.y + (box.height - height) / 2, width, height),
    )
  }
  const gap = logo === undefined ? 0 : look.size * 0.8
  const room = box.width - width - gap
  const spans = [{ text: operator, weight: look.weight }]
  let name = arrangeText({ kind: 'text', role: 'P', spans, look }, room, setting)
  // One that takes more lines than there is room for is set smaller.
  for (let size = look.size * 0.85; name.height > box.height && size > 4; size *= 0.85) {
    const smaller = { ...look, size }
    name = arrangeText({ kind: 'text', role: 'P', spans, look: smaller }, room, setting)
  }
  const x = isRightToLeft ? box.x : box.x + width + gap
  return name.draw(content, x, box.y + (box.height - name.height) / 2)
}
