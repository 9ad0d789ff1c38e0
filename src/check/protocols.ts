import type { IncomingProtocol } from '../account/server.js'
import { imap } from './imap.js'
import { pop3 } from './pop3.js'
import type { Protocol } from './session.js'
import { smtp } from './smtp.js'

export const PROTOCOLS: Readonly<Record<IncomingProtocol | 'smtp', Protocol>> = {
  imap,
  pop3,
  smtp,
}
