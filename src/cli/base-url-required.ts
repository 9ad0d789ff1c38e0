import type { Config } from '../config/config.js'
import { inItsFile } from '../config/in-its-file.js'
import { MailProfileError } from '../errors.js'

/**
 * What is said where nobody is at any address who could answer for a domain.
 *
 * @param what leads to the server: the link, the code
 */
export function baseUrlRequired(what: string, domain: string, config: Config): Error {
  return config.tenants.length > 0
    ? new MailProfileError('unknown_domain', `No tenant has ${domain}.`, {
        hint: 'Add it to the domains of one, or give the top level a baseUrl for all others.',
      })
    : new MailProfileError(
        'base_url_required',
        `The ${what} leads to the server, so the address of the server has to be known.`,
        { hint: `Set baseUrl${inItsFile(config)} or MAILPROFILE_BASE_URL.` },
      )
}
