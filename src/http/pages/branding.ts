import { readable, readableOver } from '../../encoding/color.js'
import type { Tag } from '../../texts/languages.js'
import type { Picture } from './picture.js'

/** How the pages look, besides the name of who offers them. */
export interface Branding {
  /** Of buttons and links, `#rrggbb`, readable on white. */
  readonly color?: string | undefined
  /** The same for dark pages; made of `color` by default. */
  readonly darkColor?: string | undefined
  /** What `parseLogo` made. */
  readonly logo?: Picture | undefined
  /** https addresses. */
  readonly imprint?: string | undefined
  readonly privacy?: string | undefined
  /** A sentence or two on the form and on setup pages: in the server's own language, or by languages. */
  readonly notice?: string | Readonly<Partial<Record<Tag, string>>> | undefined
}

/** Words of an operator's on a page. */
export interface NoticeView {
  readonly text: string
  /** The language they are in, where that is not the page's. */
  readonly lang?: Tag | undefined
}

/**
 * The operator's own sentences on a page: in its language, else in the server's own, else in the first that
 * there are.
 */
export function noticeView(
  notice: Branding['notice'],
  page: Tag,
  own: Tag,
): NoticeView | undefined {
  if (notice === undefined) return undefined
  const texts = typeof notice === 'string' ? { [own]: notice } : notice
  const found = ([page, own, ...Object.keys(texts)] as Tag[]).find(
    (tag) => texts[tag] !== undefined,
  )
  const text = found && texts[found]
  return text === undefined ? undefined : { text, lang: found === page ? undefined : found }
}

// As in tokens.css.
const DARK_PAGE = '#101413'

/** The style sheet that makes the pages an operator's own; empty without a colour. */
export function brandStyle({ color, darkColor }: Branding): string {
  if (color === undefined && darkColor === undefined) return ''
  const dark = darkColor ?? (color === undefined ? undefined : readable(color, DARK_PAGE))
  const light = color === undefined ? '' : `:root{${tokens(color)}}`
  return dark === undefined
    ? light
    : `${light}@media (prefers-color-scheme: dark){:root{${tokens(dark)}}}`
}

function tokens(brand: string): string {
  return `--brand: ${brand};--on-brand: ${readableOver(brand)}`
}
