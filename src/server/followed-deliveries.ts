import type { Logger } from 'pino'
import type { Config, DeliveryConfig } from '../config/config.js'
import { allThatAnswer, type AnsweringConfig } from '../config/tenants.js'
import type { Delivery, DeliveryWay } from '../delivery/delivery.js'
import { recipientDomain } from '../delivery/recipient.js'
import { MailProfileError } from '../errors.js'
import { looksOf } from './configured-looks.js'
import type { Surroundings } from './surroundings.js'

type Log = Pick<Logger, 'warn'>

interface Followed {
  readonly way: DeliveryWay
  /** Whether the last one that was sent could be. */
  isUsable: boolean
}

const UNUSABLE =
  'Nothing could be sent at last: invitations that are made are good all the same. The log says why.'

/** The ways to send of all that answer; what several have from the top level, once: with one rate. */
export class FollowedDeliveries {
  readonly #followed: ReadonlyMap<DeliveryConfig, Followed>
  readonly #log: Log

  private constructor(followed: ReadonlyMap<DeliveryConfig, Followed>, log: Log) {
    this.#followed = followed
    this.#log = log
  }

  /** @throws MailProfileError as `openDelivery` */
  static async open(
    config: Config,
    { openDelivery }: Pick<Surroundings, 'openDelivery'>,
    log: Log,
  ): Promise<FollowedDeliveries> {
    const followed = new Map<DeliveryConfig, Followed>()
    for (const { delivery } of allThatAnswer(config)) {
      if (delivery === undefined || followed.has(delivery)) continue
      followed.set(delivery, { way: await openDelivery(delivery), isUsable: true })
    }
    return new FollowedDeliveries(followed, log)
  }

  /**
   * The one of somebody who answers, in their looks.
   *
   * @throws MailProfileError `invalid_configuration` for own templates that are broken
   */
  of(config: AnsweringConfig, baseUrl: string): Delivery | undefined {
    const followed = config.delivery && this.#followed.get(config.delivery)
    if (followed === undefined) return undefined
    const delivery = followed.way.for(looksOf(config, baseUrl))
    return {
      recipients: delivery.recipients,
      send: async (message, options) => {
        const { name: tenant } = config
        const about = {
          id: message.id,
          domain: recipientDomain(message.deliverTo),
          ...(tenant === undefined ? {} : { tenant }),
        }
        try {
          const receipt = await delivery.send(message, options)
          followed.isUsable = true
          return receipt
        } catch (error) {
          const { code, message: reason } = known(error)
          followed.isUsable = code === 'delivery_failed'
          this.#log.warn({ ...about, code }, `An invitation was not sent. ${reason}`)
          throw error
        }
      },
    }
  }

  /** What `/readyz` tells everybody, in words: no place and no name. */
  warnings({ delivery }: Pick<Config, 'delivery'>): string[] {
    const followed = delivery && this.#followed.get(delivery)
    return followed?.isUsable === false ? [UNUSABLE] : []
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followed.values()].map(({ way }) => way.close()))
  }
}

// Whatever else is thrown may quote anything.
function known(error: unknown): Pick<MailProfileError, 'code' | 'message'> {
  return error instanceof MailProfileError
    ? error
    : { code: 'internal', message: 'Something went wrong.' }
}
