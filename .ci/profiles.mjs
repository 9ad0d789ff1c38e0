// Writes every signed profile that there is for each provider and protocol of the catalogue into a folder, and
// the root of the identity that signed them: what `judge` then looks at.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { exportFormat, formats, loadCatalogue } from '../dist/index.js'
import { protocolsOf, providerAccount } from '../dist/providers/provider-account.js'
import { loadDevelopmentIdentity } from '../dist/signing/development.js'

const [folder = '.'] = process.argv.slice(2)
const signingIdentity = await loadDevelopmentIdentity(folder)
const { entries } = await loadCatalogue()
for (const entry of entries) {
  const { provider } = entry
  // Those that know their customers by the mail exchanger have no domain of their own.
  const [domain = 'customer.example'] = provider.domains
  for (const protocol of protocolsOf(provider)) {
    const account = providerAccount(entry, `ann@${domain}`, { name: 'Ann Example', protocol })
    for (const format of formats.filter(({ platform }) => platform === 'apple')) {
      if (!format.support(account).supported) continue
      const { body } = await exportFormat(format, account, {
        signingIdentity,
        organization: 'Example Mail',
      })
      await writeFile(join(folder, `${provider.id}-${protocol}.${format.id}.mobileconfig`), body)
    }
  }
}
