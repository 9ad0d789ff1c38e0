import type { RequestHandler } from 'express'
import { clientAddress } from '../request/client-address.js'
import { requireClient } from '../request/gone.js'
import { NO_LIMITS, type Limits } from './limits.js'

/** Counts a request against its client, for routes whose answers cost something. */
export function limitClient(limits: Limits): RequestHandler {
  if (limits === NO_LIMITS) {
    return (_request, _response, next) => {
      next()
    }
  }
  return async (request, _response, next) => {
    await limits.client(clientAddress(request))
    requireClient(request)
    next()
  }
}
