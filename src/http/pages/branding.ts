import { readable, readableOver } from '../../encoding/color.js'
import type { Logo } from './logo.js'

/** How the pages look, besides the name of who offers them. */
export interface Branding {
  /** Of buttons and links, `#rrggbb`, readable on white. */
  readonly color?: string | undefined
  /** The same for dark pages; made of `color` by default. */
  readonly darkColor?: string | undefined
  readonly logo?: Logo | undefined
  /** https addresses. */
  readonly imprint?: string | undefined
  readonly privacy?: string | undefined
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
