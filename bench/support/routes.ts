import { callHeaders, invitationBody, type MadeInvitation } from './api-server.js'
import type { HttpRequest } from './wrk.js'

/** A route with a request for it. */
export interface Route extends HttpRequest {
  /** What no other row is called. */
  readonly name: string
}

const ADDRESS = 'address=person{n}%40btinternet.com&name=Ann%20Example'
const EMAIL = 'person{n}%40btinternet.com'
const OF_DOMAIN = { Host: 'autoconfig.btinternet.com' }
const IPHONE = {
  'User-Agent':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
}
const AUTODISCOVER = `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>ann@btinternet.com</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`

/**
 * Every route but those of files and pages that have the same handler; people are others in each request, as far as an
 * address says it.
 *
 * @param invitation one that is pending
 * @param key of the API
 */
export function everyRoute({ id, path: link }: MadeInvitation, key: string): readonly Route[] {
  const api = { headers: callHeaders(key) }
  const invitations = '/api/v1/invitations'
  return [
    { name: 'home', path: '/', headers: IPHONE },
    { name: 'setup', path: `/setup?${ADDRESS}`, headers: IPHONE },
    { name: 'setup-svg', path: `/setup/qr.svg?${ADDRESS}` },
    { name: 'setup-png', path: `/setup/qr.png?${ADDRESS}` },
    { name: 'format-signed', path: `/formats/apple-profile?${ADDRESS}` },
    { name: 'format-file', path: `/formats/k9-settings?${ADDRESS}` },
    { name: 'format-link', path: `/formats/android-intent?${ADDRESS}` },
    { name: 'format-qr', path: `/formats/thunderbird-qr?${ADDRESS}` },
    { name: 'format-svg', path: `/formats/thunderbird-qr?${ADDRESS}&as=svg` },
    { name: 'email-mobileconfig', path: `/email.mobileconfig?email=${EMAIL}` },
    { name: 'mobileconfig', path: `/mobileconfig?emailaddress=${EMAIL}` },
    { name: 'autoconfig', path: `/mail/config-v1.1.xml?emailaddress=${EMAIL}` },
    {
      name: 'autoconfig-well-known',
      path: '/.well-known/autoconfig/mail/config-v1.1.xml',
      headers: OF_DOMAIN,
    },
    { name: 'autoconfig-old', path: '/v1.1/mail/config-v1.1.xml', headers: OF_DOMAIN },
    {
      name: 'autodiscover-post',
      method: 'POST',
      path: '/autodiscover/autodiscover.xml',
      headers: { 'Content-Type': 'text/xml' },
      body: AUTODISCOVER,
    },
    {
      name: 'autodiscover',
      path: '/autodiscover/autodiscover.xml',
      headers: { Host: 'autodiscover.btinternet.com' },
    },
    {
      name: 'autodiscover-json',
      path: `/autodiscover/autodiscover.json?Email=${EMAIL}&Protocol=AutodiscoverV1`,
    },
    {
      name: 'autodiscover-json-v1',
      path: `/autodiscover/autodiscover.json/v1.0/${EMAIL}?Protocol=AutodiscoverV1`,
    },
    {
      name: 'pacc',
      path: '/.well-known/user-agent-configuration.json',
      headers: { Host: 'ua-auto-config.btinternet.com' },
    },
    { name: 'invitation', path: link, headers: IPHONE },
    { name: 'invitation-button', method: 'POST', path: link },
    { name: 'invitation-shown', path: `${link}?show`, headers: IPHONE },
    { name: 'invitation-svg', path: `${link}/qr.svg` },
    { name: 'invitation-png', path: `${link}/qr.png` },
    {
      name: 'api-make',
      method: 'POST',
      path: invitations,
      ...api,
      body: invitationBody(0),
    },
    { name: 'api-list', path: `${invitations}?state=pending`, ...api },
    { name: 'api-one', path: `${invitations}/${id}`, ...api },
    { name: 'api-unlock', method: 'POST', path: `${invitations}/${id}/unlock`, ...api },
    { name: 'api-account', path: `/api/v1/accounts/${EMAIL}`, ...api },
    { name: 'api-formats', path: '/api/v1/formats', ...api },
    { name: 'openapi', path: '/openapi.json' },
    { name: 'public', path: '/public/style.css' },
    { name: 'icon', path: '/favicon.ico' },
    { name: 'robots', path: '/robots.txt' },
    { name: 'security-txt', path: '/.well-known/security.txt' },
    { name: 'healthz', path: '/healthz' },
    { name: 'readyz', path: '/readyz' },
    // The last: nothing of the invitation works afterwards.
    { name: 'api-revoke', method: 'DELETE', path: `${invitations}/${id}`, ...api },
  ]
}
