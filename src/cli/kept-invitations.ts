import { CLI_MAKER } from '../config/cli-maker.js'
import { MailProfileError } from '../errors.js'
import { invitationAnswer } from '../invitations/answer.js'
import type { KeptInvitations } from '../invitations/kept-invitations.js'
import type { StoredInvitation } from '../invitations/record.js'
import { withInvitations } from './with-invitations.js'
import type { Io } from './io.js'
import { readConfig } from './options.js'
import { rows, write } from './output.js'
import { parseArgument } from './usage-error.js'

export interface KeptOptions {
  readonly config?: string
  readonly json?: true
}

export interface ListOptions extends KeptOptions {
  readonly reference?: string
  readonly state?: string
  readonly limit?: number
}

type Kept = Omit<StoredInvitation, 'sealed'>
// Callers of the HTTP interface know their own host; the operator sees everybody's.
type Answer = ReturnType<typeof invitationAnswer> & Pick<Kept['record'], 'tenant'>

const PAGE = 100

/** `mailprofile invite list`: what anybody made, newest first. */
export async function listInvitations(
  { reference, state, limit = Infinity, config: file, json }: ListOptions,
  io: Io,
): Promise<void> {
  const { parseReference, parseState } = await import('../invitations/request.js')
  const wanted = {
    reference: parseReference(reference),
    state: parseArgument(() => parseState(state)),
  }
  const config = await readConfig(file, io)
  const found = await withInvitations(config, io, async (invitations) => {
    const everybodys = invitations.ofEveryTenant()
    const all: Answer[] = []
    for (let cursor: string | undefined; ;) {
      const page = await everybodys.list({
        ...wanted,
        limit: Math.min(PAGE, limit - all.length),
        cursor,
      })
      all.push(...page.invitations.map(operatorsAnswer))
      cursor = page.cursor
      if (cursor === undefined || all.length >= limit) return all
    }
  })
  if (json) {
    await write(io.stdout, `${JSON.stringify({ invitations: found }, null, 2)}\n`)
    return
  }
  const lines = found.map((one) => {
    const what = `expires ${shownTime(one.expiresAt)}, used ${one.used} of ${one.downloads}`
    const maker = one.tenant === undefined ? one.maker : `${one.maker} of ${one.tenant}`
    const whose = `by ${maker}${one.reference === undefined ? '' : `: ${one.reference}`}`
    return [`${one.id}  ${one.state}`, `${what}, ${whose}`] as const
  })
  await write(io.stdout, lines.length === 0 ? 'There are none.\n' : rows(lines, ''))
}

/** What is done to an invitation before it is shown. */
export type Change = (invitations: KeptInvitations, id: string) => Promise<Kept | undefined>

export const CHANGES = {
  show: (invitations, id) => invitations.find(id),
  revoke: (invitations, id) => invitations.revoke(id, CLI_MAKER),
  unlock: (invitations, id) => invitations.unlock(id, CLI_MAKER),
} satisfies Record<string, Change>

/**
 * `mailprofile invite show`, `revoke` and `unlock`.
 *
 * @throws MailProfileError `not_found`
 */
export async function showInvitation(
  id: string,
  change: Change,
  { config: file, json }: KeptOptions,
  io: Io,
): Promise<void> {
  const config = await readConfig(file, io)
  const found = await withInvitations(config, io, (invitations) =>
    change(invitations.ofEveryTenant(), id),
  )
  if (found === undefined) {
    throw new MailProfileError('not_found', 'There is no such invitation.', {
      hint: '“mailprofile invite list” lists them. States are kept for 7 days after the end at least.',
    })
  }
  const answer = operatorsAnswer(found)
  await write(io.stdout, json ? `${JSON.stringify(answer, null, 2)}\n` : describe(answer))
}

function operatorsAnswer(kept: Kept): Answer {
  const { tenant } = kept.record
  return { ...invitationAnswer(kept), ...(tenant === undefined ? {} : { tenant }) }
}

function describe(answer: Answer): string {
  const { state, tenant, maker, reference, used, downloads, window, code: passcode } = answer
  const { delivery } = answer
  const row = (label: string, value: string | undefined) =>
    value === undefined ? [] : [[label, value] as const]
  const at = (label: string, time: string | undefined) => row(label, time && shownTime(time))
  return rows(
    [
      ...row('State', state),
      ...row('Tenant', tenant),
      ...row('Reference', reference),
      ...row('Made by', maker),
      ...at('Made', answer.createdAt),
      ...at('Expires', answer.expiresAt),
      ...row('Downloads', `${used} of ${downloads}, within ${window} minutes of the first`),
      ...at('First used', answer.openedAt),
      ...at('Ended', answer.endedAt),
      ...row('Sent', delivery && `${SENDING[delivery.state]}, ${shownTime(delivery.at)}`),
      ...row('Code', passcode && passcodeState(passcode)),
    ],
    '',
  )
}

const SENDING = {
  sending: 'perhaps: begun, without an end',
  sent: 'yes',
  failed: 'no',
  uncertain: 'perhaps',
} as const

function passcodeState({ triesLeft }: NonNullable<Answer['code']>): string {
  if (triesLeft > 0) return `not typed yet, ${triesLeft} tries left`
  return 'locked after too many wrong ones; “mailprofile invite unlock ID” gives the tries back'
}

/** A time of the HTTP interface for people. */
export function shownTime(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`
}
