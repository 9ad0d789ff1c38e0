import type { Request } from 'express'
import type { Asker } from '../../discovery/catalogue-directory.js'
import { clientAddress } from './client-address.js'
import { sharingNetwork } from './counted-networks.js'

/** Who wants settings: the network that a request comes from. */
export function askerOf(request: Request): Asker {
  return {
    // Nobody wants to know it for what the catalogue has.
    get client() {
      return sharingNetwork(clientAddress(request))
    },
  }
}
