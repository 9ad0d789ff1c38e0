import type { Secret } from '../../account/secret.js'
import { inAttempts } from '../attempts.js'
import type { DeliveryWay, InvitationMessage, Looks } from '../delivery.js'
import { Pace } from '../pace.js'
import type { WayOptions } from '../way-options.js'
import { deliveryError, DeliveryTrouble, nobodyWaited } from '../trouble.js'
import { Turns } from '../../turns.js'
import { post, reach, type WebhookPlace } from './post.js'
import { signedHeaders } from './signature.js'

export interface WebhookWayOptions extends WayOptions {
  readonly place: WebhookPlace
  /** Each call is signed by all of them. */
  readonly secrets: readonly Secret[]
  readonly sendsPasscodes: boolean
}

/** Hands invitations to a program of the operator's, which sends them: as a text message, for example. */
export function webhookWay(options: WebhookWayOptions): DeliveryWay {
  const { place, secrets, sendsPasscodes, recipients, retries, now, pause } = options
  const turns = new Turns(options.connections)
  const pace = new Pace(options)
  const stop = new AbortController()

  async function call(id: string, content: object, wanted?: AbortSignal): Promise<number> {
    const signal = wanted === undefined ? stop.signal : AbortSignal.any([wanted, stop.signal])
    const body = JSON.stringify(content)
    const attempt = async () => {
      await pace.take(signal)
      return turns.take(
        // Signed each time: what is older than some minutes is refused.
        () => post(place, signedHeaders(id, body, now(), secrets), body, signal),
        signal,
      )
    }
    return inAttempts(attempt, { retries, pause, signal })
  }

  async function callAll(
    message: InvitationMessage,
    looks: Looks,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const { id, url, deliverTo, passcode, language = looks.language } = message
    const status = await call(id, { id, url, deliverTo, language }, signal)
    if (!sendsPasscodes || passcode === undefined) return status
    try {
      return await call(`${id}-passcode`, { id, passcode, deliverTo, language }, signal)
    } catch (error) {
      if (!(error instanceof DeliveryTrouble)) throw error
      const said = `The link has been taken, and the code has not. ${error.message}`
      throw new DeliveryTrouble('uncertain', said, { cause: error })
    }
  }

  return {
    for: (looks) => ({
      recipients,
      async send(message, { signal } = {}) {
        try {
          return { response: `status ${await callAll(message, looks, signal)}` }
        } catch (error) {
          throw deliveryError(error)
        }
      },
    }),
    async check(signal = stop.signal) {
      try {
        await reach(place, signal)
        return `${place.url.origin} can be reached; whether it takes calls is not asked`
      } catch (error) {
        throw deliveryError(error)
      }
    },
    close() {
      stop.abort(nobodyWaited())
      return Promise.resolve()
    },
  }
}
