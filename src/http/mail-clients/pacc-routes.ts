import { Router } from 'express'
import { MailProfileError } from '../../errors.js'
import { pacc, paccSupport, renderPacc } from '../../formats/pacc/pacc.js'
import type { AppContext } from '../context.js'
import { domainDocuments, sendDocument } from './domain-documents.js'
import { forAnybody } from '../middleware/security-headers.js'
import { tenantOfHost } from '../request/tenant.js'

/**
 * The document of the PACC draft, where it is switched on. Nothing of a request but its Host counts:
 * the DNS has a digest of the body.
 */
export function paccRoutes(context: AppContext): Router {
  const router = Router()
  const { pacc: revision } = context
  if (revision === undefined) return router
  const documents = domainDocuments((service, domain) => renderPacc(service, domain, revision))
  router.get('/.well-known/user-agent-configuration.json', forAnybody, (request, response) => {
    const tenant = tenantOfHost(context.catalogue(), request)
    const support = paccSupport(tenant.entry.provider, tenant.domain)
    if (!support.supported) throw new MailProfileError('not_found', support.reason)
    response.set({ 'Cache-Control': 'public, max-age=3600', Vary: 'Host' })
    sendDocument(response, documents(tenant), pacc)
  })
  return router
}
