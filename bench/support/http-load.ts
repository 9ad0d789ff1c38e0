import { connect, type Socket } from 'node:net'

/** What is asked, over and over. */
export interface Load {
  readonly port: number
  /** The whole request, as it goes over the line, or what gives the next one. */
  readonly request: Buffer | (() => Buffer)
  /** The length of the body that comes back. */
  readonly bodyLength: number
  /** The status of every answer; 200 by default. */
  readonly status?: number
  readonly connections: number
  readonly milliseconds: number
}

const HEADER_END = '\r\n\r\n'

/**
 * Asks over connections that are kept open, one request at a time on each, and reads no more of an
 * answer than where it ends: this has to cost less than the server.
 *
 * @returns answers a second
 * @throws Error for an answer with another status
 */
export async function measureLoad(load: Load): Promise<number> {
  const begin = performance.now()
  const end = begin + load.milliseconds
  const counts = await Promise.all(Array.from({ length: load.connections }, () => ask(load, end)))
  const answers = counts.reduce((sum, count) => sum + count, 0)
  return answers / ((performance.now() - begin) / 1000)
}

function ask({ port, request, bodyLength, status = 200 }: Load, end: number): Promise<number> {
  const wanted = Buffer.from(`HTTP/1.1 ${status} `)
  const next = typeof request === 'function' ? request : () => request
  return new Promise((resolve, reject) => {
    let answers = 0
    const open = () => {
      let received = 0
      let expected = 0
      let isLast = false
      const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () =>
        socket.write(next()),
      )
      socket.on('error', reject)
      socket.on('data', (chunk) => {
        if (expected === 0) {
          const header = chunk.indexOf(HEADER_END)
          if (header < 0 || !chunk.subarray(0, wanted.length).equals(wanted)) {
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
          socket.write(next())
        }
      })
    }
    open()
  })
}
