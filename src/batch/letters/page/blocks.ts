import type { Role } from '../pdf/structure.js'
import type { Span } from '../text/runs.js'
import { unreadable, type Element } from './markup.js'

/** How the text of a block looks: lengths in points. */
export interface TextLook {
  readonly size: number
  /** Between it and what stands above it. */
  readonly before: number
  readonly weight: 400 | 700
  /** Grey, or the operator's own colour. */
  readonly color: 'text' | 'muted' | 'brand'
  /** From line to line, in sizes of the type; by default what the language needs. */
  readonly leading?: number
}

/** What stands below each other in a letter. */
export type Block = TextBlock | ListBlock | CodeBlock | RuleBlock

export interface TextBlock {
  readonly kind: 'text'
  readonly role: Role
  readonly spans: readonly Span[]
  readonly look: TextLook
  /** Of what is to be copied letter by letter, whatever the language. */
  readonly direction?: 'ltr' | 'rtl' | undefined
}

export interface ListBlock {
  readonly kind: 'list'
  readonly items: readonly TextBlock[]
  readonly before: number
}

/** The QR code, and what stands beside it. */
export interface CodeBlock {
  readonly kind: 'code'
  readonly beside: readonly Block[]
  readonly before: number
}

/** A line across. */
export interface RuleBlock {
  readonly kind: 'rule'
  readonly before: number
}

/** How each element of a layout looks. */
export interface BlockLooks {
  readonly h1: TextLook
  readonly h2: TextLook
  readonly p: TextLook
  readonly small: TextLook
  readonly li: TextLook
  readonly url: TextLook
  readonly passcode: TextLook
  readonly code: { readonly before: number }
}

const FIRST_STRONG_ISOLATE = '\u2068'
const LEFT_TO_RIGHT_ISOLATE = '\u2066'
const POP_ISOLATE = '\u2069'
const WORD_JOINER = '\u2060'

/**
 * The blocks that elements of a template stand for.
 *
 * @param path of the template, for the error
 * @throws MailProfileError `invalid_configuration` for an element that there is not
 */
export function blocksOf(
  elements: readonly (Element | string)[],
  looks: BlockLooks,
  path: string,
): Block[] {
  return elements.flatMap((element): Block[] => {
    if (typeof element === 'string') {
      if (element.trim() === '') return []
      throw unreadable(path, `“${element.trim().slice(0, 40)}” stands outside any paragraph.`)
    }
    const { name, kids, attributes } = element
    const text = (role: Role, look: TextLook, direction?: 'ltr'): TextBlock[] => {
      const spans = trimmed(spansOf(kids, look.weight, name === 'url', path))
      return spans.length === 0 ? [] : [{ kind: 'text', role, spans, look, direction }]
    }
    switch (name) {
      case 'h1':
        return text('H1', looks.h1)
      case 'h2':
        return text('H2', looks.h2)
      case 'p':
        return text('P', attributes['class'] === 'small' ? looks.small : looks.p)
      case 'url':
        return text('P', looks.url, 'ltr').map(withoutHyphenBreaks)
      case 'passcode':
        return text('P', looks.passcode, 'ltr')
      case 'ol':
        return [{ kind: 'list', items: itemsOf(kids, looks, path), before: looks.li.before }]
      case 'qr':
        return [{ kind: 'code', beside: blocksOf(kids, looks, path), ...looks.code }]
      case 'hr':
        return [{ kind: 'rule', before: looks.p.before }]
      default:
        throw unreadable(path, `There is no <${name}> in letters.`)
    }
  })
}

// A hyphen at the end of a line would look as if it were none of the link's.
function withoutHyphenBreaks(block: TextBlock): TextBlock {
  const spans = block.spans.map((span) => ({
    ...span,
    text: span.text.replaceAll('-', `-${WORD_JOINER}`),
  }))
  return { ...block, spans }
}

function itemsOf(
  kids: readonly (Element | string)[],
  looks: BlockLooks,
  path: string,
): TextBlock[] {
  return kids.flatMap((kid): TextBlock[] => {
    if (typeof kid === 'string' || kid.name !== 'li') {
      if (typeof kid === 'string' && kid.trim() === '') return []
      throw unreadable(path, 'An <ol> holds nothing but <li>.')
    }
    const spans = trimmed(spansOf(kid.kids, looks.li.weight, false, path))
    return [{ kind: 'text', role: 'P', spans, look: looks.li }]
  })
}

function spansOf(
  kids: readonly (Element | string)[],
  weight: 400 | 700,
  isMono: boolean,
  path: string,
): Span[] {
  return kids.flatMap((kid): Span[] => {
    // Not what keeps words together, such as U+00A0.
    if (typeof kid === 'string') return [{ text: kid.replace(/[ \t\r\n]+/g, ' '), weight, isMono }]
    const inner = (bold = weight, mono = isMono) => spansOf(kid.kids, bold, mono, path)
    const mark = (text: string): Span => ({ text, weight, isMono })
    switch (kid.name) {
      case 'b':
      case 'strong':
        return inner(700)
      case 'code':
        return [mark(LEFT_TO_RIGHT_ISOLATE), ...inner(weight, true), mark(POP_ISOLATE)]
      case 'bdi':
        return [
          mark(kid.attributes['dir'] === 'ltr' ? LEFT_TO_RIGHT_ISOLATE : FIRST_STRONG_ISOLATE),
          ...inner(),
          mark(POP_ISOLATE),
        ]
      case 'br':
        return [mark('\n')]
      // Of messages, which pages have, too.
      case 'a':
      case 'span':
      case 'time':
        return inner()
      default:
        throw unreadable(path, `There is no <${kid.name}> in a paragraph of letters.`)
    }
  })
}

function trimmed(spans: readonly Span[]): Span[] {
  const filled = spans.filter(({ text }) => text !== '')
  const [first] = filled
  if (first !== undefined) filled[0] = { ...first, text: first.text.replace(/^[ \n]+/, '') }
  const last = filled.at(-1)
  if (last !== undefined)
    filled[filled.length - 1] = { ...last, text: last.text.replace(/[ \n]+$/, '') }
  return filled.filter(({ text }) => text !== '')
}
