import {
  exportFormat,
  formats,
  loadCatalogue,
  loadSigningIdentity,
  parseAccount,
} from 'mailprofile'
import { encodeAccounts } from 'thunderbird-account-qr-code'
import { bareSign, BARE_SIGN } from '../support/bare-sign.js'
import { chainIn } from '../support/chain-in.js'
import { ACCOUNT } from '../support/example-account.js'
import { inFolder } from '../support/in-folder.js'
import { rateOf, type Work } from '../support/rate.js'
import { inTurn, row, type Row, type Subject } from '../support/subject.js'

const AT_ONCE = 16
const PASSWORD = 'a password of ordinary length'
const WITH_PASSWORD = {
  ...ACCOUNT,
  incoming: { ...ACCOUNT.incoming, password: PASSWORD },
  outgoing: { ...ACCOUNT.outgoing, password: PASSWORD },
}
/** Whose accounts are not what most are. */
const ADDRESSES: Readonly<Record<string, string>> = {
  'apple-exchange': 'ann@outlook.com',
  'apple-google': 'ann@gmail.com',
  'davx5-link': 'ann@fastmail.com',
}

interface Peer {
  readonly title: string
  readonly work: Work
}

/** Every format, from an account to its bytes. */
export const exporting: Subject = {
  name: 'export',
  about: 'every format, from an account to its bytes',
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      const { fullChain, key } = chainIn(folder, 'RSA-2048')
      const signingIdentity = await loadSigningIdentity({ certificate: fullChain, key })
      const catalogue = await loadCatalogue()
      const how = { width: AT_ONCE, milliseconds: isQuick ? 50 : 150 }
      const rows: Row[] = []
      for (const { id, signed } of formats) {
        const address = ADDRESSES[id]
        const account =
          address === undefined
            ? parseAccount(id === 'deltachat-link' ? WITH_PASSWORD : ACCOUNT)
            : catalogue.account(address)
        const context = { signingIdentity, publicUrl: 'https://setup.example.com' }
        const { body } = await exportFormat(id, account, context)
        const peer: Peer | undefined =
          id === 'thunderbird-qr'
            ? { title: 'package thunderbird-account-qr-code', work: thunderbirdPackage }
            : signed
              ? { title: BARE_SIGN, work: bareSign(body, key) }
              : undefined
        const ours = () => exportFormat(id, account, context)
        await rateOf(ours, how)
        const rates = await inTurn(isQuick ? 5 : 11, {
          ours: () => rateOf(ours, how),
          peer: () => (peer === undefined ? NaN : rateOf(peer.work, how)),
        })
        const beside = peer && { peer: { title: peer.title, values: rates.peer } }
        rows.push(row([id, id], 'a second', rates.ours, beside))
      }
      return rows
    }),
}

const thunderbirdPackage: Work = () => {
  const { identity, incoming, outgoing } = ACCOUNT
  const text = encodeAccounts([
    {
      incomingProtocol: 0,
      incomingHostname: incoming.host,
      incomingPort: incoming.port,
      incomingConnectionSecurity: 3,
      incomingAuthenticationType: 1,
      incomingUsername: incoming.username,
      incomingAccountName: ACCOUNT.accountName,
      outgoingHostname: outgoing.host,
      outgoingPort: outgoing.port,
      outgoingConnectionSecurity: 3,
      outgoingAuthenticationType: 1,
      outgoingUsername: outgoing.username,
      identityEmailAddress: identity.address,
      identityDisplayName: identity.name,
    },
  ])
  return Promise.resolve(text)
}
