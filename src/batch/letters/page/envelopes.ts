import { inches, mm } from './paper.js'

export type EnvelopeName = 'din5008a' | 'din5008b' | 'uk-dl' | 'us-10'

/** Where on a sheet the address shows through the window, and where the sheet is folded. In points. */
export interface WindowEnvelope {
  /** What stays in the window however the sheet lies in its envelope. */
  readonly window: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
  /** Whose text begins below that, out of the window. */
  readonly bodyTop: number
  /** Whose letterhead ends above it. */
  readonly headBottom: number
  /** Distances of the folds from the top of the sheet. */
  readonly foldsOf: (sheetHeight: number) => readonly number[]
  /** Where a hole punch is put. */
  readonly hasHoleMark: boolean
}

const thirds = (height: number) => [height / 3, (height * 2) / 3]

/**
 * DIN 5008: the field for the address is 85 by 45 mm, 20 mm from the left; its lower 27.3 mm are for the
 * address itself, which begins 25 mm from the left.
 *
 * UK DL: a window of 90 by 35 mm, 20 mm from the left and from the bottom of an envelope of 220 by 110 mm. A4
 * in three parts is 99 mm high and 210 mm wide, so that it may lie 11 mm higher and 10 mm further to the
 * right: what always shows is 24 mm high.
 *
 * US #10: a window of 4 1/2 by 1 1/8 inches, 7/8 from the left and 1/2 from the bottom of an envelope of
 * 9 1/2 by 4 1/8. A sheet in three parts may lie 0.46 inches higher, and an inch further to the right.
 */
export const ENVELOPES: Readonly<Record<EnvelopeName, WindowEnvelope>> = {
  din5008a: {
    window: { x: mm(25), y: mm(44.7), width: mm(78), height: mm(26) },
    headBottom: mm(26),
    bodyTop: mm(80.5),
    foldsOf: () => [mm(87), mm(192)],
    hasHoleMark: true,
  },
  din5008b: {
    window: { x: mm(25), y: mm(62.7), width: mm(78), height: mm(26) },
    headBottom: mm(43),
    bodyTop: mm(98.5),
    foldsOf: () => [mm(105), mm(210)],
    hasHoleMark: true,
  },
  'uk-dl': {
    window: { x: mm(25), y: mm(56), width: mm(73), height: mm(22) },
    headBottom: mm(42),
    bodyTop: mm(95),
    foldsOf: thirds,
    hasHoleMark: false,
  },
  'us-10': {
    window: { x: mm(25), y: inches(2.54), width: inches(3.2), height: inches(0.62) },
    headBottom: inches(1.95),
    bodyTop: inches(3.8),
    foldsOf: thirds,
    hasHoleMark: false,
  },
}

/** For a sheet that goes into no window: as DIN 5008 has it, without marks. */
export const NO_ENVELOPE: WindowEnvelope = {
  window: { x: mm(25), y: mm(50), width: mm(85), height: mm(30) },
  headBottom: mm(42),
  bodyTop: mm(90),
  foldsOf: () => [],
  hasHoleMark: false,
}
