import type { RequestHandler } from 'express'
import helmet from 'helmet'

/**
 * helmet with a policy that lets a page use what this server sends and nothing else. Over plain http
 * (loopback, `--lan`) neither `upgrade-insecure-requests` nor HSTS: both would break the page.
 *
 * @param https whether people reach the server over https
 */
export function securityHeaders(https: boolean): RequestHandler {
  return helmet({
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
      ? { maxAge: 365 * 24 * 60 * 60, includeSubDomains: false }
      : false,
    referrerPolicy: { policy: 'no-referrer' },
    // Only meaningful over https or localhost; elsewhere browsers print a warning.
    crossOriginOpenerPolicy: https,
    originAgentCluster: https,
  })
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
