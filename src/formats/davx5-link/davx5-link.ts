import { davLogin, davLogins, type Account } from '../../account/account.js'
import type { DavServer } from '../../account/dav.js'
import { intentUri } from '../../encoding/uri.js'
import { say, type Text } from '../../messages/text.js'
import {
  SUPPORTED,
  safeFileName,
  type Format,
  type FormatLink,
  type RenderContext,
  type Support,
} from '../format.js'
import { refuse } from '../support.js'

const APP = 'DAVx⁵'

/**
 * Links that DAVx⁵ opens (`LoginActivity` of davx5-ose at 2534c16b), a line for each server. DAVx⁵
 * looks for calendars and contacts alike on the server of the address that it is given, so that a
 * second link to the same server would set both up twice.
 *
 * The user name is an extra: in the link's authority a colon would cut the password off, and an @
 * makes scanners distrust it.
 */
export const davx5Link: Format = {
  id: 'davx5-link',
  title: 'Link for DAVx⁵: calendars and contacts',
  platform: 'android',
  kind: 'uri',
  mediaType: 'text/plain; charset=utf-8',
  carries: ['calendar', 'contacts', 'passwords'],
  readers:
    'DAVx⁵ opens it and fills its login in; the person confirms. Calendars and contacts only.',
  signed: false,
  needsPublicUrl: false,
  page: {
    app: APP,
    reads: 'calendars',
    offered: ({ calendar, contacts }) => calendar !== undefined || contacts !== undefined,
    links,
  },
  fileName: (account) => safeFileName(`${account.identity.address}-davx5`, 'txt'),
  containsSecret: (account) => davLogins(account).some(({ password }) => password !== undefined),
  support,
  render: (account, context) =>
    links(account, context)
      .map(({ href }) => href)
      .join('\n'),
  recognises: (text) =>
    /^(?:davx5|caldavs?|carddavs?):|^intent:[^#]*#Intent;scheme=davx5;/i.test(text),
  async inspect(text) {
    const { inspectDavx5Link } = await import('./inspection.js')
    return inspectDavx5Link(text)
  },
}

function links(account: Account, { publicUrl }: RenderContext): FormatLink[] {
  const logins = new Map<string, { readonly server: DavServer; readonly what: Text }>()
  for (const [what, server] of [
    ['davx5.calendars', account.calendar],
    ['davx5.contacts', account.contacts],
  ] as const) {
    if (server === undefined) continue
    const place = `${new URL(server.url).origin} ${davLogin(account, server).username}`
    const login = logins.get(place)
    logins.set(
      place,
      login === undefined
        ? { server, what: say(what) }
        : { server: login.server, what: say('davx5.both') },
    )
  }
  return [...logins.values()].map(({ server, what }) => {
    const { username, password } = davLogin(account, server)
    return {
      what,
      href: intentUri({
        // DAVx⁵ makes https of it.
        scheme: 'davx5',
        rest: server.url.slice('https:'.length),
        extras: [
          ['username', username],
          ['password', password?.reveal()],
          ['browser_fallback_url', publicUrl],
        ],
      }),
    }
  })
}

function support({ calendar, contacts }: Account): Support {
  if (calendar === undefined && contacts === undefined) {
    return refuse('calendar', say('support.noDav'))
  }
  for (const [field, server] of Object.entries({ calendar, contacts })) {
    // DAVx⁵ decodes the path, so that an encoded slash would become one that separates.
    if (server !== undefined && /%2f/i.test(server.path)) {
      return refuse(`${field}.url`, say('support.encodedSlash', { app: APP }))
    }
  }
  return SUPPORTED
}
