import { Router, type Request, type Response } from 'express'
import {
  mozillaAutoconfig,
  renderAutoconfig,
} from '../../formats/mozilla-autoconfig/mozilla-autoconfig.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { domainDocuments, sendDocument } from './domain-documents.js'
import { forAnybody } from '../middleware/security-headers.js'
import { addressParameter, servedDomainAsked } from './served-domain.js'

// The last one is Nine's.
const PATHS = [
  '/mail/config-v1.1.xml',
  '/.well-known/autoconfig/mail/config-v1.1.xml',
  '/v1.1/mail/config-v1.1.xml',
]

/**
 * Mozilla's autoconfig. The address that a program may give chooses the domain and nothing else, so
 * the answer is the same for everybody in it; many programs give none.
 *
 * @param catalogue the one of the moment
 */
export function autoconfigRoutes(catalogue: () => Catalogue): Router {
  const documents = domainDocuments(renderAutoconfig)
  const answer = (request: Request, response: Response) => {
    const given = addressParameter(request, ['emailaddress'])
    const document = documents(servedDomainAsked(catalogue(), request, given))
    // The answer names nobody, but the URL may, and shared caches keep URLs.
    const cache = given === undefined ? 'public' : 'private'
    response.setHeader('Cache-Control', `${cache}, max-age=3600`)
    // For caches of proxies whose keys leave the host out, as nginx's do.
    if (given === undefined) response.setHeader('Vary', 'Host')
    sendDocument(response, document, mozillaAutoconfig)
  }
  const router = Router()
  for (const path of PATHS) router.get(path, forAnybody, answer)
  return router
}
