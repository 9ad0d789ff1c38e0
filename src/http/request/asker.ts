import type { Request } from 'express'
import type { Asker } from '../../discovery/catalogue-directory.js'
import { clientAddress } from './client-address.js'
import { sharingNetwork } from './counted-networks.js'

/** Who wants settings: the network that a request comes from. */
export function askerOf(request: Request): Asker {
  return new RequestAsker(request)
}

// Nobody wants to know it for what the catalogue has. A class, because an object of its own with a getter has
// V8 keep the request until old objects are cleared (20).
class RequestAsker implements Asker {
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  get client(): string {
    return sharingNetwork(clientAddress(this.#request))
  }
}
