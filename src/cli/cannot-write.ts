// What there is to know of a device that takes nothing more.
const REASONS = new Map([
  ['ENOSPC', 'no space is left on the device'],
  ['EDQUOT', 'the quota of this user is used up'],
  ['EFBIG', 'the file would be too large'],
  ['EIO', 'the device has failed, or the terminal is closed'],
])

/**
 * An error of a write in a sentence that names the place, with the system's code; other errors as they are.
 *
 * @param place as a sentence begins with it: "Standard output"
 */
export function cannotWrite(place: string, cause: NodeJS.ErrnoException): Error {
  const reason = REASONS.get(cause.code ?? '')
  if (reason === undefined) return cause
  const error = new Error(`${place} cannot be written: ${reason}.`, { cause })
  return Object.assign(error, { code: cause.code })
}
