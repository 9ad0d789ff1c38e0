import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Skipped } from './findings.js'
import { importAutoconfig, type ImportedProvider } from './import.js'
import { decodeText } from '../encoding/decode-text.js'
import { MailProfileError, type ErrorCode } from '../errors.js'
import { FOR_ALL, replaceFile } from '../files/replace-file.js'
import { readDomainList } from '../providers/domain-list.js'
import { parseProviderFile } from '../providers/provider.js'
import { givenAutoconfig, listAutoconfigFiles, readAutoconfigFile } from './files.js'

/** What came of one file. */
export type FileReport =
  | {
      readonly file: string
      readonly outcome: 'imported'
      /** The provider file that was written: `example-com.yaml`. */
      readonly provider: string
      /** How many mail domains it names. */
      readonly domains: number
      readonly skipped: readonly Skipped[]
      readonly warnings: readonly string[]
    }
  | {
      readonly file: string
      readonly outcome: 'failed'
      readonly error: {
        readonly code: ErrorCode
        readonly message: string
        readonly hint?: string | undefined
      }
    }

export interface ImportReport {
  readonly files: readonly FileReport[]
  readonly imported: number
  readonly failed: number
  /** In all files together. */
  readonly domains: number
}

export interface ImportProvidersOptions {
  /** Replace provider files that are there already. */
  readonly force: boolean
  /** The mail domains instead of those that the file names; for one file only. */
  readonly domains?: readonly string[] | undefined
  /** What standard input held, instead of a file. */
  readonly given?: Uint8Array | undefined
}

/**
 * Writes provider files from files with settings. Files are taken in the order of their names, so that
 * the same ones always give the same; what one names is left out of those after it, because a folder
 * of providers must not name a domain twice.
 *
 * @param path such a file, or a folder, as `listAutoconfigFiles`
 * @param folder where the provider files go
 * @throws MailProfileError `invalid_request` for a folder without such files, and with the field
 *   `domains` for domains that are to be those of several files
 */
export async function importProviders(
  path: string,
  folder: string,
  { force, domains: named, given }: ImportProvidersOptions,
): Promise<ImportReport> {
  const sources =
    given === undefined ? await listAutoconfigFiles(path) : [givenAutoconfig(given, named)]
  if (named !== undefined && sources.length > 1) {
    throw new MailProfileError('invalid_request', '--domain is for one file, not for a folder.', {
      field: 'domains',
    })
  }
  await mkdir(folder, { recursive: true })
  const present = new Set((await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)))
  const own = new Set(sources.map(({ id }) => `${id}.yaml`))
  const taken = await domainsIn(
    folder,
    [...present].filter((name) => !(force && own.has(name))),
  )
  const files: FileReport[] = []
  for (const source of sources) {
    const { name, id } = source
    const provider = `${id}.yaml`
    try {
      if (present.has(provider) && !force) throw alreadyThere(provider)
      const imported = importAutoconfig(await readAutoconfigFile(source), name, {
        id,
        taken,
        domains: named,
      })
      const path = join(folder, provider)
      await replaceFile(path, (write) => write(imported.yaml), { mode: FOR_ALL })
      for (const domain of namesOf(imported)) taken.set(domain, name)
      const { skipped, warnings } = imported
      const domains = imported.provider.domains.length
      files.push({ file: name, outcome: 'imported', provider, domains, skipped, warnings })
    } catch (error) {
      if (!(error instanceof MailProfileError)) throw error
      const { code, message, hint } = error
      files.push({ file: name, outcome: 'failed', error: { code, message, hint } })
    }
  }
  const counts = files.map((file) => (file.outcome === 'imported' ? file.domains : undefined))
  const imported = counts.filter((domains) => domains !== undefined)
  return {
    files,
    imported: imported.length,
    failed: files.length - imported.length,
    domains: imported.reduce((sum, domains) => sum + domains, 0),
  }
}

// By the file that names them. A file with a mistake is for whoever loads the folder to report.
async function domainsIn(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const taken = new Map<string, string>()
  for (const name of names) {
    try {
      const text = decodeText(await readFile(join(folder, name)), `The provider file ${name}`)
      const { domains, domainsFile, mx } = parseProviderFile(text, name)
      const listed =
        domainsFile === undefined ? [] : await readDomainList(join(folder, domainsFile))
      for (const domain of [...domains, ...listed, ...mx]) taken.set(domain, name)
    } catch (error) {
      if (!(error instanceof MailProfileError)) throw error
    }
  }
  return taken
}

function namesOf({ provider }: ImportedProvider): string[] {
  return [...provider.domains, ...provider.mx]
}

function alreadyThere(provider: string): MailProfileError {
  return new MailProfileError(
    'invalid_request',
    `${provider} is already there. Use --force to replace it.`,
  )
}
