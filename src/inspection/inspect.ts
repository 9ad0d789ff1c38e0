import { MailProfileError } from '../errors.js'
import type { Format, InspectionSection } from '../formats/format.js'
import { formats, getFormat } from '../formats/index.js'
import { anyText, textFor, withoutTextMark } from '../formats/text-content.js'
import {
  isSignedData,
  readSignedData,
  type SignatureReport,
  type SignedContent,
} from '../signing/read-cms.js'
import { createRoots } from '../certificates/roots.js'

/** What some bytes contain, how they are signed, and whether their reader would take them. */
export interface InspectionReport {
  /** The format's id. */
  readonly format: string
  readonly title: string
  /** False when its reader is known to refuse it. */
  readonly accepted: boolean
  /** Whether that is known: it is not for forms of a signature that devices have not been seen to take. */
  readonly certain: boolean
  /** Absent when there is no signature. */
  readonly signature?: SignatureReport
  /** Those of further signers. */
  readonly otherSignatures?: readonly SignatureReport[]
  readonly sections: readonly InspectionSection[]
  /** In sentences, what a reader would complain about and what an operator should know. */
  readonly warnings: readonly string[]
  /**
   * What a profile holds that is neither mail, nor a calendar, contacts or a certificate: types of payloads
   * and names of keys. Absent for a format that is no profile.
   */
  readonly beyondAccounts?: readonly string[]
}

/** How `inspectProfile` reads. */
export interface InspectOptions {
  /** The format's id; found out from the bytes when absent. */
  readonly as?: string | undefined
  /** The time at which certificates have to be valid; the present by default. */
  readonly now?: Date | undefined
  /** The roots that devices trust, PEM; by default those that Node ships (Mozilla's). */
  readonly roots?: readonly string[] | undefined
}

/**
 * Reads any format back.
 *
 * @throws MailProfileError `unknown_format` when nothing fits, `invalid_profile` or
 *   `invalid_signature` when it is too damaged to say more
 */
export async function inspectBytes(
  bytes: Uint8Array,
  { as, now = new Date(), roots }: InspectOptions = {},
): Promise<InspectionReport> {
  const options = { now, roots: roots && createRoots(roots) }
  const signed = isSignedData(bytes) ? readSignedData(bytes, options) : undefined
  const content = withoutTextMark(signed?.content ?? bytes)
  const format = as === undefined ? recognise(anyText(content)) : getFormat(as)
  const inspection = await format.inspect(textFor(format, content))
  const signatures = signed === undefined ? [] : [signed.signature, ...signed.others]
  return {
    format: format.id,
    title: format.title,
    accepted: signatures.length === 0 || signatures.some(({ valid }) => valid !== false),
    certain: signed === undefined || isUsual(signed),
    ...(signed === undefined ? {} : { signature: signed.signature }),
    ...(signatures.length > 1 ? { otherSignatures: signatures.slice(1) } : {}),
    sections: inspection.sections,
    warnings: [...signatureWarnings(format, signed), ...inspection.warnings],
    ...(inspection.beyondAccounts && { beyondAccounts: inspection.beyondAccounts }),
  }
}

/**
 * What an Apple configuration profile contains and how it is signed; see `inspectBytes`.
 *
 * @example
 * ```ts
 * import { createDevelopmentIdentity, exportFormat, inspectProfile, loadCatalogue } from 'mailprofile'
 *
 * const account = (await loadCatalogue()).account('ann@btinternet.com')
 * const signingIdentity = await createDevelopmentIdentity()
 * const { body } = await exportFormat('apple-profile', account, { signingIdentity })
 * const report = await inspectProfile(body)
 * console.log(report.accepted, report.signature?.valid) // true true
 * ```
 */
export function inspectProfile(
  bytes: Uint8Array,
  options: Omit<InspectOptions, 'as'> = {},
): Promise<InspectionReport> {
  return inspectBytes(bytes, { ...options, as: 'apple-profile' })
}

function recognise(text: string): Format {
  if (text.trim() === '') {
    throw new MailProfileError('unknown_format', 'There is nothing in it.', {
      hint: 'Look whether the download or the command that made it has failed.',
    })
  }
  const found = formats.find((format) => format.recognises(text))
  if (found === undefined) {
    throw new MailProfileError('unknown_format', 'This is none of the known formats.', {
      hint: `Name one with --as: ${formats.map((format) => format.id).join(', ')}.`,
    })
  }
  return found
}

function isUsual({ signature, others, notes }: SignedContent): boolean {
  return signature.valid === false || (signature.usual && others.length === 0 && notes.length === 0)
}

function signatureWarnings(format: Format, signed: SignedContent | undefined): string[] {
  if (signed === undefined) {
    return format.signed ? ['It is not signed: devices show “Not Signed”.'] : []
  }
  const { signature, others, notes } = signed
  const count = others.length + 1
  return [
    ...notes,
    ...(count === 1
      ? []
      : [`It has ${count} signers: the verifier that Apple has published wants one.`]),
    ...signature.warnings,
    ...others.flatMap(({ signer, warnings }) =>
      warnings.map((warning) => `Of the signer ${signer}: ${warning}`),
    ),
  ]
}
