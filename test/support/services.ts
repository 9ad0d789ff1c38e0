import fc from 'fast-check'
import type {
  IncomingTemplate,
  MailService,
  OutgoingTemplate,
} from '../../src/account/mail-service.js'
import { AUTHENTICATIONS, SECURITIES } from '../../src/account/server.js'
import { davUrl, domainName, text } from './arbitraries.js'

const place = {
  host: fc.oneof(
    { weight: 4, arbitrary: domainName },
    {
      weight: 3,
      arbitrary: fc.constantFrom('mail.%EMAILDOMAIN%', '%EMAILDOMAIN%', 'IMAP.%EMAILDOMAIN%.'),
    },
    { weight: 1, arbitrary: fc.constantFrom('%EMAILLOCALPART%.example.com', '192.0.2.1', '::1') },
  ),
  port: fc.oneof(fc.constantFrom(143, 993, 110, 995, 465, 587), fc.integer({ min: 1, max: 65535 })),
  security: fc.constantFrom(...SECURITIES),
  authentication: fc.oneof(
    fc.constant('password-cleartext' as const),
    fc.constantFrom(...AUTHENTICATIONS),
  ),
  username: fc.option(
    fc.oneof(
      fc.constant('%EMAILADDRESS%'),
      fc.constantFrom('%EMAILLOCALPART%', '%EMAILLOCALPART%.%EMAILDOMAIN%'),
    ),
    { nil: undefined, freq: 8 },
  ),
}

const incoming: fc.Arbitrary<IncomingTemplate> = fc.record({
  protocol: fc.constantFrom('imap', 'pop3'),
  ...place,
})
const outgoing: fc.Arbitrary<OutgoingTemplate> = fc.record({
  protocol: fc.constant('smtp'),
  ...place,
})

/** What a mail domain may offer, with everything that a provider file can say. */
export const mailService: fc.Arbitrary<MailService> = fc.record(
  {
    name: fc.oneof(text(200), fc.constantFrom('Mail of %EMAILDOMAIN%', '%EMAILDOMAIN%')),
    incoming: fc.array(incoming, { minLength: 1, maxLength: 6 }),
    outgoing: fc.array(outgoing, { minLength: 1, maxLength: 4 }),
    calendar: fc.record({ url: davUrl }),
    contacts: fc.record({ url: davUrl }),
    help: davUrl,
  },
  { requiredKeys: ['name', 'incoming', 'outgoing'] },
)
