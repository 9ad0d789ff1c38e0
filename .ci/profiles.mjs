// Writes every signed profile that there is for each provider and protocol of the catalogue into a folder, some of
// calendars and contacts alone, and the root of the identity that signed them: what `judge` then looks at.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { exportFormat, formats, loadCatalogue, parseAccount } from '../src/index.js'
import { protocolsOf, providerAccount } from '../src/providers/provider-account.js'
import { loadDevelopmentIdentity } from '../src/signing/development.js'

const [folder = '.'] = process.argv.slice(2)
const signingIdentity = await loadDevelopmentIdentity(folder)
const ofApple = formats.filter(({ platform }) => platform === 'apple')
const write = async (name, account) => {
  for (const format of ofApple.filter((one) => one.support(account).supported)) {
    const { body } = await exportFormat(format, account, {
      signingIdentity,
      organization: 'Example Mail',
    })
    await writeFile(join(folder, `${name}.${format.id}.mobileconfig`), body)
  }
}

const calendar = { url: 'https://cloud.example.com/remote.php/dav/', username: 'ann' }
const contacts = { url: 'https://dav.example.com:8443/' }
for (const [name, collections] of Object.entries({
  'calendars-alone': { calendar },
  'contacts-alone': { contacts },
  'calendars-and-contacts': { calendar, contacts },
})) {
  const identity = { address: 'ann@example.com', name: 'Ann Example' }
  await write(name, parseAccount({ identity, ...collections }))
}

const { entries } = await loadCatalogue()
for (const entry of entries) {
  const { provider } = entry
  // Those that know their customers by the mail exchanger have no domain of their own.
  const [domain = 'customer.example'] = provider.domains
  for (const protocol of protocolsOf(provider)) {
    const account = providerAccount(entry, `ann@${domain}`, { name: 'Ann Example', protocol })
    await write(`${provider.id}-${protocol}`, account)
  }
}
