import { setTimeout as sleep } from 'node:timers/promises'
import type { DeliveryConfig } from '../config/config.js'
import { readAuthorities } from '../config/read-authorities.js'
import type { DeliveryWay } from './delivery.js'
import type { Pause } from './pace.js'

export interface OpenDeliveryOptions {
  readonly now: () => Date
  /** Milliseconds since whenever. */
  readonly elapsed: () => number
  /** Waits; by the clock of this machine by default. */
  readonly pause?: Pause
}

const SECOND = 1000

/**
 * The way to send that a configuration names. No connection is made: that is for the first invitation.
 *
 * @throws MailProfileError `invalid_configuration` for a file of certificates that cannot be read
 */
export async function openDelivery(
  config: DeliveryConfig,
  { now, elapsed, pause = pauseByClock }: OpenDeliveryOptions,
): Promise<DeliveryWay> {
  const { smtp, from, replyTo, password, webhook, secret, allowedDomains } = config
  const { connections, retries, perSecond, perMinute } = config
  const common = {
    ...{ connections, retries, perSecond, perMinute, now, elapsed, pause },
    recipients: { kind: webhook?.recipients ?? 'addresses', allowedDomains },
  } as const
  const ca = await readAuthorities(config.ca, 'delivery.ca')
  const timeout = config.timeout * SECOND
  if (smtp !== undefined && from !== undefined) {
    const { smtpWay } = await import('./smtp/way.js')
    return smtpWay({ ...common, place: { ...smtp, password, ca, timeout }, from, replyTo })
  }
  if (webhook !== undefined && secret !== undefined) {
    const { webhookWay } = await import('./webhook/way.js')
    const { url, passcodes } = webhook
    return webhookWay({
      ...common,
      place: { url: new URL(url), ca, timeout },
      secrets: secret,
      sendsPasscodes: passcodes ?? false,
    })
  }
  throw new Error('A configuration names one way to send, with all that it needs.')
}

async function pauseByClock(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal })
}
