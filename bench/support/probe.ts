import { connect } from 'node:net'

/** What a client that comes now and then got. */
export interface Probe {
  /** Milliseconds of each request that was answered 200. */
  readonly times: number[]
  /** Answered 503. */
  shed: number
  /** Not answered at all. */
  refused: number
}

const TIMEOUT = 30_000

/** One request on a connection of its own, as a person who comes by makes it. */
export function probe(port: number, path: string, result: Probe): Promise<void> {
  return new Promise((resolve) => {
    const begin = performance.now()
    let status = ''
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: setup.example.com\r\nConnection: close\r\n\r\n`),
    )
    socket.setTimeout(TIMEOUT, () => socket.destroy())
    socket.on('data', (chunk) => {
      if (status === '') status = chunk.toString('latin1', 9, 12)
    })
    socket.on('error', () => undefined)
    socket.once('close', () => {
      if (status === '200') result.times.push(performance.now() - begin)
      else if (status === '503') result.shed++
      else result.refused++
      resolve()
    })
  })
}
