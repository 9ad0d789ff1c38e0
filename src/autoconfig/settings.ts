import { MailProfileError } from '../errors.js'
import { readAutomx2Json } from './automx2-json.js'
import { parseClientConfig, type ClientConfig } from './client-config.js'
import { readMonogrammVariables } from './monogramm-variables.js'
import { isProfile, readProfileSettings } from './profile-settings.js'

/**
 * Settings that another program has, whatever kind of file they are in: a Mozilla autoconfig
 * document, a configuration profile without its signature, the JSON that automx2 is filled with, or
 * the variables of autodiscover-email-settings.
 *
 * @param text up to 64 KB, without a byte-order mark
 * @throws MailProfileError `invalid_autoconfig` where it is none of them, or is wrong for its kind
 */
export function parseSettings(text: string): ClientConfig {
  if (isProfile(text)) return readProfileSettings(text)
  if (isXml(text)) return parseClientConfig(text)
  if (/^\s*\{/.test(text)) return readAutomx2Json(text)
  const config = readMonogrammVariables(text)
  if (config !== undefined) return config
  throw new MailProfileError(
    'invalid_autoconfig',
    'This is no autoconfig document, no configuration profile, no JSON of automx2, and no file with the ' +
      'variables of autodiscover-email-settings.',
    {
      hint:
        'Such variables are DOMAIN, IMAP_HOST and SMTP_HOST, one a line. Of any other program import ' +
        'what it answers at /mail/config-v1.1.xml.',
    },
  )
}

/** Whether a text can only be XML: no other kind begins like that. */
export function isXml(text: string): boolean {
  return /^\s*</.test(text)
}
