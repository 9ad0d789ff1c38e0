import { Document, isScalar, isSeq, Scalar, visit } from 'yaml'
import type { IncomingTemplate, OutgoingTemplate } from '../account/mail-service.js'
import type { Provider } from '../providers/provider.js'
import { isUsualPort } from '../account/usual-port.js'

type Template = IncomingTemplate | OutgoingTemplate

const LINE_WIDTH = 100
// With its key, a longer text does not fit into a line.
const FOLD_BEYOND = 80

/**
 * A provider as its file has it: `parseProvider` reads the same one back.
 *
 * @param comment what stands above it, lines without `#`
 */
export function providerYaml(provider: Provider, comment: string): string {
  const { id, name, domains, mx, incoming, outgoing, calendar, contacts } = provider
  const { notes, help, sources, autoconfig, appPassword, signIn, oauth } = provider
  const document = new Document(
    {
      id,
      name,
      ...(domains.length === 0 ? {} : { domains }),
      ...(mx.length === 0 ? {} : { mx }),
      ...(incoming.length === 0 ? {} : { incoming: serversOf(incoming) }),
      ...(outgoing.length === 0 ? {} : { outgoing: serversOf(outgoing) }),
      ...(calendar === undefined ? {} : { calendar }),
      ...(contacts === undefined ? {} : { contacts }),
      ...(appPassword === undefined ? {} : { appPassword }),
      ...(signIn === undefined ? {} : { signIn }),
      ...(oauth === undefined ? {} : { oauth }),
      ...(notes.length === 0 ? {} : { notes }),
      ...(help === undefined ? {} : { help }),
      ...(sources.length === 0 ? {} : { sources }),
      ...(autoconfig ? { autoconfig } : {}),
    },
    { aliasDuplicateObjects: false },
  )
  document.commentBefore = comment.replace(/^/gm, ' ')
  visit(document, {
    Pair: (_, { key, value }) => {
      const name = isScalar(key) ? key.value : undefined
      if (isSeq(value) && value.items.every(isScalar)) value.flow = true
      if (name === 'text' && isScalar(value) && String(value.value).length > FOLD_BEYOND) {
        value.type = Scalar.BLOCK_FOLDED
      }
    },
  })
  return document.toString({
    lineWidth: LINE_WIDTH,
    singleQuote: true,
    flowCollectionPadding: false,
  })
}

// Templates that differ in authentication only are one server of the file.
function serversOf(templates: readonly Template[]): unknown[] {
  const servers: { place: string; template: Template; authentications: string[] }[] = []
  for (const template of templates) {
    const { authentication } = template
    const place = placeOf(template)
    const last = servers.at(-1)
    if (last?.place === place) last.authentications.push(authentication)
    else servers.push({ place, template, authentications: [authentication] })
  }
  return servers.map(({ template, authentications }) => {
    const { protocol, host, port, security, username } = template
    const [authentication, ...others] = authentications
    return {
      protocol,
      host,
      port,
      security,
      ...(isUsualPort(protocol, port, security) ? {} : { unusualPort: true }),
      authentication: others.length === 0 ? authentication : authentications,
      ...(username === undefined ? {} : { username }),
    }
  })
}

function placeOf({ protocol, host, port, security, username }: Template): string {
  return JSON.stringify([protocol, host, port, security, username])
}
