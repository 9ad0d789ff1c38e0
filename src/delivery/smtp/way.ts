import type { Address } from '../../account/address.js'
import { inAttempts } from '../attempts.js'
import type { DeliveryWay } from '../delivery.js'
import { invitationMails } from '../mail/invitation-mail.js'
import { Pace } from '../pace.js'
import type { WayOptions } from '../way-options.js'
import { deliveryError, nobodyWaited } from '../trouble.js'
import { composeMail } from './compose.js'
import { SmtpSessions } from './sessions.js'
import type { SmtpPlace } from './session.js'

export interface SmtpWayOptions extends WayOptions {
  readonly place: SmtpPlace
  readonly from: Address
  readonly replyTo?: Address | undefined
}

/**
 * Sends invitations as mails through an SMTP server. What its server may have taken is never sent again by
 * itself: not after the last byte of a mail has gone out without an answer.
 */
export function smtpWay(options: SmtpWayOptions): DeliveryWay {
  const { place, from, replyTo, recipients, retries, now, pause } = options
  const sessions = new SmtpSessions({ place, most: options.connections })
  const pace = new Pace(options)
  const stop = new AbortController()
  return {
    for(looks) {
      const write = invitationMails(looks)
      const sender = { name: looks.operator, from, replyTo }
      return {
        recipients,
        async send(invitation, { signal: wanted } = {}) {
          const signal = wanted === undefined ? stop.signal : AbortSignal.any([wanted, stop.signal])
          const message = await composeMail(invitation, write(invitation), sender, now())
          const { id, deliverTo: to } = invitation
          const secrets = secretsOf(invitation)
          const attempt = async () => {
            await pace.take(signal)
            return sessions.use(
              (session, either) => session.send({ from, to, id, message, secrets }, either),
              signal,
            )
          }
          try {
            const response = await inAttempts(attempt, { retries, pause, signal })
            return { response }
          } catch (error) {
            throw deliveryError(error)
          }
        },
      }
    },
    async check(signal) {
      try {
        const isSecure = await sessions.use((session) => Promise.resolve(session.isSecure), signal)
        const { host, port, username } = place
        const how = isSecure ? 'TLS' : 'without encryption'
        return `${host}, port ${port}, ${how}${username === undefined ? '' : ', logged in'}`
      } catch (error) {
        throw deliveryError(error)
      }
    },
    close() {
      // Whoever waits for the next attempt would hold up the end of the process.
      stop.abort(nobodyWaited())
      sessions.close()
      return Promise.resolve()
    },
  }
}

/** What no server may be quoted with: the link, its token, and the person. */
function secretsOf({
  url,
  deliverTo,
  address,
  name,
}: Parameters<ReturnType<DeliveryWay['for']>['send']>[0]): string[] {
  const locals = [deliverTo, address].map((one) => one.slice(0, one.lastIndexOf('@')))
  return [url, url.split('/').at(-1) ?? '', deliverTo, address, ...locals, name ?? '']
}
