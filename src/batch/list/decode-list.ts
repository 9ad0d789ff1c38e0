import { TextDecoder } from 'node:util'
import { MailProfileError } from '../../errors.js'

/** What stands in a text for bytes that were none. */
export const UNREADABLE = '\uFFFD'

// What spreadsheets call “Unicode text” is UTF-16; without a mark, every other byte of ASCII is zero.
const MARKS = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
] as const

/**
 * The text of a list, piece by piece. UTF-8 and UTF-16 are told apart by their marks, or by the zeros; bytes that are
 * no text come as `UNREADABLE`.
 *
 * @param encoding the operator's word for it, as the WHATWG names encodings
 */
export async function* decodeList(
  chunks: AsyncIterable<Uint8Array>,
  encoding?: TextDecoder,
): AsyncGenerator<string> {
  let decoder = encoding
  let first = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (decoder !== undefined) {
      yield decoder.decode(chunk, { stream: true })
      continue
    }
    first = Buffer.concat([first, chunk])
    if (first.length < 4) continue
    decoder = new TextDecoder(encodingOf(first))
    yield decoder.decode(first, { stream: true })
  }
  if (decoder === undefined) yield new TextDecoder(encodingOf(first)).decode(first)
  else yield decoder.decode()
}

/** @throws MailProfileError `invalid_request` for an encoding that nobody knows */
export function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding)
  } catch {
    throw new MailProfileError('invalid_request', `There is no encoding “${encoding}”.`, {
      hint: 'Usual ones are utf-8, utf-16le, windows-1252 and windows-1251.',
      field: 'encoding',
    })
  }
}

function encodingOf(bytes: Uint8Array): string {
  const marked = MARKS.find((mark) => mark.bytes.every((byte, i) => bytes[i] === byte))
  if (marked !== undefined) return marked.encoding
  if (bytes[0] !== 0 && bytes[1] === 0) return 'utf-16le'
  return bytes[0] === 0 && bytes[1] !== 0 && bytes.length > 1 ? 'utf-16be' : 'utf-8'
}
