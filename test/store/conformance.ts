import { afterAll, beforeAll, describe } from 'vitest'
import type { Store } from '../../src/invitations/store.js'
import { describeBackup } from './conformance-backup.js'
import { describeClaims } from './conformance-claims.js'
import { describeCodes } from './conformance-codes.js'
import { describeCreation } from './conformance-creation.js'
import { describeLists } from './conformance-lists.js'
import { describeModel } from './conformance-model.js'
import { describeSending } from './conformance-sending.js'
import { describeTenants } from './conformance-tenants.js'

/**
 * What every store has to do, told by the interface alone. It lasts in real time, because a store may
 * have a clock of its own, and uses ids and makers that nobody else uses, so the store may hold other
 * things.
 *
 * @param open a store, which is used for all tests and closed after them
 */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} as a store`, () => {
    let opened: Store | undefined
    const store = () => {
      if (opened === undefined) throw new Error('Only tests may ask for it.')
      return opened
    }
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(async () => {
      await opened?.close()
    })
    describeCreation(store)
    describeClaims(store)
    describeCodes(store)
    describeSending(store)
    describeLists(store)
    describeTenants(store)
    describeBackup(store)
    describeModel(store)
  })
}
