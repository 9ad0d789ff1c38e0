import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MAX_AUTOCONFIG_BYTES } from './client-config.js'
import { providerId, uniqueId } from './provider-id.js'
import { decodeXml } from '../encoding/decode-xml.js'
import { MailProfileError } from '../errors.js'
import { isProfile } from './profile-settings.js'
import { isXml, parseSettings } from './settings.js'

/** A file with settings, and what will become of it. */
export interface AutoconfigFile {
  readonly file: string
  readonly name: string
  /** Of the provider: unique among them. */
  readonly id: string
  /** What is in it, where that was read already. */
  readonly bytes?: Uint8Array | undefined
}

// Byte-order mark and all.
const MAX_FILE_BYTES = MAX_AUTOCONFIG_BYTES + 3

const DER_SEQUENCE = 0x30
const DER_LONG = 0x80

// Compose files are left out: a folder of them may be one of provider files as well.
const NAMES = /\.(?:xml|mobileconfig|json|env)$/i

/**
 * A file, or the `.xml`, `.mobileconfig`, `.json` and `.env` files of a folder in the order of their names.
 *
 * @throws MailProfileError `invalid_request` for a folder without such files
 */
export async function listAutoconfigFiles(path: string): Promise<AutoconfigFile[]> {
  if (!(await stat(path)).isDirectory()) {
    const name = basename(path)
    return [{ file: path, name, id: (await ownId(path)) ?? providerId(name) }]
  }
  const names = (await readdir(path)).filter((name) => NAMES.test(name)).sort()
  if (names.length === 0) {
    throw new MailProfileError(
      'invalid_request',
      'The folder has no .xml, .mobileconfig, .json or .env files.',
    )
  }
  const ids = new Set<string>()
  const files: AutoconfigFile[] = []
  for (const name of names) {
    const file = join(path, name)
    const own = /\.xml$/i.test(name) ? undefined : await ownId(file)
    const id = uniqueId(own ?? providerId(name), ids)
    ids.add(id)
    files.push({ file, name, id })
  }
  return files
}

// Other files than XML are called the same everywhere, `.env` or `seed.json`: their first domain says more.
async function ownId(file: string): Promise<string | undefined> {
  try {
    const bytes = await readBytes(file)
    const text = decodeXml(bytes)
    const [domain] = isXml(text) && !isProfile(text) ? [] : domainsIn(bytes)
    return domain === undefined ? undefined : providerId(domain)
  } catch {
    // What is wrong with it is told when it is imported.
    return undefined
  }
}

/**
 * What came by standard input. It has no name, so its first domain names the provider.
 *
 * @param domains instead of those that it names
 */
export function givenAutoconfig(
  bytes: Uint8Array,
  domains: readonly string[] | undefined,
): AutoconfigFile {
  const [domain = ''] = domains ?? domainsIn(bytes)
  return { file: '-', name: 'standard input', id: providerId(domain), bytes }
}

// What is wrong with it is told when it is imported.
function domainsIn(bytes: Uint8Array): readonly string[] {
  try {
    return parseSettings(decodeXml(bytes)).domains
  } catch {
    return []
  }
}

/**
 * The text of such a file.
 *
 * @throws MailProfileError `invalid_autoconfig` where it cannot be read, is too large, or not of the encoding
 *   that it names
 */
export async function readAutoconfigFile({ file, bytes: given }: AutoconfigFile): Promise<string> {
  const bytes = given ?? (await readBytes(file))
  const [first = 0, second = 0] = bytes
  // How CMS SignedData begins, and no text.
  if (first === DER_SEQUENCE && second >= DER_LONG) {
    throw new MailProfileError('invalid_autoconfig', 'This is signed: nothing signed is read.', {
      hint: 'openssl cms -verify -noverify -inform DER -in old.mobileconfig -out old.xml takes the signature of a profile off.',
    })
  }
  try {
    return decodeXml(bytes)
  } catch (cause) {
    throw unreadable('Its text is not of the encoding that it names.', cause)
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const status = await stat(file)
    if (!status.isFile()) throw unreadable('It is no file.')
    if (status.size > MAX_FILE_BYTES) throw unreadable('It is larger than 64 KB.')
    return await readFile(file)
  } catch (cause) {
    if (cause instanceof MailProfileError) throw cause
    throw unreadable('It cannot be read.', cause)
  }
}

function unreadable(why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_autoconfig', `This is no autoconfig document. ${why}`, {
    cause,
  })
}
