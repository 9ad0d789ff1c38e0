import type { Inspection } from '../format.js'
import { accountSections, accountWarnings } from '../inspection-parts.js'
import { parseThunderbirdQr } from './reader.js'

/** @throws MailProfileError `invalid_profile` when Thunderbird for Android would refuse the code */
export function inspectThunderbirdQr(text: string): Inspection {
  const { sequence, accounts } = parseThunderbirdQr(text)
  const [number, total] = sequence
  const warnings = accounts.flatMap(accountWarnings)
  if (total > 1) warnings.push(`It is code ${number} of ${total}: all of them have to be scanned.`)
  return { sections: accounts.flatMap(accountSections), warnings: [...new Set(warnings)] }
}
