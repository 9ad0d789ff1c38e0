import { connect } from 'node:net'

// A process that attacks a server on loopback until it is ended: `slow` holds connections with a form that
// does not come, `pipelining` sends a thousand requests at once on each of a hundred connections.

const SLOW_CONNECTIONS = 3800
const PIPELINING_CONNECTIONS = 100
const PIPELINED = 1000
const AGAIN_MILLISECONDS = 1000
// What the backlog of a listener takes at once.
const AT_ONCE = 200

const [, , kind, port = '0', path = ''] = process.argv
const HOST = 'Host: setup.example.com\r\n'
const attack =
  kind === 'slow'
    ? {
        connections: SLOW_CONNECTIONS,
        says: `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nc`,
      }
    : {
        connections: PIPELINING_CONNECTIONS,
        says: `GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(PIPELINED),
      }

function open(): void {
  const socket = connect({ port: Number(port), host: '127.0.0.1' }, () =>
    socket.write(attack.says, 'latin1'),
  )
  socket.resume()
  socket.on('error', () => undefined)
  socket.once('close', () => setTimeout(open, AGAIN_MILLISECONDS))
}

for (let begun = 0; begun < attack.connections; begun += AT_ONCE) {
  for (let i = begun; i < Math.min(begun + AT_ONCE, attack.connections); i++) open()
  await new Promise((resolve) => setTimeout(resolve, 50))
}
