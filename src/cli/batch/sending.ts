import type { InvitedPerson } from '../../invitations/person.js'
import type { ListEntry } from '../../batch/list/entry.js'
import type { InvitationSending } from '../../batch/run/steps.js'
import type { DeliveryConfig } from '../../config/config.js'
import { keyFor, type AnsweringConfig } from '../../config/tenants.js'
import type { Delivery, DeliveryWay } from '../../delivery/delivery.js'
import { parseRecipient } from '../../delivery/recipient.js'
import { MailProfileError } from '../../errors.js'
import type { Invitations } from '../../invitations/invitations.js'
import { looksOf } from '../../server/configured-looks.js'
import type { Io } from '../io.js'
import { noDelivery, sendFor } from '../with-delivery.js'
import type { AllPeople } from './people.js'
import type { TenantOf } from './tenants.js'

export interface BatchSending {
  /** All that answer. */
  readonly answering: readonly AnsweringConfig[]
  readonly tenantOf: TenantOf
  /** Absent where nothing is sent, only looked at. */
  readonly invitations: Invitations | undefined
  readonly people: AllPeople
}

/**
 * Sends as “invite --send” does, for each by the delivery of the tenant that has the domain.
 *
 * @throws MailProfileError `invalid_configuration` where nobody has one; when sending, `delivery_unavailable` of a way
 *   that takes nothing from anybody: all others would wait for it in vain
 */
export async function sendingBy(
  { answering, tenantOf, invitations, people }: BatchSending,
  io: Pick<Io, 'openDelivery' | 'signal'>,
): Promise<InvitationSending & { close(): Promise<void> }> {
  const ways = new Map<DeliveryConfig, DeliveryWay>()
  const deliveries = new Map<
    AnsweringConfig,
    { readonly own: Delivery; readonly way: DeliveryWay }
  >()
  // Of each way, whether it was found to work since it last did not.
  const found = new Map<DeliveryWay, Promise<unknown>>()
  const requireUsable = async (way: DeliveryWay) => {
    const checking = found.get(way) ?? way.check(io.signal)
    found.set(way, checking)
    try {
      await checking
    } catch (error) {
      // Who was told to stop is told no more.
      if (io.signal.aborted) return
      if (!(error instanceof MailProfileError)) throw error
      const { code, message, hint = '', cause } = error
      throw new MailProfileError(code, message, {
        hint: `${hint} Run the same command again to go on.`.trim(),
        cause,
      })
    }
  }
  for (const config of answering) {
    const { delivery, baseUrl } = config
    if (delivery === undefined || baseUrl === undefined) continue
    const way = ways.get(delivery) ?? (await io.openDelivery(delivery))
    ways.set(delivery, way)
    deliveries.set(config, { own: way.for(looksOf(config, baseUrl)), way })
  }
  if (deliveries.size === 0) throw noDelivery('delivery')
  const recipientOf = (entry: ListEntry, aliases?: InvitedAliases) => {
    const { address } = entry.person
    const config = tenantOf(address)
    const { own: delivery, way } = deliveries.get(config) ?? {}
    if (delivery === undefined || way === undefined) throw noDelivery(keyFor(config, 'delivery'))
    const recipient = parseRecipient(entry.deliverTo, delivery.recipients, { address, aliases })
    return { recipient, delivery, way, tenant: config.name }
  }
  return {
    check: (entry) => void recipientOf(entry),
    async send(entry, person, { id = '', link = '', expires = '', code }) {
      try {
        const aliases = await people.aliasesOf(person.address)
        const { recipient, delivery, way, tenant } = recipientOf(entry, aliases)
        const { address, name, language } = person
        const message = {
          ...{ id, url: link, deliverTo: recipient, address, name, language, passcode: code },
          expiresAt: new Date(expires),
        }
        const { signal } = io
        if (invitations === undefined) throw new TypeError('There are no invitations to send.')
        const own = invitations.forTenant(tenant)
        await requireUsable(way)
        const { state, error } = await sendFor(own, delivery, message, { signal })
        if (error?.code === 'delivery_unavailable') found.delete(way)
        return { mail: state, mailTrouble: error?.message }
      } catch (error) {
        if (!(error instanceof MailProfileError)) throw error
        const isGone = error.code === 'not_found'
        if (!isGone && error.field !== 'deliverTo') throw error
        return { mail: 'failed', mailTrouble: error.message, isGone }
      }
    },
    async close() {
      for (const way of ways.values()) await way.close()
    },
  }
}

type InvitedAliases = readonly InvitedPerson['address'][] | undefined
