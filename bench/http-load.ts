import { connect, type Socket } from 'node:net'

/** What is asked, over and over. */
export interface Load {
  readonly port: number
  /** The whole request, as it goes over the line. */
  readonly request: Buffer
  /** The length of the body that comes back. */
  readonly bodyLength: number
  readonly connections: number
  readonly milliseconds: number
}

const HEADER_END = '\r\n\r\n'
const OK = Buffer.from('HTTP/1.1 200 ')

/**
 * Asks over connections that are kept open, one request at a time on each, and reads no more of an
 * answer than where it ends: this has to cost less than the server.
 *
 * @returns answers a second
 * @throws Error for an answer that is not 200
 */
export async function measureLoad(load: Load): Promise<number> {
  const begin = performance.now()
  const end = begin + load.milliseconds
  const counts = await Promise.all(Array.from({ length: load.connections }, () => ask(load, end)))
  const answers = counts.reduce((sum, count) => sum + count, 0)
  return answers / ((performance.now() - begin) / 1000)
}

function ask({ port, request, bodyLength }: Load, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answers = 0
    const open = () => {
      let received = 0
      let expected = 0
      let isLast = false
      const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () =>
        socket.write(request),
      )
      socket.on('error', reject)
      socket.on('data', (chunk) => {
        if (expected === 0) {
          const header = chunk.indexOf(HEADER_END)
          if (header < 0 || !chunk.subarray(0, OK.length).equals(OK)) {
            socket.destroy()
            reject(new Error(`Not an answer: ${chunk.toString('latin1').slice(0, 200)}`))
            return
          }
          expected = header + HEADER_END.length + bodyLength
          // Servers end a connection after so many requests.
          isLast = chunk.subarray(0, header).includes('Connection: close')
        }
        received += chunk.length
        if (received < expected) return
        received = 0
        expected = 0
        answers++
        if (performance.now() >= end) {
          socket.destroy()
          resolve(answers)
        } else if (isLast) {
          socket.destroy()
          open()
        } else {
          socket.write(request)
        }
      })
    }
    open()
  })
}
