import type { Response } from 'express'
import type { MailService } from '../../account/mail-service.js'
import type { Format } from '../../formats/format.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import type { ServedDomain } from '../request/served-host.js'

const MAX_DOMAINS = 1000

/**
 * Documents that depend on the mail domain only, each rendered when it is asked for the first time.
 * They are kept as long as the catalogue's settings, so that a changed provider file counts at once; of
 * one provider at most a thousand.
 *
 * @param render what throws is not kept
 */
export function domainDocuments(
  render: (service: MailService, domain: string) => string,
): (served: ServedDomain) => Buffer {
  const bySettings = new WeakMap<DomainSettings, Map<string, Buffer>>()
  return ({ settings, domain }) => {
    const documents = bySettings.get(settings) ?? new Map<string, Buffer>()
    const known = documents.get(domain)
    if (known !== undefined) return known
    bySettings.set(settings, documents)
    const made = Buffer.from(render(settings.provider, domain), 'utf8')
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
