import type { Inspection } from '../format.js'
import { accountSections, accountWarnings } from '../inspection-parts.js'
import { refusedBy, type ReadAccount, type ReadServer } from '../read-account.js'
import { parseFairemailProfile, type FairemailServer } from './reader.js'

/** @throws MailProfileError `invalid_profile` when FairEmail's import would fail */
export function inspectFairemailProfile(document: string): Inspection {
  const { protocol, accountName, address, name, incoming, outgoing, missing } =
    parseFairemailProfile(document)
  if (missing.length > 0) throw refusedBy('FairEmail', `${missing.join(', ')} is missing.`)
  const read = (server: FairemailServer): ReadServer => ({
    protocol: 'smtp',
    ...server,
    host: server.host ?? '',
  })
  const account: ReadAccount = {
    accountName: accountName ?? '',
    identities: [{ address: address ?? '', name: name ?? '' }],
    incoming: { ...read(incoming), protocol },
    outgoing: read(outgoing),
  }
  return { sections: accountSections(account), warnings: accountWarnings(account) }
}
