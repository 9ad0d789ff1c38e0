import type { Config } from '../config/config.js'
import type { Looks } from '../delivery/delivery.js'
import { contactView } from '../http/pages/contact-view.js'

/**
 * What invitations look like that are sent.
 *
 * @param baseUrl where people reach the server: its host is the name of an operator who gives none
 */
export function looksOf(
  { branding, language, templates }: Pick<Config, 'branding' | 'language' | 'templates'>,
  baseUrl: string,
): Looks {
  const { name, contact, color, darkColor } = branding
  return {
    operator: name ?? new URL(baseUrl).hostname,
    contact: contact === undefined ? undefined : contactView(contact),
    ...{ color, darkColor, language, templates },
  }
}
