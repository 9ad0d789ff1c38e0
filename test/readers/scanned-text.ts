const ALLOWED = /^[-._~:/?#[\]@!$&'()*+,;=%A-Za-z0-9]+$/
const USER_IN_HOST = /:\/*([^/@]+)@[^/]+/
const WITH_PROTOCOL = /^[a-zA-Z][a-zA-Z0-9+\-.]+:/
const WITHOUT_PROTOCOL = /^([a-zA-Z0-9-]+\.){1,6}[a-zA-Z]{2,}(:\d{1,5})?(\/|\?|$)/

/**
 * Whether a camera app built on ZXing offers a QR code's text as a link
 * (`URIResultParser.java`, core 3.4.1).
 */
export function scannedAs(text: string): 'URI' | 'TEXT' {
  const uri = text.replace(/^(?:URL|URI):/, '').trim()
  const isUri = WITH_PROTOCOL.test(uri) || WITHOUT_PROTOCOL.test(uri)
  // "user@host" right after the scheme is taken for an attempt to deceive.
  return isUri && ALLOWED.test(uri) && !USER_IN_HOST.test(uri) ? 'URI' : 'TEXT'
}
