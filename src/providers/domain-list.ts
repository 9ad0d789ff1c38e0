import { readFile } from 'node:fs/promises'
import { parseDomain } from '../account/address.js'
import { decodeText } from '../encoding/decode-text.js'
import { whyUnreadable } from '../encoding/unreadable.js'
import { MailProfileError } from '../errors.js'

/**
 * Reads a list of mail domains, one a line; empty lines and what follows a `#` are passed over.
 *
 * @returns lower-case A-labels, each once
 * @throws MailProfileError `invalid_configuration` when it cannot be read, is not UTF-8, or has a
 *   line that is no domain, with its number
 */
export async function readDomainList(path: string): Promise<string[]> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      `The domain list ${path} cannot be read${whyUnreadable(cause)}.`,
      { hint: 'Check the path and who may read it.', field: 'domainsFile', cause },
    )
  }
  const domains = new Set<string>()
  const text = decodeText(bytes, `The domain list ${path}`, { field: 'domainsFile' })
  for (const [index, line] of text.split('\n').entries()) {
    const name = line.replace(/#.*/, '').trim()
    if (name !== '') domains.add(domainAt(name, path, index + 1))
  }
  return [...domains]
}

function domainAt(name: string, path: string, line: number): string {
  try {
    return parseDomain(name)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      `${path}:${line}: This is not a domain such as example.com.`,
      { hint: 'Write one domain a line.', field: 'domainsFile', cause },
    )
  }
}
