import { parse } from 'plist'
import type { Account } from '../../src/account/account.js'
import { appleProfile } from '../../src/formats/apple-profile/apple-profile.js'

export type Dictionary = Readonly<Record<string, unknown>>

/** A profile as `plist` reads it, which wrote none of it. */
export interface ReadProfile {
  /** The profile's own keys. */
  readonly outer: Dictionary
  readonly payloads: readonly Dictionary[]
}

export function readProfile(xml: string): ReadProfile {
  const { PayloadContent: payloads, ...outer } = parse(xml) as Dictionary
  return { outer, payloads: payloads as Dictionary[] }
}

/** An account's profile, read back. */
export function profileOf(account: Account): ReadProfile {
  return readProfile(appleProfile.render(account, {}))
}

/** The one payload of a type, if it is there. */
export function payload(profile: ReadProfile, type: string): Dictionary | undefined {
  const found = profile.payloads.filter((candidate) => candidate['PayloadType'] === type)
  if (found.length > 1) throw new Error(`There are ${found.length} payloads of ${type}.`)
  return found[0]
}

/** A payload's own keys, without those that every payload has. */
export function ownKeys(dictionary: Dictionary): Dictionary {
  return Object.fromEntries(
    Object.entries(dictionary).filter(
      ([key]) => !key.startsWith('Payload') || key === 'PayloadContent',
    ),
  )
}

/** What Apple's defaults would take from a person, and every mail payload gives. */
export const LEFT_TO_THE_PERSON = Object.fromEntries(
  [
    'SMIMESigningUserOverrideable',
    'SMIMESigningCertificateUUIDUserOverrideable',
    'SMIMEEncryptByDefaultUserOverrideable',
    'SMIMEEncryptionCertificateUUIDUserOverrideable',
    'SMIMEEnableEncryptionPerMessageSwitch',
    'allowMailDrop',
  ].map((key) => [key, true]),
)
