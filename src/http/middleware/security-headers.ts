import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { RequestHandler, Response } from 'express'
import helmet from 'helmet'
import type { TransportSecurity } from '../../config/values-of-app.js'

/**
 * helmet with a policy that lets a page use what this server sends and nothing else. Over plain http
 * (loopback, `--lan`) neither `upgrade-insecure-requests` nor HSTS: both would break the page.
 *
 * @param https whether people reach the server over https
 */
export function securityHeaders(
  https: boolean,
  { includeSubDomains = false, preload = false }: TransportSecurity = {},
): RequestHandler {
  const setAll = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: https
      ? // A list takes a domain only with all below it.
        { maxAge: 365 * 24 * 60 * 60, includeSubDomains: includeSubDomains || preload, preload }
      : false,
    referrerPolicy: { policy: 'no-referrer' },
    // For browsers that do not know frame-ancestors; helmet's own word is SAMEORIGIN.
    xFrameOptions: { action: 'deny' },
    // Only meaningful over https or localhost; elsewhere browsers print a warning.
    crossOriginOpenerPolicy: https,
    originAgentCluster: https,
  })
  const headers = headersOf(setAll)
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value)
    next()
  }
}

// helmet sets the same for every request, by fifteen middlewares that work it out anew: asked once.
function headersOf(setAll: ReturnType<typeof helmet>): readonly (readonly [string, string])[] {
  const headers: [name: string, value: string][] = []
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  response.setHeader = (name, value) => {
    headers.push([name, String(value)])
    return response
  }
  setAll(request, response, () => undefined)
  return headers
}

/** For answers that concern a person: kept by nobody, found by no search engine. */
export const personal: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' })
  next()
}

/** For answers about a mail domain: programs that run in web pages may read them too. */
export const forAnybody: RequestHandler = (_request, response, next) => {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  next()
}

/** For a page whose script fetches from this server. */
export function allowFetch(response: Response): void {
  const policy = response.get('Content-Security-Policy') ?? ''
  response.set('Content-Security-Policy', `${policy};connect-src 'self'`)
}
