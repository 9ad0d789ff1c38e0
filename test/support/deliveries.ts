import { onTestFinished } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { DeliveryConfig } from '../../src/config/config.js'
import type { Delivery, InvitationMessage, Looks } from '../../src/delivery/delivery.js'
import { openDelivery } from '../../src/delivery/open-delivery.js'
import { parseRecipient } from '../../src/delivery/recipient.js'

export const TOKEN = '0aXkq3cTn5Zr8wQyLm2VdA'
export const LOOKS: Looks = {
  operator: 'Example Mail',
  contact: { text: '+49 30 1234567', href: 'tel:+49301234567' },
  language: 'en',
}

/** An invitation of ann@example.com to her second address. */
export function invitation(
  changes: Partial<Omit<InvitationMessage, 'deliverTo'>> & { readonly deliverTo?: string } = {},
): InvitationMessage {
  const address = changes.address ?? parseAddress('ann@example.com')
  return {
    id: 'Vb1hPWTz3cQk0m7yXr2LfA',
    url: `https://setup.example.com/i/${TOKEN}`,
    name: 'Ann Example',
    expiresAt: new Date('2026-12-01T09:30:00Z'),
    ...changes,
    address,
    deliverTo: parseRecipient(
      changes.deliverTo ?? 'ann.private@example.org',
      { kind: changes.deliverTo?.includes('@') === false ? 'telephones' : 'addresses' },
      { address },
    ),
  }
}

/** A way to send whose pauses are counted instead of waited for. */
export async function deliveryOf(
  config: Partial<DeliveryConfig>,
  looks: Looks = LOOKS,
): Promise<{
  readonly delivery: Delivery
  readonly pauses: number[]
  readonly check: () => Promise<string>
}> {
  const pauses: number[] = []
  let elapsed = 0
  const way = await openDelivery(
    {
      timeout: 10,
      retries: 3,
      connections: 2,
      perSecond: 1000,
      ...(config.webhook === undefined ? { from: parseAddress('setup@example.com') } : {}),
      ...config,
    },
    {
      now: () => new Date('2026-11-28T09:30:00Z'),
      elapsed: () => elapsed,
      pause(milliseconds) {
        pauses.push(milliseconds)
        elapsed += milliseconds
        return Promise.resolve()
      },
    },
  )
  onTestFinished(() => way.close())
  return { delivery: way.for(looks), pauses, check: () => way.check() }
}

/** The same through a server of this machine that takes mail in clear. */
export function deliveryTo(port: number, config: Partial<DeliveryConfig> = {}, looks?: Looks) {
  const smtp = { host: '127.0.0.1', port, security: 'none' as const }
  return deliveryOf({ smtp, ...config }, looks)
}
