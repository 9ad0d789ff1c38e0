import type { Inspection } from '../format.js'
import { accountSections, accountWarnings } from '../inspection-parts.js'
import { refusedBy } from '../read-account.js'
import { parseK9Settings } from './reader.js'

/** @throws MailProfileError `invalid_profile` when the app would import nothing from the file */
export function inspectK9Settings(document: string): Inspection {
  const { accounts, failed } = parseK9Settings(document)
  const [first] = failed
  if (accounts.length === 0) {
    throw refusedBy('Thunderbird for Android', first?.why ?? 'It holds no account.')
  }
  const warnings = [
    ...failed.map(({ why }) => `The app would leave an account out. ${why}`),
    ...accounts.flatMap(accountWarnings),
    ...(accounts.some(({ incoming, outgoing }) => incoming.port < 0 || outgoing.port < 0)
      ? ['A port is missing or wrong: the account could not connect.']
      : []),
  ]
  return {
    sections: accounts.flatMap((account) => [
      { title: account.accountName, rows: [['UUID', account.uuid]] as const },
      ...accountSections(account),
    ]),
    warnings: [...new Set(warnings)],
  }
}
