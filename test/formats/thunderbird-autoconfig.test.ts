import { describe, expect, it } from 'vitest'
import { inspectAutoconfig } from '../../src/formats/mozilla-autoconfig/inspection.js'
import { SIMPLE } from '../support/client-configs.js'
import { refusal } from '../support/errors.js'
import { REFUSED, TAKEN } from '../support/thunderbird-documents.js'

// What Thunderbird 153 itself says of these documents: test/clients/thunderbird.test.ts.

describe('an autoconfig document that Thunderbird refuses for', () => {
  it.each(REFUSED)('%s', async (_what, document, why) => {
    const { code, message } = await refusal(() => inspectAutoconfig(document))
    expect(code).toBe('invalid_profile')
    expect(message).toMatch(/^Thunderbird would refuse it\. /)
    expect(message).toMatch(why)
  })
})

describe('an autoconfig document that Thunderbird takes', () => {
  it.each(TAKEN)('%s', (_what, document) => {
    expect(inspectAutoconfig(document).warnings).toEqual([])
  })

  it('but for one server is told to have that', () => {
    const [server = ''] = /<incomingServer[^]*?<\/incomingServer>/.exec(SIMPLE) ?? []
    const document = SIMPLE.replace(server, server + server.replace('SSL', 'ssl'))
    expect(inspectAutoconfig(document).warnings).toEqual([
      'Thunderbird does not take the incoming server 2. No socketType is SSL or STARTTLS or plain, spelt so.',
    ])
  })
})
