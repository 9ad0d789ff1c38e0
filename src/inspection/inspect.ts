import { MailProfileError } from '../errors.js'
import type { Format, InspectionSection } from '../formats/format.js'
import { formats, getFormat } from '../formats/index.js'
import { isSignedData, readSignedData, type SignatureReport } from '../signing/read-cms.js'

/** What some bytes contain, how they are signed, and whether their reader would take them. */
export interface InspectionReport {
  /** The format's id. */
  readonly format: string
  readonly title: string
  readonly accepted: boolean
  /** Absent when there is no signature. */
  readonly signature?: SignatureReport
  readonly sections: readonly InspectionSection[]
  /** In sentences, what a reader would complain about and what an operator should know. */
  readonly warnings: readonly string[]
}

export interface InspectOptions {
  /** The format's id; found out from the bytes when absent. */
  readonly as?: string | undefined
  /** The time at which certificates have to be valid; the present by default. */
  readonly now?: Date | undefined
}

/**
 * Reads any format back.
 *
 * @throws MailProfileError `unknown_format` when nothing fits, `invalid_profile` or
 *   `invalid_signature` when it is too damaged to say more
 */
export async function inspectBytes(
  bytes: Uint8Array,
  { as, now = new Date() }: InspectOptions = {},
): Promise<InspectionReport> {
  const signed = isSignedData(bytes) ? readSignedData(bytes) : undefined
  const content = signed?.content ?? bytes
  const format = as === undefined ? recognise(content) : getFormat(as)
  const inspection = await format.inspect(content)
  const signature = signed?.signature
  return {
    format: format.id,
    title: format.title,
    accepted: signature?.valid ?? true,
    ...(signature === undefined ? {} : { signature }),
    sections: inspection.sections,
    warnings: [...signatureWarnings(format, signature, now), ...inspection.warnings],
  }
}

/** What an Apple configuration profile contains and how it is signed; see `inspectBytes`. */
export function inspectProfile(
  bytes: Uint8Array,
  options: Omit<InspectOptions, 'as'> = {},
): Promise<InspectionReport> {
  return inspectBytes(bytes, { ...options, as: 'apple-profile' })
}

function recognise(content: Uint8Array): Format {
  const found = formats.find((format) => format.recognises(content))
  if (found === undefined) {
    throw new MailProfileError('unknown_format', 'This is none of the known formats.', {
      hint: `Name one: ${formats.map((format) => format.id).join(', ')}.`,
    })
  }
  return found
}

function signatureWarnings(
  format: Format,
  signature: SignatureReport | undefined,
  now: Date,
): string[] {
  if (signature === undefined) {
    return format.signed ? ['It is not signed: devices show “Not Signed”.'] : []
  }
  if (!signature.valid) return ['The signature does not match the content: devices refuse it.']
  const warnings: string[] = []
  if (now > signature.notAfter)
    warnings.push('The certificate has expired: devices show “Not Verified”.')
  if (now < signature.notBefore) warnings.push('The certificate is not valid yet.')
  if (signature.chain === 'incomplete') {
    warnings.push("The issuer's certificate is missing: devices show “Not Verified”.")
  } else if (signature.chain !== 'trusted') {
    warnings.push('The certificate leads to no public root: devices show “Not Verified”.')
  }
  return warnings
}
