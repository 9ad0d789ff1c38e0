import { PLACEHOLDERS, PLACEHOLDER } from '../account/placeholders.js'
import { enumerated } from '../encoding/enumerated.js'
import { didYouMean, editDistance } from '../encoding/near-miss.js'

/** What a template is for. */
export type TemplatePlace = 'username' | 'host' | 'url'

const NAMES = PLACEHOLDERS.map((placeholder) => placeholder.slice(1, -1))
// Stands for a placeholder that is right.
const RIGHT = '\uFFFC'
const NEAR = 2

// What people call the parts of an address, where no name of ours is near.
const MEANT: readonly (readonly [words: RegExp, ...meant: string[]])[] = [
  [/DOMAIN|HOST|REALM|^D$/, 'EMAILDOMAIN'],
  [/LOCAL|LOGIN|ACCOUNT|BOX|^N$/, 'EMAILLOCALPART'],
  [/USER/, 'EMAILADDRESS', 'EMAILLOCALPART'],
  [/MAIL|ADDR|^U$/, 'EMAILADDRESS'],
]
const WHOLE = /^(?:E?MAIL|USER-?NAME|LOCAL-?PART|MAIL-?ADDRESS|E-MAIL(?:-?ADDRESS)?)$/

/**
 * What is wrong with a provider's text that may hold placeholders, to be read after its name, or
 * undefined: whatever stands there instead of one would go into everybody's settings as it is. Texts
 * that are meant so pass: `DOMAIN\name`, `name%domain`, `%20` in an address.
 */
export function placeholderMistake(text: string, place: TemplatePlace): string | undefined {
  // With the full width sign too.
  const rest = text
    .replaceAll('\uFF05', '%')
    .replace(PLACEHOLDER, RIGHT)
    .split('%')
    .map((part) => part.trim())
    .join('%')
  const name = unknownName(rest, place)
  if (name === undefined) return undefined
  const known = enumerated(PLACEHOLDERS, 'and')
  return `has a placeholder that is not one of ${known}${didYouMean(suggestions(name))}`
}

function unknownName(rest: string, place: TemplatePlace): string | undefined {
  return inSigns(rest) ?? withPercent(rest, place) ?? bare(rest, place)
}

// {user}, ${user}, {{user}}, <user>, and others with words that are meant for nothing else.
function inSigns(rest: string): string | undefined {
  const [, any] = /[{<]([^{}<>]*)[}>]/.exec(rest) ?? []
  if (any !== undefined) return any
  const signs = /\$\(?(\w+)|\[([\w -]+)\]|\(([\w -]+)\)|__([A-Za-z_]+?)__|@([A-Z_]+)@/g
  return [...rest.matchAll(signs)].map((found) => found.slice(1).join('')).find(isTelling)
}

function withPercent(rest: string, place: TemplatePlace): string | undefined {
  if (rest.includes(`%${RIGHT}%`)) return 'EMAILADDRESS'
  for (const [, before = '', name = '', after = ''] of rest.matchAll(
    /(%?)([A-Za-z][A-Za-z0-9_-]*)(%?)/g,
  )) {
    const isBetween = before !== '' && after !== '' && (place !== 'url' || isTelling(name))
    if (isBetween || ((before !== '' || after !== '') && near(name) !== undefined)) return name
  }
  // In an address it begins two digits. Else it may stand between a name and a domain.
  const [, stray] =
    (place === 'url' ? /%(?![0-9A-Fa-f]{2})([A-Za-z_-]*)/ : /(?:^|[^\w\uFFFC])%([A-Za-z_-]*)/).exec(
      rest,
    ) ?? []
  return stray
}

function bare(rest: string, place: TemplatePlace): string | undefined {
  const whole = rest.replace(/[\s_]+/g, '-')
  if (place === 'username' && (WHOLE.test(whole) || isName(whole))) return whole
  const words = [...rest.matchAll(/[A-Za-z][A-Za-z_-]*/g)]
  return words.find(({ 0: word, index }) => {
    const next = rest[index + word.length]
    const isUpper = !/[a-z]/.test(word)
    switch (place) {
      case 'host':
        // No top-level domain is called so; elsewhere it may be somebody's domain.
        return isName(word) && (next === undefined || (isUpper && /[a-z]/.test(rest)))
      case 'username':
        // What stands before a backslash is a domain of Windows, in capitals.
        return isName(word) || (isUpper && next !== '\\' && near(word) !== undefined)
      case 'url':
        return isUpper && near(word) !== undefined
    }
  })?.[0]
}

function suggestions(name: string): string[] {
  const found = near(name)
  const letters = lettersOf(name)
  const [, ...meant] = MEANT.find(([words]) => words.test(letters)) ?? []
  return (found === undefined ? meant : [found]).map((one) => `%${one}%`)
}

function near(name: string): string | undefined {
  const letters = lettersOf(name)
  return NAMES.map((known) => ({ known, distance: editDistance(letters, known) }))
    .filter(({ distance }) => distance <= NEAR)
    .sort((a, b) => a.distance - b.distance)[0]?.known
}

function isName(word: string): boolean {
  return NAMES.includes(lettersOf(word))
}

function isTelling(name: string): boolean {
  const letters = lettersOf(name)
  return letters.length > 1 && MEANT.some(([words]) => words.test(letters))
}

function lettersOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z]/g, '')
}
