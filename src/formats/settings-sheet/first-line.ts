import { shippedLanguages, textsFor, type Texts } from '../../texts/texts.js'

// Nothing that an account can be called by.
const NAME = '\0'

// A line, an empty line, and a heading over at least one value: most files are none by that alone.
const SHAPE = /^([^\r\n]+)\r?\n\r?\n\S[^\n]*\n {2}[^\n:]+: /

/** What the sheets of accounts with mail and of others begin with. */
const TITLES = ['sheet.title', 'sheet.dav'] as const

/** What a sheet begins with. */
export function firstLine(
  title: (typeof TITLES)[number],
  account: string,
  { bare }: Texts,
): string {
  return bare(title, { account })
}

/** Whether a text is a sheet in one of the languages there are. */
export function isSheet(text: string): boolean {
  const [, line] = SHAPE.exec(text) ?? []
  if (line === undefined) return false
  return shippedLanguages().some(({ tag }) =>
    TITLES.some((title) => {
      const [before = '', after = ''] = firstLine(title, NAME, textsFor(tag)).split(NAME)
      return line.startsWith(before) && line.endsWith(after)
    }),
  )
}
