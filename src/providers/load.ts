import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { decodeText } from '../encoding/decode-text.js'
import { whyUnreadable } from '../encoding/unreadable.js'
import { MailProfileError } from '../errors.js'
import { ownFile } from '../own-files.js'
import { Catalogue, type ListedEntry } from './catalogue.js'
import { readDomainList } from './domain-list.js'
import { withOwnWords } from './own-words.js'
import type { Provider, RefusedProvider } from './provider.js'
import { loadRootCertificates } from './root-certificates.js'

/** The folder of the providers that ship with mailprofile. */
const SHIPPED_FOLDER = ownFile('providers')
/** What the build makes of them: reading so many YAML files would delay every command. */
export const COMPILED_FILE = ownFile('dist/catalogue.json')

/** What a catalogue is made of. */
export interface LoadCatalogueOptions {
  /** False to leave out the providers that ship with mailprofile. */
  readonly shipped?: boolean
  /**
   * Providers that a program has by itself, of a data base for instance: objects with the keys of a provider
   * file (docs/providers.md) but those that name other files. They win over those in folders.
   */
  readonly providers?: readonly object[]
  /** The time at which root certificates have to be valid; the present by default. */
  readonly now?: Date
}

/**
 * The catalogue of the shipped providers and of those in more folders, which win for a domain that
 * both have.
 *
 * @param folders of `.yaml` files, one provider each
 * @throws MailProfileError `invalid_configuration` for a folder or file that cannot be read, a
 *   mistake in a file (with line and column) or an object, or a domain that two files of one folder, or two
 *   objects, name; for what is no list of folders
 *
 * @example
 * ```ts
 * import { loadCatalogue } from 'mailprofile'
 *
 * const catalogue = await loadCatalogue(['./providers'])
 * const account = catalogue.account('ann@example.com', { name: 'Ann Example' })
 * console.log(account.incoming?.host) // imap.example.com
 *
 * const more = await loadCatalogue([], {
 *   providers: [
 *     {
 *       id: 'customer',
 *       name: 'Customer Ltd',
 *       domains: ['customer.example'],
 *       incoming: [
 *         {
 *           protocol: 'imap',
 *           host: 'imap.example.com',
 *           port: 993,
 *           security: 'tls',
 *           authentication: 'password-cleartext',
 *           username: '%EMAILADDRESS%',
 *         },
 *       ],
 *       outgoing: [
 *         {
 *           protocol: 'smtp',
 *           host: 'smtp.example.com',
 *           port: 465,
 *           security: 'tls',
 *           authentication: 'password-cleartext',
 *           username: '%EMAILADDRESS%',
 *         },
 *       ],
 *     },
 *   ],
 * })
 * console.log(more.account('bob@customer.example').accountName) // Customer Ltd
 * ```
 */
export async function loadCatalogue(
  folders: readonly string[] = [],
  { shipped = true, providers = [], now = new Date() }: LoadCatalogueOptions = {},
): Promise<Catalogue> {
  requireFolders(folders)
  requireObjects(providers)
  const all = await Promise.all([
    ...(shipped ? [loadShipped()] : []),
    ...folders.map((folder) => loadFolder(folder, false, now)),
    ...(providers.length > 0 ? [readObjects(providers)] : []),
  ])
  return new Catalogue(all.flat())
}

// A program in JavaScript may give anything: a folder alone would be read letter by letter.
function requireFolders(folders: unknown): void {
  if (Array.isArray(folders) && folders.every((folder) => typeof folder === 'string')) return
  throw new MailProfileError('invalid_configuration', 'loadCatalogue takes a list of folders.', {
    hint: "Write a list, of one folder too: loadCatalogue(['providers']).",
    field: 'providers',
  })
}

// Anything else would be passed over, and nobody would know why.
function requireObjects(providers: unknown): void {
  if (Array.isArray(providers)) return
  throw new MailProfileError('invalid_configuration', 'providers has to be a list of providers.', {
    hint: 'Write a list, of one provider too: loadCatalogue([], { providers: [provider] }).',
    field: 'providers',
  })
}

/** The shipped providers, from their own files. */
export function loadShippedFiles(): Promise<ListedEntry[]> {
  return loadFolder(SHIPPED_FOLDER, true, new Date())
}

let shippedEntries: Promise<ListedEntry[]> | undefined

/** They are part of the program, which reads them once. */
function loadShipped(): Promise<ListedEntry[]> {
  shippedEntries ??= readShipped().catch((error: unknown) => {
    shippedEntries = undefined
    throw error
  })
  return shippedEntries
}

async function readShipped(): Promise<ListedEntry[]> {
  let compiled: string
  try {
    compiled = await readFile(COMPILED_FILE, 'utf8')
  } catch (error) {
    // Where the sources run as they are, nothing may have been built.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return loadShippedFiles()
    throw error
  }
  return JSON.parse(compiled) as ListedEntry[]
}

async function loadFolder(folder: string, shipped: boolean, now: Date): Promise<ListedEntry[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    throw unreadable(folder, cause)
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  // YAML and the schema take longer to load than the whole of a look-up that needs neither.
  const { parseProviderFile } = await import('./provider.js')
  const entries: ListedEntry[] = []
  for (const name of files) {
    const path = join(folder, name)
    // Synchronously: for a thousand small files that takes a tenth of the time.
    const text = decodeText(readFileSync(path), `The provider file ${path}`)
    const parsed = parseProviderFile(text, path)
    const provider = shipped ? parsed : withOwnWords(parsed)
    entries.push(await finish(provider, path, { shipped, now }))
    // About 10 ms of work: requests that come while a server reads its files again do not wait longer.
    if (entries.length % 16 === 0) await setImmediate()
  }
  requireAllOnce(entries, folder)
  return entries
}

async function readObjects(providers: readonly object[]): Promise<ListedEntry[]> {
  const { parseProviderObject } = await import('./provider.js')
  const entries = providers.map((object, index) => {
    const file = `providers[${index}]`
    return { file, provider: withOwnWords(parseProviderObject(object, file)) } as ListedEntry
  })
  requireAllOnce(entries, 'the program')
  return entries
}

function requireAllOnce(entries: readonly ListedEntry[], place: string): void {
  requireOnce(entries, place, ({ domains }) => domains)
  requireOnce(entries, place, ({ mx }) => mx)
}

function unreadable(folder: string, cause: unknown): MailProfileError {
  const isFile = (cause as NodeJS.ErrnoException).code === 'ENOTDIR'
  return new MailProfileError(
    'invalid_configuration',
    isFile
      ? `${folder} is not a folder, but providers has to name one.`
      : `The folder of providers ${folder} cannot be read${whyUnreadable(cause)}.`,
    {
      hint: isFile
        ? `Name the folder that the provider files are in, such as ${dirname(folder)}.`
        : 'Check the path and who may read it.',
      field: 'providers',
      cause,
    },
  )
}

function requireOnce(
  entries: readonly ListedEntry[],
  folder: string,
  names: (provider: ListedEntry['provider']) => readonly string[],
): void {
  const seen = new Map<string, string>()
  for (const { provider, file } of entries) {
    for (const name of names(provider)) {
      const other = seen.get(name)
      if (other !== undefined && other !== file) {
        throw new MailProfileError(
          'invalid_configuration',
          `The name ${name} is in both ${other} and ${file} of ${folder}.`,
          { field: 'providers' },
        )
      }
      seen.set(name, file)
    }
  }
}

// What stands in files beside the provider's own.
async function finish(
  provider: Provider | RefusedProvider,
  path: string,
  { shipped, now }: Required<Pick<LoadCatalogueOptions, 'shipped' | 'now'>>,
): Promise<ListedEntry> {
  const beside = (name: string) => join(dirname(path), name)
  const { domainsFile } = provider
  const domains =
    domainsFile === undefined
      ? provider.domains
      : [...new Set([...provider.domains, ...(await readDomainList(beside(domainsFile)))])]
  const place = { file: basename(path), ...(shipped ? { shipped } : {}) }
  if (provider.refuse !== undefined) return { ...place, provider: { ...provider, domains } }
  const { rootCertificate } = provider
  return {
    ...place,
    provider: { ...provider, domains },
    ...(rootCertificate === undefined
      ? {}
      : { rootCertificate: await loadRootCertificates(beside(rootCertificate), path, now) }),
  }
}
