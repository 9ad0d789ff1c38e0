// Writes a signed profile for every provider and protocol of the catalogue into a folder, and the root of
// the identity that signed them: what `judge` then looks at.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { exportFormat, loadCatalogue } from '../dist/index.js'
import { protocolsOf, providerAccount } from '../dist/providers/provider-account.js'
import { loadDevelopmentIdentity } from '../dist/signing/development.js'

const [folder = '.'] = process.argv.slice(2)
const signingIdentity = await loadDevelopmentIdentity(folder)
const { entries } = await loadCatalogue()
for (const entry of entries) {
  const { provider } = entry
  if (provider.oauth !== undefined) continue
  // Those that know their customers by the mail exchanger have no domain of their own.
  const [domain = 'customer.example'] = provider.domains
  for (const protocol of protocolsOf(provider)) {
    const account = providerAccount(entry, `ann@${domain}`, { name: 'Ann Example', protocol })
    const { body } = await exportFormat('apple-profile', account, {
      signingIdentity,
      organization: 'Example Mail',
    })
    await writeFile(join(folder, `${provider.id}-${protocol}.mobileconfig`), body)
  }
}
