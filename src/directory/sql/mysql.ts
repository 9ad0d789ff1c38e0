import type { Socket } from 'node:net'
import mysql from 'mysql2'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { ConnectionPool, type ServerConnection } from '../connection-pool.js'
import { MAX_ANSWERS, rawPerson, type DirectorySource, type RawPerson } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'
import type { SqlServer } from './server.js'
import { listStatement, PIECE, type BoundStatement } from './list-statement.js'
import { prepareStatement } from './statement.js'

interface MysqlConnection extends ServerConnection {
  readonly client: Connection
  /** The same without promises, which alone gives rows one by one. */
  readonly core: mysql.Connection
}

/** People in a table of MySQL or MariaDB, asked in transactions that only read. */
export function mysqlSource(server: SqlServer): DirectorySource {
  const statement = prepareStatement(server.query, () => '?')
  const connections = new ConnectionPool<MysqlConnection>({
    most: server.connections,
    open: (socket) => open(server, socket),
  })
  return {
    ask: (address, signal) =>
      connections.use(async ({ client }) => {
        await client.query('start transaction read only')
        // A statement that the server prepares: the values travel apart from it.
        const [rows] = await client.execute<RowDataPacket[]>(
          statement.text,
          statement.valuesFor(address),
        )
        await client.query('rollback')
        // What is no query has no rows.
        if (!Array.isArray(rows)) throw new DirectoryTrouble('The query finds no rows.')
        return rows.slice(0, MAX_ANSWERS).map((row) => rawPerson(Object.entries(row)))
      }, signal),
    async *list({ filter, signal }) {
      const listing = listStatement(server.list, () => '?', filter)
      yield* connections.list((connection) => list(connection, listing), signal)
    },
    close: () => connections.close(),
  }
}

async function* list(
  { client, core }: MysqlConnection,
  { text, values }: BoundStatement,
): AsyncGenerator<readonly RawPerson[]> {
  await client.query('start transaction read only')
  const rows = core.execute(text, [...values]).stream({ highWaterMark: PIECE })
  let piece: RawPerson[] = []
  for await (const row of rows as AsyncIterable<object>) {
    piece.push(rawPerson(Object.entries(row)))
    if (piece.length < PIECE) continue
    yield piece
    piece = []
  }
  yield piece
  await client.query('rollback')
}

async function open(
  { place: { host, port, tls }, user, password, database }: SqlServer,
  socket: Socket,
): Promise<MysqlConnection> {
  const core = mysql.createConnection({
    host,
    port,
    user,
    password: password?.reveal() ?? '',
    database,
    charset: 'utf8mb4',
    // A server may ask its client for any of the client's files.
    flags: ['-LOCAL_FILES'],
    ...(tls !== undefined && {
      ssl: {
        ...(tls.ca === undefined ? {} : { ca: tls.ca }),
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        // Without it any certificate of a trusted authority will do.
        verifyIdentity: true,
      },
    }),
    stream: () => socket.connect({ host, port }),
  })
  const client = core.promise()
  await client.connect()
  let isOpen = true
  const close = () => (isOpen = false)
  client.on('error', close)
  client.on('end', close)
  return { client, core, isOpen: () => isOpen, end: () => client.end() }
}
