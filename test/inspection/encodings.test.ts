import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat } from '../../src/formats/export.js'
import { inspectBytes } from '../../src/inspection/inspect.js'
import { annJson } from '../support/accounts.js'
import { refusal } from '../support/errors.js'

const account = parseAccount(
  annJson({ identity: { address: 'ann@example.com', name: 'Ann Exämple' } }),
)

async function made(id: string): Promise<string> {
  const { body } = await exportFormat(id, account, { unsigned: true })
  return Buffer.from(body).toString('utf8')
}

/** The text in ISO-8859-1, which UTF-8 is not. */
async function latin(id: string): Promise<Buffer> {
  return Buffer.from((await made(id)).replace(/(?<=<domain>)|(?<=<string>Sets)/, 'ä'), 'latin1')
}

describe('inspect of a file in another encoding', () => {
  it.each(['k9-settings', 'fairemail-profile'])(
    'reads %s as its app does, which replaces what is not UTF-8',
    async (id) => {
      const { accepted, sections } = await inspectBytes(Buffer.from(await made(id), 'latin1'))
      expect(accepted).toBe(true)
      expect(JSON.stringify(sections)).toContain('Ann Ex\uFFFDmple')
    },
  )

  it.each([
    ['apple-profile', 'A device would refuse this profile. It is not a property list.'],
    [
      'mozilla-autoconfig',
      'Thunderbird would refuse it. Its text is not of the encoding that it names.',
    ],
    ['settings-sheet', 'The file is not UTF-8.'],
  ])('refuses %s, as its reader does', async (id, message) => {
    const error = await refusal(async () => inspectBytes(await latin(id)))
    expect(error).toMatchObject({ code: 'invalid_profile', message })
  })

  it.each(['mozilla-autoconfig', 'outlook-autodiscover'])(
    'reads %s in UTF-16, when it is told what it is',
    async (as) => {
      const text = await made(as)
      const { sections } = await inspectBytes(Buffer.from(text, 'utf16le'), { as })
      expect(sections).toEqual((await inspectBytes(Buffer.from(text))).sections)
    },
  )
})
