import { derChildren, octetsOf, oidOf, readDer, type DerElement } from '../encoding/read-der.js'

const CONTEXT_0 = 0xa0
const CONTEXT_3 = 0xa3
const BOOLEAN = 0x01

/** What a certificate says, as its own bytes say it: DER elements, whole. */
export interface CertificateFields {
  readonly serialNumber: Buffer
  readonly issuer: Buffer
  readonly subject: Buffer
  /** The content of each extension by its dotted identifier. */
  readonly extensions: ReadonlyMap<string, Buffer>
}

/**
 * Takes a certificate apart (RFC 5280 section 4.1).
 *
 * @throws DerError for bytes that are none
 */
export function certificateFields(der: Buffer): CertificateFields {
  const [tbs] = derChildren(readDer(der))
  const all = derChildren(tbs)
  const [serial, , issuer, , subject, , ...rest] = all[0]?.tag === CONTEXT_0 ? all.slice(1) : all
  const list = rest.find(({ tag }) => tag === CONTEXT_3)
  return {
    serialNumber: whole(serial),
    issuer: whole(issuer),
    subject: whole(subject),
    extensions: new Map(
      list === undefined
        ? []
        : derChildren(derChildren(list)[0]).map((extension) => {
            const [id, flag, value] = derChildren(extension)
            return [oidOf(id), octetsOf(flag?.tag === BOOLEAN ? value : flag)]
          }),
    ),
  }
}

function whole(element: DerElement | undefined): Buffer {
  return element?.bytes ?? Buffer.alloc(0)
}
