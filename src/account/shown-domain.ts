import { domainToASCII, domainToUnicode } from 'node:url'

// One script a label, as UTS 39 section 5.2 has it at its strictest. Of scripts with letters that look
// like Latin ones, at least one has to be there that does not (as Chromium's IDN policy asks): or
// “аррӏе.com” in Cyrillic would be shown. Right-to-left scripts are left out, because they change the
// order of what stands beside them, and so are all that joiners belong to.
const LETTERS: readonly RegExp[] = [
  /^[a-z0-9ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĵķĺļľłńņňōŏőœŕŗřśŝşšţťũūŭůűųŵŷźżžșț-]+$/u,
  /^(?=.*[бгджзийлмнптфцчшщыьэюяёђєїљњћўґ])[\p{Script=Cyrillic}0-9-]+$/u,
  /^(?=.*[βγδζηθλμξπσφψως])[\p{Script=Greek}0-9-]+$/u,
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー0-9-]+$/u,
  /^[\p{Script=Hangul}0-9-]+$/u,
  /^[\p{Script=Thai}0-9-]+$/u,
  /^[\p{Script=Devanagari}0-9-]+$/u,
]

/**
 * A domain as people write it where that cannot be taken for another one, else as it is.
 *
 * @param domain A-labels
 */
export function shownDomain(domain: string): string {
  if (!domain.includes('xn--')) return domain
  const shown = domainToUnicode(domain)
  const isSafe =
    domainToASCII(shown) === domain &&
    shown.split('.').every((label) => LETTERS.some((letters) => letters.test(label)))
  return isSafe ? shown : domain
}

/** The same for the domain of a mail address, or of a host name, which is all domain. */
export function shownAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at + 1)}${shownDomain(address.slice(at + 1))}`
}
