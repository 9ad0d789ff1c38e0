import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { readXml, type XmlNode } from '../../src/encoding/read-xml.js'
import { exportFormat } from '../../src/formats/export.js'
import { k9Settings } from '../../src/formats/k9-settings/k9-settings.js'
import { parseK9Settings, type K9Import } from '../../src/formats/k9-settings/reader.js'
import { annJson } from '../support/accounts.js'
import { refusal, refusalCode } from '../support/errors.js'
import { toAccountJson, vectors, type VectorAccount } from '../support/vectors.js'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function render(json: Parameters<typeof parseAccount>[0]): string {
  return k9Settings.render(parseAccount(json), {})
}

describe('the settings file of Thunderbird and K-9', () => {
  it.each(vectors('k9-settings', 'k9s-encode'))('%s', (_, { input, expected }) => {
    const { account } = input as { account: VectorAccount }
    const document = render(toAccountJson(account))
    const root = readXml(document)
    for (const [path, value] of Object.entries(expected['xpathFacts'] as object)) {
      const found = xpath(root, path)
      if (typeof value === 'string' && value.startsWith('<')) expect(found).toMatch(UUID)
      else expect([path, found]).toEqual([path, value])
    }
    expect(root.attributes['version']).toBe('99')
    expect(document.indexOf('<incoming-server')).toBeLessThan(document.indexOf('<outgoing-server'))
    expect(parseK9Settings(document)).toMatchObject({ accounts: [{}], failed: [] })
  })

  it.each([
    ['ntlm', 'unsupported_account'],
    ['gssapi', 'unsupported_account'],
  ])('refuses %s with the field', async (authentication, code) => {
    const account = parseAccount(annJson({ outgoing: { authentication } }))
    const error = await refusal(() => exportFormat('k9-settings', account))
    expect(error).toMatchObject({ code, field: 'outgoing.authentication' })
  })

  it('knows an account by its mailbox, in any letter case, whoever makes the file', () => {
    const uuidOf = (address: string) =>
      parseK9Settings(render(annJson({ identity: { address } }))).accounts[0]?.uuid
    expect(uuidOf('Ann@Example.com')).toBe(uuidOf('ann@example.com'))
    expect(uuidOf('bob@example.com')).not.toBe(uuidOf('ann@example.com'))
    // What uuid.uuid5 of Python gives.
    expect(uuidOf('ann@example.com')).toBe('0b7d55fc-583b-5ddb-8618-2448b3ddfed4')
  })

  it('leaves the settings of the app alone', () => {
    expect(render(annJson())).not.toContain('global')
  })
})

describe('its reader', () => {
  it.each(vectors('k9-settings', 'k9s-import'))('%s', async (_, { input, expected }) => {
    const read = () => parseK9Settings(input as string)
    if (expected['readable'] !== true) {
      expect(await refusalCode(read)).toBe('invalid_profile')
      return
    }
    expect(summary(read())).toMatchObject(withoutReadable(expected))
  })

  const [[, good] = []] = vectors('k9-settings', 'k9s-import').filter(([name]) =>
    name.includes('good-no-passwords'),
  )
  const document = String(good?.input)

  const withoutSecurity = document
    .replace('version="99"', 'version="91"')
    .replaceAll(/<connection-security>\w+<\/connection-security>/g, '')
  it.each([
    ['missing security before version 92', withoutSecurity, 1, 0],
    ['a line break in a user name', document.replaceAll('<username>', '<username>&#10;'), 0, 1],
  ])('%s', (_name, changed, imported, failed) => {
    expect(changed).not.toBe(document)
    const result = parseK9Settings(changed)
    expect([result.accounts.length, result.failed.length]).toEqual([imported, failed])
  })

  // `ServerSettingsUpgraderTo92.kt`, `…To94.kt` and `…To95.kt`.
  it.each([
    [24, 'SSL_TLS_OPTIONAL', 'PLAIN', 'tls', 'password-cleartext'],
    [91, 'STARTTLS_OPTIONAL', 'PLAIN', 'starttls', 'password-cleartext'],
    [91, 'SSL_TLS_REQUIRED', 'AUTOMATIC', 'tls', 'password-cleartext'],
    [93, 'STARTTLS_REQUIRED', 'AUTOMATIC', 'starttls', 'password-cleartext'],
    [93, 'NONE', 'AUTOMATIC', 'none', 'password-encrypted'],
    [93, 'NONE', 'LOGIN', 'none', 'password-cleartext'],
    [94, 'SSL_TLS_REQUIRED', 'LOGIN', undefined, undefined],
    [94, 'SSL_TLS_REQUIRED', 'AUTOMATIC', undefined, undefined],
    [92, 'SSL_TLS_OPTIONAL', 'PLAIN', undefined, undefined],
    [91, 'SSL', 'PLAIN', undefined, undefined],
  ])('of version %d brings %s and %s up to date', (version, security, word, ...expected) => {
    const { accounts } = parseK9Settings(
      document
        .replace('version="99"', `version="${version}"`)
        .replaceAll(/(<connection-security>)\w+/g, `$1${security}`)
        .replaceAll(/(<authentication-type>)\w+/g, `$1${word}`),
    )
    expect([accounts[0]?.incoming.security, accounts[0]?.incoming.authentication]).toEqual(expected)
  })

  it('of a version before 95 takes a server without user name for an open one', () => {
    const without = (version: number) =>
      parseK9Settings(
        document
          .replace('version="99"', `version="${version}"`)
          .replaceAll(/<username>.*?<\/username>/g, ''),
      ).accounts[0]?.outgoing.authentication
    expect([without(94), without(95)]).toEqual(['none', 'password-cleartext'])
  })

  it.each([
    [
      'an account that is there twice counts once',
      (xml: string) => xml.replace(/<account .*<\/account>/s, '$&$&'),
      1,
      0,
    ],
    ['spaces around a word', (xml: string) => xml.replace('>PLAIN<', '> PLAIN <'), 0, 1],
    ['a type in lower case', (xml: string) => xml.replace('"IMAP"', '"imap"'), 0, 1],
    ['no identity', (xml: string) => xml.replace(/<identity>.*<\/identity>/s, ''), 0, 1],
    [
      'an address that is none',
      (xml: string) => xml.replace(/<email>.*<\/email>/s, '<email>ann</email>'),
      0,
      1,
    ],
    [
      'elements that it does not know',
      (xml: string) => xml.replace('<name>', '<folders><x/></folders><name>'),
      1,
      0,
    ],
  ])('%s', (_, change, imported, failed) => {
    const result = parseK9Settings(change(document))
    expect([result.accounts.length, result.failed.length]).toEqual([imported, failed])
  })

  it.each([
    ['another root', (xml: string) => xml.replaceAll('k9settings', 'settings')],
    ['a missing version', (xml: string) => xml.replace('version="99"', '')],
    ['a missing format', (xml: string) => xml.replace('format="1"', '')],
    ['text after the end', (xml: string) => `${xml}x`],
  ])('refuses %s', async (_, change) => {
    expect(await refusalCode(() => parseK9Settings(change(document)))).toBe('invalid_profile')
  })

  it('takes a bad port as the app does, and the inspection warns', async () => {
    const changed = document.replace('<port>993</port>', '<port> 993</port>')
    expect(parseK9Settings(changed).accounts[0]?.incoming.port).toBe(-1)
    const { warnings } = await k9Settings.inspect(changed)
    expect(warnings.join()).toContain('port')
  })
})

function summary({ accounts, failed }: K9Import) {
  const [account] = accounts
  return {
    imported: accounts.length,
    errors: failed.length,
    incomingPasswordNeeded: account?.incomingPasswordNeeded,
    outgoingPasswordNeeded: account?.outgoingPasswordNeeded,
  }
}

function withoutReadable(expected: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(expected).filter(([key]) => key !== 'readable' && key !== 'why'),
  )
}

/** The XPath that the vectors use: paths of children, an attribute at the end, and count(). */
function xpath(root: XmlNode, path: string): string | number | undefined {
  const counted = /^count\((.*)\)$/.exec(path)?.[1]
  const steps = (counted ?? path).split('/').slice(1)
  const attribute = steps.at(-1)?.startsWith('@') ? steps.pop()?.slice(1) : undefined
  const [first, ...rest] = steps
  let nodes = root.name === first ? [root] : []
  for (const step of rest) {
    nodes = nodes.flatMap(({ elements }) => elements.filter(({ name }) => name === step))
  }
  if (counted !== undefined) return nodes.length
  return attribute === undefined ? nodes[0]?.text : nodes[0]?.attributes[attribute]
}
