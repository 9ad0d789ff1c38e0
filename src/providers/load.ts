import { X509Certificate } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RootCertificate } from '../account/account.js'
import { MailProfileError } from '../errors.js'
import { Catalogue, type CatalogueEntry } from './catalogue.js'
import { parseProvider } from './provider.js'

const SHIPPED = fileURLToPath(new URL('../../providers', import.meta.url))

export interface LoadCatalogueOptions {
  /** False to leave out the providers that ship with mailprofile. */
  readonly shipped?: boolean
}

/**
 * The catalogue of the shipped providers and of those in more folders, which win for a domain that
 * both have.
 *
 * @param folders of `.yaml` files, one provider each
 * @throws MailProfileError `invalid_configuration` for a folder or file that cannot be read, a
 *   mistake in a file (with line and column), or a domain that two files of one folder name
 */
export async function loadCatalogue(
  folders: readonly string[] = [],
  { shipped = true }: LoadCatalogueOptions = {},
): Promise<Catalogue> {
  const all = await Promise.all([...(shipped ? [SHIPPED] : []), ...folders].map(loadFolder))
  return new Catalogue(all.flat())
}

async function loadFolder(folder: string): Promise<CatalogueEntry[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      `The folder of providers ${folder} cannot be read.`,
      { hint: 'Check the path and who may read it.', field: 'providers', cause },
    )
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  const entries = await Promise.all(files.map((name) => loadFile(join(folder, name))))
  const seen = new Map<string, string>()
  for (const { provider, file } of entries) {
    for (const domain of provider.domains) {
      const other = seen.get(domain)
      if (other !== undefined) {
        throw new MailProfileError(
          'invalid_configuration',
          `The domain ${domain} is named by both ${other} and ${file} in ${folder}.`,
          { field: 'providers' },
        )
      }
      seen.set(domain, file)
    }
  }
  return entries
}

async function loadFile(path: string): Promise<CatalogueEntry> {
  const provider = parseProvider(await readFile(path, 'utf8'), path)
  const entry = { provider, file: basename(path) }
  if (provider.rootCertificate === undefined) return entry
  const rootCertificate = await loadRoot(join(dirname(path), provider.rootCertificate), path)
  return { ...entry, rootCertificate }
}

async function loadRoot(path: string, provider: string): Promise<RootCertificate> {
  try {
    const certificate = new X509Certificate(await readFile(path))
    const name = /(?:^|\n)CN=(.*)/.exec(certificate.subject)?.[1] ?? basename(path)
    return { name, der: certificate.raw }
  } catch (cause) {
    throw new MailProfileError(
      'invalid_configuration',
      `The root certificate ${path}, which ${provider} names, cannot be read.`,
      { hint: 'It has to be one certificate, PEM or DER.', field: 'rootCertificate', cause },
    )
  }
}
