import { createRequire } from 'node:module'

type Library = typeof import('intl-messageformat')

let library: Library | undefined

/**
 * The parser and writer of ICU messages. It takes 5 to 10 ms to load, which most runs of the program can
 * do without, and a sentence is wanted at once where something is thrown: so it comes by `require`, which
 * takes modules since Node 20.19.
 */
export function icu(): Library {
  library ??= createRequire(import.meta.url)('intl-messageformat') as Library
  return library
}
