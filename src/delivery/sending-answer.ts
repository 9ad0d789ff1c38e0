import type { z } from 'zod'
import type { madeInvitationSchema } from '../invitations/schemas.js'
import type { SendingReport } from './send-invitation.js'

type SendingAnswer = NonNullable<z.output<typeof madeInvitationSchema>['delivery']>

/** What became of sending an invitation, as its maker is told. */
export function sendingAnswer({ state, repeated, response, error }: SendingReport): SendingAnswer {
  return {
    state,
    repeated,
    ...(response === undefined ? {} : { response }),
    ...(error === undefined
      ? {}
      : {
          error: {
            code: error.code,
            message: error.message,
            ...(error.hint === undefined ? {} : { hint: error.hint }),
          },
        }),
  }
}
