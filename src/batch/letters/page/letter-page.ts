import type { PageContent } from '../pdf/page-content.js'
import type { TaggedPart } from '../pdf/structure.js'
import { arrange, type Arranged, type Typesetting } from './arrange.js'
import type { Block, BlockLooks } from './blocks.js'
import { NO_ENVELOPE, type WindowEnvelope } from './envelopes.js'
import { drawLetterhead, type Letterhead } from './letterhead.js'
import { mm } from './paper.js'
import { drawRecipient } from './recipient.js'

export const LETTER_LOOKS: BlockLooks = {
  h1: { size: 18, before: mm(2.5), weight: 700, color: 'brand' },
  h2: { size: 12.5, before: mm(5), weight: 700, color: 'text' },
  p: { size: 11.5, before: mm(3), weight: 400, color: 'text' },
  small: { size: 9.5, before: mm(2.5), weight: 400, color: 'muted' },
  li: { size: 12, before: mm(2.4), weight: 400, color: 'text' },
  url: { size: 11, before: mm(1.2), weight: 400, color: 'text' },
  passcode: { size: 20, before: mm(1), weight: 700, color: 'text' },
  code: { before: mm(6) },
}

/** The narrowest dark square of a code, and the least that each module of it is wide. */
export const LETTER_CODE = { narrowest: mm(44), module: mm(0.62), widest: mm(80) }

const LEFT = mm(25)
const RIGHT = mm(20)
const BOTTOM = mm(14)
const HEAD_TOP = mm(11)
const HEAD_HEIGHT = mm(16)
const WIDEST_LOGO = mm(70)
const NAME_LOOK = { size: 13, before: 0, weight: 700, color: 'text' } as const
const FOLD_MARK = { from: mm(4), to: mm(9), width: 0.4 }
const HOLE_MARK = { from: mm(4), to: mm(11), width: 0.4 }

/** The scales at which a text is tried until it fits. */
export const SCALES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4]

export interface SheetSize {
  readonly width: number
  readonly height: number
}

export interface LetterParts {
  readonly head: Letterhead
  readonly recipient: readonly string[]
  readonly blocks: readonly Block[]
}

/**
 * One letter on one sheet.
 *
 * @returns undefined where its text does not fit however small it is set
 */
export function drawLetter(
  { head, recipient, blocks }: LetterParts,
  sheet: SheetSize,
  envelope: WindowEnvelope | undefined,
  content: PageContent,
  setting: Typesetting,
): TaggedPart[] | undefined {
  const { bodyTop, headBottom } = envelope ?? NO_ENVELOPE
  const width = sheet.width - LEFT - RIGHT
  const body = fitted(blocks, width, sheet.height - bodyTop - BOTTOM, setting)
  if (body === undefined) return undefined
  const height = Math.min(HEAD_HEIGHT, headBottom - HEAD_TOP)
  const box = { x: LEFT, y: HEAD_TOP, width, height, widest: WIDEST_LOGO }
  const parts = [
    ...drawLetterhead(head, box, NAME_LOOK, content, setting),
    ...drawRecipient(recipient, envelope ?? NO_ENVELOPE, content, setting),
    ...body.draw(content, LEFT, bodyTop),
  ]
  if (envelope !== undefined) drawMarks(sheet, envelope, content)
  return parts
}

/** Blocks at the greatest scale at which they fit. */
export function fitted(
  blocks: readonly Block[],
  width: number,
  height: number,
  setting: Typesetting,
): Arranged | undefined {
  for (const scale of SCALES) {
    const arranged = arrange(blocks, width, { ...setting, scale: setting.scale * scale })
    if (arranged.height <= height) return arranged
  }
  return undefined
}

function drawMarks(sheet: SheetSize, envelope: WindowEnvelope, content: PageContent): void {
  content.artifact(() => {
    const at = (y: number, mark: typeof FOLD_MARK) =>
      content.line([mark.from, y], [mark.to, y], mark.width)
    for (const y of envelope.foldsOf(sheet.height)) at(y, FOLD_MARK)
    if (envelope.hasHoleMark) at(sheet.height / 2, HOLE_MARK)
  })
}
