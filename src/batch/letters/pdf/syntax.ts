/** A number of a dictionary: the object that it leads to. */
export function ref(object: number): string {
  return `${object} 0 R`
}

/** A length or a coordinate: a hundredth of a point is finer than any printer. */
export function decimal(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/**
 * A text string (ISO 32000-1, section 7.9.2.2), in hexadecimal digits whatever it holds: of a text from
 * outside nothing can end the string or begin anything else.
 */
export function textString(text: string): string {
  return `<feff${hexUtf16(text)}>`
}

/** UTF-16, big end first, as hexadecimal digits. */
export function hexUtf16(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex')
}

/** A date in UTC (section 7.9.4). */
export function dateString(date: Date): string {
  const [digits = ''] = date.toISOString().replace(/[-:T]/g, '').split('.')
  return `(D:${digits}Z)`
}
