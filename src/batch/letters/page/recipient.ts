import type { PageContent } from '../pdf/page-content.js'
import type { TaggedPart } from '../pdf/structure.js'
import { directionOf } from '../text/bidi.js'
import { arrange, type Typesetting } from './arrange.js'
import type { TextBlock, TextLook } from './blocks.js'
import type { WindowEnvelope } from './envelopes.js'

const LOOK: TextLook = { size: 10.5, before: 0, weight: 400, color: 'text', leading: 1.2 }
const SMALLEST = 4

/** The lines that show through the window, as small as they have to be. */
export function drawRecipient(
  lines: readonly string[],
  { window }: WindowEnvelope,
  content: PageContent,
  setting: Typesetting,
): TaggedPart[] {
  // Whatever the letter is set in, an address has its own language, and each of its lines a direction. All begin at the
  // side where most of them do: a name in Hebrew moves no German street.
  const toLeft = lines.filter((line) => directionOf(line) === 'rtl').length
  const direction = toLeft > lines.length / 2 ? 'rtl' : 'ltr'
  const own: Typesetting = { ...setting, direction, language: 'und', scale: 1 }
  for (let size = LOOK.size; ; size *= 0.92) {
    const blocks = lines.map((text): TextBlock => {
      const spans = [{ text, weight: LOOK.weight }]
      const look = { ...LOOK, size }
      return { kind: 'text', role: 'P', spans, look, direction: directionOf(text) }
    })
    const block = arrange(blocks, window.width, own)
    if (block.height <= window.height || size < SMALLEST) {
      return block.draw(content, window.x, window.y)
    }
  }
}
