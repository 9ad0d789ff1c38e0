import { parse } from 'plist'
import { readXml } from '../../encoding/read-xml.js'
import type { Inspection, InspectionSection } from '../format.js'
import { beyondAccounts } from './beyond-accounts.js'
import { refused } from './refused.js'
import { repeatedKeys } from './repeated-keys.js'

type Dictionary = Readonly<Record<string, unknown>>

const HIDDEN = '[in the profile]'
// MS-ASPROV: a server gives its devices a policy, and may send a remote wipe.
const EXCHANGE =
  'Whoever runs the server of an Exchange account can require a passcode of the device, and erase it.'
const COMMON_KEYS = new Set([
  'PayloadIdentifier',
  'PayloadUUID',
  'PayloadType',
  'PayloadVersion',
  'PayloadDisplayName',
  'PayloadOrganization',
])

/**
 * The payloads of a profile, by Apple's keys; passwords are not shown.
 *
 * @throws MailProfileError `invalid_profile` for what a device would refuse: text that is no
 *   property list, or one without the keys that every profile and payload needs
 */
export function inspectAppleProfile(document: string): Inspection {
  const { profile, repeated } = readProfile(document)
  const payloads = profile['PayloadContent']
  if (!Array.isArray(payloads) || payloads.length === 0) {
    throw refused('PayloadContent is missing: there is nothing to install.')
  }
  const sections: InspectionSection[] = [
    {
      title: 'Profile',
      rows: [
        ['Name', text(profile['PayloadDisplayName'])],
        ['Identifier', requireText(profile, 'PayloadIdentifier')],
        ['UUID', requireText(profile, 'PayloadUUID')],
      ],
    },
  ]
  const seen = new Set([profile['PayloadIdentifier'], profile['PayloadUUID']])
  const warnings = [
    ...repeated.map(
      (key) => `${key} stands twice in a dictionary: which of them a device takes is not known.`,
    ),
    ...versionWarnings(profile, 'the profile'),
  ]
  for (const payload of payloads as unknown[]) {
    if (!isDictionary(payload)) throw refused('A payload is not a dictionary.')
    sections.push(payloadSection(payload))
    warnings.push(...versionWarnings(payload, text(payload['PayloadType'])))
    for (const key of ['PayloadIdentifier', 'PayloadUUID']) {
      if (seen.has(payload[key])) warnings.push(`${key} ${text(payload[key])} is there twice.`)
      seen.add(payload[key])
    }
    if (payload['PayloadType'] === 'com.apple.eas.account') warnings.push(EXCHANGE)
    if (Object.keys(payload).some((key) => key.endsWith('Password') && isText(payload[key]))) {
      warnings.push('The profile holds a password: keep it as safe as the password itself.')
    }
  }
  return {
    sections,
    warnings,
    beyondAccounts: [
      ...beyondAccounts(profile),
      ...repeated.map((key) => `a second ${key} in a dictionary`),
    ],
  }
}

function readProfile(document: string): { profile: Dictionary; repeated: string[] } {
  let value: unknown
  let repeated: string[]
  try {
    // The parser at the end prints what it finds wrong; these only throw.
    repeated = repeatedKeys(readXml(document))
    value = parse(document)
  } catch (cause) {
    throw refused('It is not a property list.', cause)
  }
  if (!isDictionary(value)) throw refused('It is not a dictionary.')
  if (value['PayloadType'] !== 'Configuration') throw refused('PayloadType is not Configuration.')
  return { profile: value, repeated }
}

function payloadSection(payload: Dictionary): InspectionSection {
  const type = requireText(payload, 'PayloadType')
  return {
    title: text(payload['PayloadDisplayName']) || type,
    rows: [
      ['Type', type],
      ['Identifier', requireText(payload, 'PayloadIdentifier')],
      ['UUID', requireText(payload, 'PayloadUUID')],
      ...Object.entries(payload)
        .filter(([key]) => !COMMON_KEYS.has(key))
        .map(([key, value]) => [key, shown(key, value)] as const),
    ],
  }
}

// Without one a phone refuses it (profiledocs, pull request 8); another than 1 has been in use for years, by
// autodiscover-email-settings and on Macs (munki, issue 527).
function versionWarnings({ PayloadVersion: version }: Dictionary, of: string): string[] {
  if (typeof version !== 'number') throw refused(`PayloadVersion of ${of} is no number.`)
  return version === 1 ? [] : [`PayloadVersion of ${of} is ${version}: Apple documents 1 alone.`]
}

function shown(key: string, value: unknown): string {
  if (key.endsWith('Password') && typeof value === 'string') return HIDDEN
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'object' ? JSON.stringify(value) : text(value)
}

function requireText(dictionary: Dictionary, key: string): string {
  const value = dictionary[key]
  if (typeof value !== 'string' || value === '') throw refused(`${key} is missing.`)
  return value
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isDictionary(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
