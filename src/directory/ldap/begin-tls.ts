import { once } from 'node:events'
import type { Socket } from 'node:net'
import { DirectoryTrouble } from '../trouble.js'

// RFC 4511, section 4.14.1: an ExtendedRequest with the message ID 1 and nothing but this name.
const REQUEST = Buffer.concat([
  Buffer.from([0x30, 29, 0x02, 1, 1, 0x77, 24, 0x80, 22]),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1'),
])
// As the answer begins: an ExtendedResponse to that message, and its result.
const EXTENDED_RESPONSE = 0x78
const MAX_ANSWER = 1000

/**
 * Asks a server to go on by TLS. Nothing may come with its answer: what is said in the clear would else be
 * taken for the server's own words afterwards (as CVE-2011-0411 for mail).
 *
 * @throws DirectoryTrouble when it does not
 */
export async function beginTls(socket: Socket, signal: AbortSignal): Promise<void> {
  socket.write(REQUEST)
  let answer = Buffer.alloc(0)
  while (answer.length < MAX_ANSWER) {
    const chunk = await nextChunk(socket, signal)
    answer = Buffer.concat([answer, chunk])
    const end = lengthOf(answer)
    if (end === undefined || answer.length < end) continue
    if (answer.length === end && isSuccess(answer)) return
    break
  }
  throw new DirectoryTrouble('It does not begin TLS.')
}

async function nextChunk(socket: Socket, signal: AbortSignal): Promise<Buffer> {
  const ended = new AbortController()
  const end = () => ended.abort(new DirectoryTrouble('It closed the connection.'))
  socket.once('close', end)
  socket.once('end', end)
  try {
    const [chunk] = (await once(socket, 'data', {
      signal: AbortSignal.any([signal, ended.signal]),
    })) as [Buffer]
    // Until somebody listens again, nothing more is read.
    socket.pause()
    return chunk
  } catch (error) {
    throw ended.signal.aborted ? ended.signal.reason : error
  } finally {
    socket.removeListener('close', end)
    socket.removeListener('end', end)
  }
}

/** How long the message is that begins here, when that can be told; X.690, section 8.1.3. */
function lengthOf(bytes: Buffer): number | undefined {
  const [tag, length] = bytes
  if (tag === undefined || length === undefined) return undefined
  if (tag !== 0x30) return 0
  if (length < 0x80) return 2 + length
  const count = length & 0x7f
  if (count === 0 || count > 4) return 0
  return bytes.length < 2 + count ? undefined : 2 + count + bytes.readUIntBE(2, count)
}

function isSuccess(message: Buffer): boolean {
  let at = afterLength(message, 1)
  // The message ID, which servers may write with more bytes than it needs.
  if (message[at] !== 0x02) return false
  const idLength = message[at + 1] ?? 0
  if (idLength < 1 || idLength > 4 || message.readIntBE(at + 2, idLength) !== 1) return false
  at += 2 + idLength
  if (message[at] !== EXTENDED_RESPONSE) return false
  at = afterLength(message, at + 1)
  return message[at] === 0x0a && message[at + 1] === 1 && message[at + 2] === 0
}

function afterLength(message: Buffer, at: number): number {
  const length = message[at] ?? 0
  return at + 1 + (length < 0x80 ? 0 : length & 0x7f)
}
