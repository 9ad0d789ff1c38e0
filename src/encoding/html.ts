const SPECIAL = /[&<>"']/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as HTML: character data, or an attribute's value between quotation marks. */
export function escapeHtml(text: string): string {
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? character)
}

/**
 * An element of HTML.
 *
 * @param html what is in it, as HTML
 * @param attributes as text
 */
export function htmlElement(
  name: string,
  html: string,
  attributes: Readonly<Record<string, string>> = {},
): string {
  let start = name
  for (const [attribute, value] of Object.entries(attributes)) {
    start += ` ${attribute}="${escapeHtml(value)}"`
  }
  return `<${start}>${html}</${name}>`
}
