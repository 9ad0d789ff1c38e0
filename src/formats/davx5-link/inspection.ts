import type { Inspection } from '../format.js'
import { HIDDEN, HOLDS_PASSWORD, optional } from '../inspection-parts.js'
import { parseDavx5Link } from './reader.js'

/** @throws MailProfileError `invalid_profile` when DAVx⁵ would refuse a link */
export function inspectDavx5Link(text: string): Inspection {
  const logins = text.trim().split('\n').map(parseDavx5Link)
  return {
    sections: logins.map(({ baseUrl, username, password }) => ({
      title: 'Login',
      rows: [
        ['Address', baseUrl],
        ...optional('User name', username),
        ...optional('Password', password && HIDDEN),
      ],
    })),
    warnings: logins.some(({ password }) => password !== undefined) ? [HOLDS_PASSWORD] : [],
  }
}
