import type { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { RootCertificate } from '../account/account.js'
import { isPlainText } from '../account/plain-text.js'
import { day, notAfterOf, notBeforeOf } from '../certificates/dates.js'
import { certificateFields } from '../certificates/fields.js'
import { holderName } from '../certificates/holder-name.js'
import { isSelfSigned, publicKeyOf } from '../certificates/issuer.js'
import { pemCertificates } from '../encoding/pem.js'
import { MailProfileError } from '../errors.js'

/** More than a rotation ever needs; a bundle of everybody's roots has some hundred. */
const MAX_ROOTS = 8

/**
 * The roots that devices are to trust. Whatever is in the file would be trusted for everything, so it
 * has to be roots and nothing else: valid now, certification authorities, signed by themselves.
 *
 * @param path PEM with one certificate or, for a rotation, several; or DER with one
 * @param provider the file that names it
 * @throws MailProfileError `invalid_configuration`
 */
export async function loadRootCertificates(
  path: string,
  provider: string,
  now: Date,
): Promise<RootCertificate> {
  // Most catalogues need no cryptography, which takes Node some milliseconds to load.
  const { X509Certificate } = await import('node:crypto')
  const refuse = (why: string, cause?: unknown) =>
    new MailProfileError(
      'invalid_configuration',
      `The root certificate ${path}, which ${provider} names, cannot be used: ${why}.`,
      {
        hint: 'It has to be the root of your own authority, PEM or DER; for a rotation, the old and the new one.',
        field: 'rootCertificate',
        cause,
      },
    )
  let certificates: X509Certificate[]
  try {
    const bytes = await readFile(path)
    const { blocks, isCut } = pemCertificates(bytes.toString('latin1'))
    if (isCut) throw new Error('A certificate has no end.')
    certificates = (blocks.length === 0 ? [bytes] : blocks).map((one) => new X509Certificate(one))
  } catch (cause) {
    throw refuse('it cannot be read', cause)
  }
  const distinct = [...new Map(certificates.map((one) => [one.fingerprint256, one])).values()]
  if (distinct.length > MAX_ROOTS) {
    throw refuse(`it holds ${distinct.length} certificates, and ${MAX_ROOTS} are the most`)
  }
  const [first, ...further] = distinct.map((certificate, i): RootCertificate => {
    const held = holderName(certificateFields(certificate.raw).subject)
    const name = held !== undefined && isPlainText(held) ? held : undefined
    const problem = problemOf(certificate, now)
    if (problem !== undefined) {
      const which = distinct.length === 1 ? 'its certificate' : `its certificate ${i + 1}`
      throw refuse(`${which}${name === undefined ? '' : `, “${name}”,`} ${problem}`)
    }
    return { name: name ?? basename(path), der: certificate.raw }
  })
  if (first === undefined) throw refuse('it holds no certificate')
  return further.length === 0 ? first : { ...first, further }
}

function problemOf(certificate: X509Certificate, now: Date): string | undefined {
  if (publicKeyOf(certificate) === undefined) return 'has a key of a kind that is not known here'
  if (!isSelfSigned(certificate)) return 'is no root: another authority has issued it'
  if (!certificate.ca) return 'is no certification authority (basicConstraints)'
  const [from, to] = [notBeforeOf(certificate), notAfterOf(certificate)]
  if (now > to) return `expired on ${day(to)}`
  if (now < from) return `is not valid before ${day(from)}`
  return undefined
}
