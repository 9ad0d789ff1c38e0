import { childOf, childrenOf, readXml, type XmlNode } from '../../encoding/read-xml.js'

/** What Thunderbird makes of a document that can be read. */
export interface ThunderbirdView {
  /** Why it would take nothing of the document. */
  readonly refusal?: string
  /** Servers that it does not take because of a word, though others may. */
  readonly passedOver: readonly PassedOver[]
}

/** A server, as the importer names it, and what is wrong with it. */
export interface PassedOver {
  readonly server: string
  readonly reason: string
}

// `InputSanitizer.hostname`: international names only as A-labels.
const HOST_OR_PLACEHOLDER = /^[a-z0-9.-]*(?:%[a-z0-9]+%[a-z0-9.-]*)*$/i

const SOCKET_TYPES = ['SSL', 'STARTTLS', 'plain']
const OF_BOTH = ['password-cleartext', 'plain', 'password-encrypted', 'secure']
const INCOMING = [...OF_BOTH, 'GSSAPI', 'NTLM', 'OAuth2']
const OUTGOING = [...INCOMING, 'none', 'client-IP-address', 'smtp-after-pop']

/**
 * Thunderbird 153 (`readFromXML.sys.mjs`) takes names and words only as the specification spells
 * them, where other readers are lenient: no prefixes, no other letter case, no space around. Its
 * version for Android is no more lenient.
 *
 * @param document well-formed, with an `emailProvider` in whatever namespace
 */
export function readAsThunderbird(document: string): ThunderbirdView {
  const root = readXml(document)
  const provider = root.name === 'clientConfig' ? childOf(root, 'emailProvider') : undefined
  if (provider === undefined) {
    return { refusal: 'It knows no prefixes of namespaces.', passedOver: [] }
  }
  const id = provider.attributes['id']?.trim() ?? ''
  if (id === '' || !HOST_OR_PLACEHOLDER.test(id)) {
    return { refusal: 'The id of its emailProvider is not a host name.', passedOver: [] }
  }
  const directions = [
    serversOf(provider, 'incoming', INCOMING),
    serversOf(provider, 'outgoing', OUTGOING),
  ]
  const passedOver = directions.flat().filter((server) => server !== undefined)
  // Where there are no servers at all, that is told elsewhere.
  const [first] = directions.find((servers) => !servers.includes(undefined)) ?? []
  if (first === undefined) return { passedOver }
  return { refusal: `The ${first.server} is of no use to it: ${first.reason}`, passedOver }
}

// For each server what is wrong with it, or nothing.
function serversOf(
  provider: XmlNode,
  direction: 'incoming' | 'outgoing',
  authentications: readonly string[],
): (PassedOver | undefined)[] {
  const vocabulary = [
    ['socketType', SOCKET_TYPES],
    ['authentication', authentications],
  ] as const
  return childrenOf(provider, `${direction}Server`).map((element, index) => {
    const wrong = vocabulary.find(
      ([name, words]) => !childrenOf(element, name).some(({ text }) => words.includes(text)),
    )
    if (wrong === undefined) return undefined
    const [name, words] = wrong
    const server = `${direction} server ${index + 1}`
    return { server, reason: `No ${name} is ${words.join(' or ')}, spelt so.` }
  })
}
