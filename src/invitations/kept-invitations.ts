import type { Means } from './means.js'
import type { SendingOutcome, StoredInvitation } from './record.js'
import type { InvitationChange, ListPage, ListQuery } from './store.js'
import { isInvitationId } from './token.js'

/**
 * Invitations by their ids, for those who made them or keep them: what opens one is not here. Those of
 * anybody else are as unknown as those that nobody made, after the same work.
 */
export class KeptInvitations {
  readonly #means: Means
  readonly #tenant: ListQuery['tenant']

  /** @param tenant whose, as `ListQuery` has it: everybody's where it is undefined */
  constructor(means: Means, tenant: ListQuery['tenant']) {
    this.#means = means
    this.#tenant = tenant
  }

  /** @throws MailProfileError `store_unavailable` */
  async find(id: string): Promise<StoredInvitation | undefined> {
    const stored = isInvitationId(id) ? await this.#means.store.read(id) : undefined
    if (stored === undefined || this.#tenant === undefined) return stored
    return (stored.record.tenant ?? null) === this.#tenant ? stored : undefined
  }

  /** @throws MailProfileError `store_unavailable`; `invalid_request` for a cursor that is none */
  list(query: Omit<ListQuery, 'tenant'>): Promise<ListPage> {
    return this.#means.store.list({ ...query, tenant: this.#tenant })
  }

  /** @throws MailProfileError `store_unavailable` */
  revoke(id: string, key: string): Promise<InvitationChange | undefined> {
    return this.#change('revoke', 'revoked', id, key)
  }

  /** @throws MailProfileError `store_unavailable` */
  unlock(id: string, key: string): Promise<InvitationChange | undefined> {
    return this.#change('unlock', 'unlocked', id, key)
  }

  /**
   * Writes down that it is being sent, before it is: see `Store.beginSending`.
   *
   * @throws MailProfileError `store_unavailable`
   */
  async beginSending(id: string, again = false): Promise<InvitationChange | undefined> {
    if ((await this.find(id)) === undefined) return undefined
    return this.#means.store.beginSending(id, again)
  }

  /**
   * Writes down what has become of it.
   *
   * @throws MailProfileError `store_unavailable`
   */
  async endSending(
    id: string,
    outcome: SendingOutcome,
    key: string,
  ): Promise<InvitationChange | undefined> {
    if ((await this.find(id)) === undefined) return undefined
    const result = await this.#means.store.endSending(id, outcome)
    if (result?.changed === true) {
      this.#means.report(outcome === 'sent' ? 'sent' : 'unsent', result.record, key)
    }
    return result
  }

  // Whose an invitation is never changes, so nothing can come between the two steps.
  async #change(
    step: 'revoke' | 'unlock',
    event: 'revoked' | 'unlocked',
    id: string,
    key: string,
  ): Promise<InvitationChange | undefined> {
    if ((await this.find(id)) === undefined) return undefined
    const result = await this.#means.store[step](id)
    if (result?.changed === true) this.#means.report(event, result.record, key)
    return result
  }
}
