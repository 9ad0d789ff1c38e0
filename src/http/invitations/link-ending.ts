// What mail programs, chats and people put behind a link: the end of a sentence or a bracket, quotation
// marks, white space, and characters that nobody sees.
const ENDING = '[\\p{Pe}\\p{Pf}\\p{Pi}\\p{Z}\\p{Cf}\\s.,;:!?…、。，！？；：<>"\'`*]'
// From the beginning, because looked for from the end it takes the square of the length.
const ENDED = new RegExp(`^([\\w-]{22})${ENDING}+$`, 'u')

/**
 * The path of an invitation's page without what was put behind its link.
 *
 * @param path below `/i`, percent-encoded: `/TOKEN.` or `/TOKEN%20`
 * @returns the path itself where there is nothing of the kind, or no token before it
 */
export function withoutLinkEnding(path: string): string {
  let decoded: string
  try {
    decoded = decodeURIComponent(path.slice(1))
  } catch {
    return path
  }
  const [, token] = ENDED.exec(decoded) ?? []
  return token === undefined ? path : `/${token}`
}
