import { parseWebAddress } from '../account/web-url.js'
import type { MadeInvitation } from './made-invitation.js'

/**
 * The link of an invitation: give it to the person, and to nobody else, for whoever has it can use it.
 *
 * @param baseUrl where people reach the server, as `createApp` has it; a path and a slash at the end are fine
 * @throws MailProfileError `invalid_configuration` for a `baseUrl` that is no http or https address
 *
 * @example
 * ```ts
 * import { invitationUrl } from 'mailprofile'
 *
 * const made = { token: '0aXkq3cTn5Zr8wQyLm2VdA' }
 * console.log(invitationUrl(made, 'https://setup.example.com/')) // https://setup.example.com/i/0aXkq3cTn5Zr8wQyLm2VdA
 * ```
 */
export function invitationUrl({ token }: Pick<MadeInvitation, 'token'>, baseUrl: string): string {
  parseWebAddress(baseUrl, 'baseUrl')
  return `${baseUrl.replace(/\/+$/, '')}/i/${token}`
}
