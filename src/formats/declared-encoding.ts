import { decodeXml } from '../encoding/decode-xml.js'
import { refusedBy } from './read-account.js'

/**
 * How a program reads XML that keeps to what the document says of its encoding, and refuses what is
 * not of it.
 */
export function declaredEncoding(app: string): (bytes: Uint8Array) => string {
  return (bytes) => {
    try {
      return decodeXml(bytes)
    } catch (cause) {
      throw refusedBy(app, 'Its text is not of the encoding that it names.', cause)
    }
  }
}
