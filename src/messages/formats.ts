/** The ways to write a time, all of them in UTC: `day` is one that is near enough to need no year. */
const TIMES = {
  day: { day: 'numeric', month: 'long' },
  date: { dateStyle: 'long' },
  time: { timeStyle: 'short' },
  dateTime: { dateStyle: 'long', timeStyle: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>
export type TimeStyle = keyof typeof TIMES

export interface ListFragment {
  readonly type: 'element' | 'literal'
  readonly value: string
}

/** How one language writes numbers, times and lists. What Intl makes for that is made once. */
export interface Formats {
  readonly locale: string
  number(value: number): string
  /** `UTC` stands behind what has an hour. */
  time(value: Date | number, style: TimeStyle): string
  list(values: readonly string[], type?: Intl.ListFormatType): readonly ListFragment[]
  /** What the library of messages asks for. */
  readonly makers: {
    getNumberFormat(locales?: unknown, options?: Intl.NumberFormatOptions): Intl.NumberFormat
    getDateTimeFormat(locales?: unknown, options?: Intl.DateTimeFormatOptions): Intl.DateTimeFormat
    getPluralRules(locales?: unknown, options?: Intl.PluralRulesOptions): Intl.PluralRules
  }
}

/** @param locale the tag by which Intl knows it, such as en-GB */
export function createFormats(locale: string): Formats {
  const getNumberFormat = kept(
    (options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
  )
  const getDateTimeFormat = kept(
    (options?: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }),
  )
  const getPluralRules = kept(
    (options?: Intl.PluralRulesOptions) => new Intl.PluralRules(locale, options),
  )
  const getListFormat = kept(
    (options?: Intl.ListFormatOptions) => new Intl.ListFormat(locale, options),
  )
  return {
    locale,
    number: (value) => getNumberFormat().format(value),
    time(value, style) {
      const options = TIMES[style]
      const written = getDateTimeFormat(options).format(value)
      return 'timeStyle' in options ? `${written} UTC` : written
    },
    list: (values, type = 'conjunction') => getListFormat({ type }).formatToParts(values),
    makers: {
      getNumberFormat: (_, options) => getNumberFormat(options),
      getDateTimeFormat: (_, options) => getDateTimeFormat(options),
      getPluralRules: (_, options) => getPluralRules(options),
    },
  }
}

// To make one takes Intl a hundred times as long as to use it. The options come from messages and from here.
function kept<O extends object, F>(make: (options?: O) => F): (options?: O) => F {
  const made = new Map<string, F>()
  return (options) => {
    const name = options === undefined ? '' : JSON.stringify(options)
    const format = made.get(name) ?? make(options)
    made.set(name, format)
    return format
  }
}
