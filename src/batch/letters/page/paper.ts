/** Points, of which an inch has 72. */
export function mm(millimetres: number): number {
  return (millimetres * 72) / 25.4
}

export function inches(count: number): number {
  return count * 72
}

export type PaperName = 'a4' | 'letter'

/** Width and height of a sheet, in points. */
export const PAPERS: Readonly<
  Record<PaperName, { readonly width: number; readonly height: number }>
> = {
  a4: { width: mm(210), height: mm(297) },
  letter: { width: inches(8.5), height: inches(11) },
}
