import { hash } from 'node:crypto'

const PLAIN = /^[a-z0-9_][a-z0-9._+@-]*$/
const MAX_LENGTH = 100
// Devices of Windows, whatever follows the dot.
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)\./

/**
 * The name of a mailbox's file, without its extension: the address itself where every file system can have it, else
 * with a part of its digest, so that no two addresses share a name. The same on every machine, whatever else is in
 * the list.
 *
 * @param mailbox an address in lower case
 */
export function fileStem(mailbox: string): string {
  if (mailbox.length <= MAX_LENGTH && PLAIN.test(mailbox) && !DEVICE.test(mailbox)) return mailbox
  const readable = mailbox.replace(/[^a-z0-9._+@-]+/g, '-').replace(/^[^a-z0-9_]+/, '')
  const stem = DEVICE.test(readable) ? `_${readable}` : readable
  return `${stem.slice(0, MAX_LENGTH)}~${hash('sha256', mailbox).slice(0, 16)}`
}

/** The extension of a file's name, with its dot: of `config-v1.1.xml` it is `.xml`. */
export function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.')
  return dot < 1 ? '' : fileName.slice(dot)
}
