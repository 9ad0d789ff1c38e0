import { outline } from '../../../qr/outline.js'
import type { QrMatrix } from '../../../qr/qr-code.js'
import type { PageContent } from '../pdf/page-content.js'
import type { TaggedPart } from '../pdf/structure.js'
import type { Fonts, TypeStyle } from '../text/fonts.js'
import { layOut } from '../text/lines.js'
import type { Block, CodeBlock, ListBlock, TextBlock } from './blocks.js'
import { mm } from './paper.js'

/** What all blocks of one letter have in common. */
export interface Typesetting {
  readonly fonts: Fonts
  readonly direction: 'ltr' | 'rtl'
  readonly language: string
  readonly east: Pick<TypeStyle, 'han' | 'isEastern'>
  /** How much smaller everything is set, so that it fits. */
  readonly scale: number
  readonly colors: Readonly<Record<'text' | 'muted' | 'brand', string>>
  readonly code: { readonly matrix: QrMatrix; readonly width: number; readonly alt: string }
  readonly numberOf: (value: number) => string
  /** Gets what no font has. */
  readonly missing: Set<string>
}

/** Something that knows how high it is, and is drawn where there is room for it. */
export interface Arranged {
  readonly height: number
  readonly draw: (content: PageContent, x: number, y: number) => TaggedPart[]
}

/** Lines of Latin letters; those of scripts with marks above and below need more. */
const LEADING = 1.38
const TALL_LEADING = 1.55
const TALL = /^(?:ar|fa|ur|he|hi|mr|ne|th)\b/
// Of Noto Sans, in sizes of the type.
const ASCENDER = 1.069
const DESCENDER = 0.293

const LABEL_WIDTH = mm(6)
const CODE_GAP = mm(5.5)
/** ISO/IEC 18004, section 9.1: nothing else is drawn as near to a code. */
const QUIET_MODULES = 4
const NARROWEST_COLUMN = mm(32)
const RULE_WIDTH = 0.5

/** Blocks below each other. */
export function arrange(blocks: readonly Block[], width: number, setting: Typesetting): Arranged {
  let height = 0
  const placed = blocks.map((block, i) => {
    if (i > 0) height += beforeOf(block) * setting.scale
    const arranged = arrangeOne(block, width, setting)
    const top = height
    height += arranged.height
    return { arranged, top }
  })
  return {
    height,
    draw: (content, x, y) =>
      placed.flatMap(({ arranged, top }) => arranged.draw(content, x, y + top)),
  }
}

function beforeOf(block: Block): number {
  return block.kind === 'text' ? block.look.before : block.before
}

function arrangeOne(block: Block, width: number, setting: Typesetting): Arranged {
  switch (block.kind) {
    case 'text':
      return arrangeText(block, width, setting)
    case 'list':
      return arrangeList(block, width, setting)
    case 'code':
      return arrangeCode(block, width, setting)
    case 'rule':
      return {
        height: RULE_WIDTH,
        draw(content, x, y) {
          content.artifact(() => content.rectangle(x, y, width, RULE_WIDTH, '#999999'))
          return []
        },
      }
  }
}

export function arrangeText(block: TextBlock, width: number, setting: Typesetting): Arranged {
  const { look, spans, role } = block
  const { fonts, language, east, missing } = setting
  const size = look.size * setting.scale
  const direction = block.direction ?? setting.direction
  const lines = layOut({ spans, direction, language, east }, (width / size) * 1000, fonts, missing)
  const leading = size * (look.leading ?? (TALL.test(language) ? TALL_LEADING : LEADING))
  const baseline = (leading - (ASCENDER + DESCENDER) * size) / 2 + ASCENDER * size
  return {
    height: lines.length * leading,
    draw(content, x, y) {
      const number = content.mark(role, () => {
        for (const [i, line] of lines.entries()) {
          // What runs the other way begins where the rest does all the same.
          const indent = setting.direction === 'rtl' ? width - (line.width * size) / 1000 : 0
          const left = x + indent - (line.overhang * size) / 1000
          const color = setting.colors[look.color]
          content.text(line, left, y + i * leading + baseline, size, color)
        }
      })
      return [{ role, kids: [number] }]
    },
  }
}

function arrangeList({ items }: ListBlock, width: number, setting: Typesetting): Arranged {
  const label = LABEL_WIDTH * setting.scale
  const isRightToLeft = setting.direction === 'rtl'
  let height = 0
  const rows = items.map((item, i) => {
    if (i > 0) height += item.look.before * setting.scale
    const spans = [{ text: `${setting.numberOf(i + 1)}.`, weight: 700 as const }]
    const number = arrangeText({ ...item, role: 'Lbl', spans }, label, setting)
    const text = arrangeText(item, width - label, setting)
    const top = height
    height += text.height
    return { number, text, top }
  })
  return {
    height,
    draw: (content, x, y) => [
      {
        role: 'L',
        kids: rows.map(({ number, text, top }): TaggedPart => {
          const at = y + top
          const labels = number.draw(content, isRightToLeft ? x + width - label : x, at)
          const body = text.draw(content, isRightToLeft ? x : x + label, at)
          return { role: 'LI', kids: [...labels, { role: 'LBody', kids: body }] }
        }),
      },
    ],
  }
}

function arrangeCode({ beside }: CodeBlock, width: number, setting: Typesetting): Arranged {
  const { matrix, width: size, alt } = setting.code
  const unit = size / matrix.length
  const gap = Math.max(CODE_GAP * setting.scale, QUIET_MODULES * unit)
  const rest = width - size - gap
  const isBeside = rest >= NARROWEST_COLUMN
  const text = arrange(beside, isBeside ? rest : width, setting)
  const isRightToLeft = setting.direction === 'rtl'
  return {
    height: isBeside ? Math.max(size, text.height) : size + gap + text.height,
    draw(content, x, y) {
      const left = isRightToLeft ? x + width - size : x
      const number = content.mark('Figure', () => content.outlines(outline(matrix), left, y, unit))
      const box = content.boxOf(left, y, size, size)
      const figure: TaggedPart = { role: 'Figure', alt, box, kids: [number] }
      const column = isRightToLeft ? x : x + size + gap
      const parts = isBeside ? text.draw(content, column, y) : text.draw(content, x, y + size + gap)
      return [figure, ...parts]
    },
  }
}
