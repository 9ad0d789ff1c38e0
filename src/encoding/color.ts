// Colours of sRGB, written as CSS does: #rrggbb.

/** The least contrast of text with what it stands on: WCAG 2.2, success criterion 1.4.3. */
export const MIN_CONTRAST = 4.5

/** The contrast of two colours, from 1 to 21: WCAG 2.2, “contrast ratio”. */
export function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

/**
 * The colour itself where it can be read on a page, else the nearest to it that can: darker on a light page,
 * lighter on a dark one.
 */
export function readable(color: string, page: string): string {
  const towards = luminance(page) > 0.18 ? '#000000' : '#ffffff'
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(color, towards, share)
    if (contrast(mixed, page) >= MIN_CONTRAST) return mixed
  }
  return towards
}

/** White or black: what can be read better on a colour. */
export function readableOver(color: string): '#ffffff' | '#000000' {
  return contrast(color, '#ffffff') >= contrast(color, '#000000') ? '#ffffff' : '#000000'
}

function mix(color: string, other: string, share: number): string {
  const [a, b] = [channels(color), channels(other)]
  return `#${a
    .map((value, i) => Math.round(value + ((b[i] ?? 0) - value) * share))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function channels(color: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16))
}
