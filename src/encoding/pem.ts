const CERTIFICATE = '(?:TRUSTED |X509 )?CERTIFICATE'

/** The certificates in a PEM text, each with its lines of begin and end. */
export interface PemCertificates {
  readonly blocks: readonly string[]
  /** Whether one has begun and does not end, as in a file that somebody is still writing. */
  readonly isCut: boolean
}

export function pemCertificates(text: string): PemCertificates {
  const blocks =
    text.match(new RegExp(`-----BEGIN ${CERTIFICATE}-----[^-]*-----END [^-]*-----`, 'g')) ?? []
  const begun = text.match(new RegExp(`-----BEGIN ${CERTIFICATE}-----`, 'g'))?.length ?? 0
  return { blocks, isCut: begun > blocks.length }
}

/** A private key in a PEM text. */
export interface PemKey {
  /** "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY" */
  readonly label: string
  /** With its lines of begin and end. */
  readonly text: string
  /** What its base64 says; nothing sensible where headers come first, as in the traditional form. */
  readonly der: Buffer
}

export function pemKeys(text: string): PemKey[] {
  const found = text.matchAll(
    /-----BEGIN ((?:[A-Z0-9]+ )?PRIVATE KEY)-----([^]*?)-----END \1-----/g,
  )
  return [...found].map(([whole, label = '', body = '']) => ({
    label,
    text: `${whole}\n`,
    der: Buffer.from(body, 'base64'),
  }))
}
