import type { PageContent } from '../pdf/page-content.js'
import type { TaggedPart } from '../pdf/structure.js'
import type { Typesetting } from './arrange.js'
import type { Block, BlockLooks } from './blocks.js'
import { fitted, type SheetSize } from './letter-page.js'
import { drawLetterhead, type Letterhead } from './letterhead.js'
import { mm } from './paper.js'

export const CARD_LOOKS: BlockLooks = {
  h1: { size: 12, before: 0, weight: 700, color: 'text' },
  h2: { size: 10, before: mm(2), weight: 700, color: 'text' },
  p: { size: 9.5, before: mm(0.6), weight: 400, color: 'text' },
  small: { size: 7.5, before: mm(1.2), weight: 400, color: 'muted' },
  li: { size: 9, before: mm(1), weight: 400, color: 'text' },
  url: { size: 7.5, before: mm(0.4), weight: 400, color: 'text' },
  passcode: { size: 14, before: 0, weight: 700, color: 'text' },
  code: { before: mm(3) },
}

export const CARD_CODE = { narrowest: mm(32), module: mm(0.55), widest: mm(50) }

const [COLUMNS, ROWS] = [2, 3]
export const CARDS_A_PAGE = COLUMNS * ROWS
/** Office printers leave the outermost 5 mm of a sheet white. */
const PADDING = mm(8.5)
const HEAD_HEIGHT = mm(7)
const HEAD_GAP = mm(3)
const WIDEST_LOGO = mm(30)
const NAME_LOOK = { size: 8.5, before: 0, weight: 700, color: 'muted' } as const
const CUT = { length: mm(4), width: 0.35 }

/**
 * A card at one of the six places of a sheet.
 *
 * @returns undefined where its text does not fit however small it is set
 */
export function drawCard(
  { head, blocks }: { readonly head: Letterhead; readonly blocks: readonly Block[] },
  place: number,
  sheet: SheetSize,
  content: PageContent,
  setting: Typesetting,
): TaggedPart[] | undefined {
  const [width, height] = [sheet.width / COLUMNS, sheet.height / ROWS]
  const row = Math.floor(place / COLUMNS)
  const column = place % COLUMNS
  const x = column * width + PADDING
  const y = row * height + PADDING
  const inner = width - 2 * PADDING
  const top = HEAD_HEIGHT + HEAD_GAP
  const body = fitted(blocks, inner, height - 2 * PADDING - top, setting)
  if (body === undefined) return undefined
  const box = { x, y, width: inner, height: HEAD_HEIGHT, widest: WIDEST_LOGO }
  return [
    ...drawLetterhead(head, box, NAME_LOOK, content, setting),
    ...body.draw(content, x, y + top),
  ]
}

/** Where to cut: at the edges of the sheet and where the lines cross, so that nothing is left on a card. */
export function drawCutMarks(sheet: SheetSize, content: PageContent): void {
  content.artifact(() => {
    const xs = [0, sheet.width / 2, sheet.width]
    const ys = Array.from({ length: ROWS + 1 }, (_, i) => (i * sheet.height) / ROWS)
    for (const x of xs) {
      for (const y of ys) {
        content.line([x - CUT.length, y], [x + CUT.length, y], CUT.width)
        content.line([x, y - CUT.length], [x, y + CUT.length], CUT.width)
      }
    }
  })
}
