import { Router } from 'express'
import { MailProfileError } from '../../errors.js'
import type { PaccRevision } from '../../formats/format.js'
import { pacc, paccSupport, renderPacc } from '../../formats/pacc/pacc.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { domainDocuments, sendDocument } from './domain-documents.js'
import { forAnybody } from '../middleware/security-headers.js'
import { servedDomainOfHost } from './served-domain.js'

/**
 * The document of the PACC draft. Nothing of a request but its Host counts:
 * the DNS has a digest of the body.
 *
 * @param catalogue the one of the moment
 */
export function paccRoutes(catalogue: () => Catalogue, revision: PaccRevision): Router {
  const router = Router()
  const documents = domainDocuments((service, domain) => renderPacc(service, domain, revision))
  router.get('/.well-known/user-agent-configuration.json', forAnybody, (request, response) => {
    const served = servedDomainOfHost(catalogue(), request)
    const support = paccSupport(served.settings.provider, served.domain)
    if (!support.supported) throw new MailProfileError('not_found', support.reason)
    response.set({ 'Cache-Control': 'public, max-age=3600', Vary: 'Host' })
    sendDocument(response, documents(served), pacc)
  })
  return router
}
