import type { MadeInvitation } from './made-invitation.js'

/**
 * The link of an invitation: give it to the person, and to nobody else, for whoever has it can use it.
 *
 * @param baseUrl where people reach the server, as `createApp` has it; a path and a slash at the end are fine
 */
export function invitationUrl({ token }: Pick<MadeInvitation, 'token'>, baseUrl: string): string {
  return `${baseUrl.replace(/\/+$/, '')}/i/${token}`
}
