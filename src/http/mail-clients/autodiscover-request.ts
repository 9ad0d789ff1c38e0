import { parseAddress, type Address } from '../../account/address.js'
import { readXml, type XmlNode } from '../../encoding/read-xml.js'

/** Whom a request is about. */
export interface AutodiscoverRequest {
  readonly address: Address
}

/** What is wrong with a request. */
export interface RefusedRequest {
  /** 500 no such address, 600 invalid request, 601 no provider for the schema. */
  readonly errorCode: 500 | 600 | 601
  /** Whether an ActiveSync client asked. */
  readonly mobilesync: boolean
}

const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'
const MOBILESYNC = '/autodiscover/mobilesync/responseschema/'
const MAX_DEPTH = 30

/**
 * The body of an Autodiscover request (MS-OXDSCLI 24.1, section 2.2.3). Elements are found wherever
 * they are, by their local names in any letter case, because clients differ in all of that.
 *
 * @param body in UTF-8 or UTF-16, whatever its Content-Type said
 */
export function parseAutodiscoverRequest(body: Uint8Array): AutodiscoverRequest | RefusedRequest {
  let root: XmlNode
  try {
    root = readXml(decode(body), { refuseDoctype: true, maxDepth: MAX_DEPTH })
  } catch {
    return { errorCode: 600, mobilesync: false }
  }
  const texts = textsByName(root)
  const schemas = (texts.get('acceptableresponseschema') ?? [])
    .map((text) => text.toLowerCase())
    .filter((text) => text !== '')
  if (schemas.length > 0 && !schemas.includes(OUTLOOK)) {
    return { errorCode: 601, mobilesync: schemas.some((schema) => schema.includes(MOBILESYNC)) }
  }
  const [address] = texts.get('emailaddress') ?? []
  if (address === undefined) {
    // Exchange's own name of a mailbox; there are none here.
    return { errorCode: texts.has('legacydn') ? 500 : 600, mobilesync: false }
  }
  try {
    return { address: parseAddress(address) }
  } catch {
    return { errorCode: 600, mobilesync: false }
  }
}

function textsByName(root: XmlNode): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>()
  const visit = ({ name, text, elements }: XmlNode) => {
    const local = name.slice(name.indexOf(':') + 1).toLowerCase()
    // Appended in place: thousands of elements may have one name.
    const same = texts.get(local)
    if (same === undefined) texts.set(local, [text.trim()])
    else same.push(text.trim())
    elements.forEach(visit)
  }
  visit(root)
  return texts
}

// By the byte-order mark, or else by where the zero byte of the first character is (XML 1.0,
// appendix F.1). Mail addresses and element names are the same bytes in whatever else there is.
function decode(body: Uint8Array): string {
  const [first = 0, second = 0] = body
  const isLittleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
  const isBigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
  const encoding = isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(body)
}
