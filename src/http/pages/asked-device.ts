import { DEVICES, type Device } from './visitor.js'
import { queryParameter, type WithQuery } from '../request/query.js'

/**
 * The device whose page is asked for, for a help desk that wants to see what a caller sees.
 *
 * @returns undefined for one that there is not: the page is made for the device that asks
 */
export function askedDevice(request: WithQuery): Device | undefined {
  const asked = queryParameter(request, 'device')
  return DEVICES.find((device) => device === asked)
}
