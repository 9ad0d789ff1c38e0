import type { Response } from 'express'
import type { MailService } from '../../account/mail-service.js'
import type { Format } from '../../formats/format.js'
import type { CatalogueEntry } from '../../providers/catalogue.js'
import type { Tenant } from './served-domain.js'

const MAX_DOMAINS = 1000

/**
 * Documents that depend on the mail domain only, each rendered when it is asked for the first time.
 * They are kept as long as the catalogue's entry, so that a changed provider file counts at once; of
 * one entry at most a thousand.
 *
 * @param render what throws is not kept
 */
export function domainDocuments(
  render: (service: MailService, domain: string) => string,
): (tenant: Tenant) => Buffer {
  const byEntry = new WeakMap<CatalogueEntry, Map<string, Buffer>>()
  return ({ entry, domain }) => {
    const documents = byEntry.get(entry) ?? new Map<string, Buffer>()
    const known = documents.get(domain)
    if (known !== undefined) return known
    byEntry.set(entry, documents)
    const made = Buffer.from(render(entry.provider, domain), 'utf8')
    const [oldest] = documents.keys()
    if (documents.size >= MAX_DOMAINS && oldest !== undefined) documents.delete(oldest)
    documents.set(domain, made)
    return made
  }
}

/** Sends a document, without what Express's `send` looks at first: none of it applies here. */
export function sendDocument(
  response: Response,
  document: Buffer,
  { id, mediaType }: Pick<Format, 'id' | 'mediaType'>,
): void {
  // For the metrics.
  response.locals['format'] = id
  response.setHeader('Content-Type', mediaType)
  response.setHeader('Content-Length', document.length)
  response.end(document)
}
