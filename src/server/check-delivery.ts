import { isLoopback } from '../account/loopback.js'
import { keyFor, type AnsweringConfig } from '../config/tenants.js'
import { MailProfileError } from '../errors.js'
import { ok, warning, type ConfigurationFinding } from './configuration-finding.js'
import { looksOf } from './configured-looks.js'
import type { Surroundings } from './surroundings.js'

const IN_CLEAR =
  'Mails go over a network without encryption: whoever is on the way reads links that set accounts up.'

/** Connects to what sends invitations, logs in, and sends nothing. */
export async function checkDelivery(
  one: AnsweringConfig,
  { openDelivery }: Pick<Surroundings, 'openDelivery'>,
): Promise<ConfigurationFinding[]> {
  const { delivery, baseUrl } = one
  if (delivery === undefined) return []
  const subject = keyFor(one, 'delivery')
  const { smtp } = delivery
  const isInClear = smtp?.security === 'none' && !isLoopback(smtp.host)
  const inClear = isInClear ? [warning(subject, IN_CLEAR)] : []
  const way = await openDelivery(delivery)
  try {
    if (baseUrl !== undefined) way.for(looksOf(one, baseUrl))
    return [ok(subject, `It can be used: ${await way.check()}`), ...inClear]
  } catch (error) {
    if (!(error instanceof MailProfileError) || error.code === 'invalid_configuration') throw error
    const hint =
      'A server starts without it: until it can be used, invitations are made and not sent.'
    return [{ subject, state: 'warning', message: error.message, hint }, ...inClear]
  } finally {
    await way.close()
  }
}
