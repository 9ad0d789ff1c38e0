import { describe, expect, it } from 'vitest'
import { vectors } from '../support/vectors.js'
import {
  autoconfigUrls,
  fairemailAutoconfig,
  thunderbirdAutoconfig,
  type AutoconfigApp,
  type AutoconfigResult,
} from './autoconfig.js'

const APPS = new Map<string, AutoconfigApp>([
  ['thunderbird-android', 'thunderbird-android'],
  ['fairemail (Play Store build)', 'fairemail-play'],
])

describe('autoconfig, as Android apps ask for it and read it', () => {
  it.each(vectors('mozilla-autoconfig', 'autoconfig-urls'))('%s', (_, { input, expected }) => {
    const { app, email } = input as { app: string; email: string }
    const known = APPS.get(app)
    if (known === undefined) throw new Error(`There is no model of ${app}.`)
    expect(autoconfigUrls(known, email)).toEqual(expected['inPriorityOrder'])
  })

  it.each(vectors('mozilla-autoconfig', 'autoconfig-document'))('%s', (_, { input, expected }) => {
    const { email, xml } = input as { email: string; xml: string }
    expectWords(thunderbirdAutoconfig(xml, email), expected['thunderbird'])
    expectWords(fairemailAutoconfig(xml, email), expected['fairemail'])
  })
})

// The vectors say it in words: the class first, then perhaps the host and the user name or port.
function expectWords({ outcome, incoming }: AutoconfigResult, words: unknown): void {
  const said = String(words)
  expect(said).toMatch(
    { ok: /^ok\b/, broken: /^broken\b/, rejected: /^(?:whole document )?rejected\b/ }[outcome],
  )
  const [, host, user] = /^ok: (\S+) for (\S+)/.exec(said) ?? []
  if (host !== undefined) expect(incoming).toMatchObject({ host, username: user })
  const [, name, port] = /^ok: ([^\s:]+):(\d+)/.exec(said) ?? []
  if (name !== undefined) expect(incoming).toMatchObject({ host: name, port: Number(port) })
}
