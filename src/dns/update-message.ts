import type { UpdateMessage } from './nsupdate.js'
import type { ZoneChange } from './zone-changes.js'

export interface MessageOptions {
  /** Of the records that are added, in seconds. */
  readonly ttl: number
}

/**
 * All changes as one message, which a server takes as a whole or not at all, and only while all that the
 * changes are about is as it was.
 */
export function updateMessage(
  changes: readonly ZoneChange[],
  domain: string,
  { ttl }: MessageOptions,
): UpdateMessage {
  return {
    prerequisites: changes.flatMap(({ owner, type, there }) => {
      const name = `${owner}.${domain}.`
      if (there.length > 0) return there.map((data) => `yxrrset ${name} ${type} ${data}`)
      if (type === 'CNAME') return [`nxdomain ${name}`]
      return [`nxrrset ${name} ${type}`, `nxrrset ${name} CNAME`]
    }),
    updates: changes.flatMap(({ owner, type, remove, add }) => {
      const name = `${owner}.${domain}.`
      return [
        ...remove.map((data) => `delete ${name} ${type} ${data}`),
        ...add.map((data) => `add ${name} ${ttl} ${type} ${data}`),
      ]
    }),
  }
}
