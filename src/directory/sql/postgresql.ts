import type { Socket } from 'node:net'
import pg from 'pg'
import { tlsOptions } from '../connect.js'
import { ConnectionPool, type ServerConnection } from '../connection-pool.js'
import { MAX_ANSWERS, rawPerson, type DirectorySource, type RawPerson } from '../source.js'
import type { SqlServer } from './server.js'
import { listStatement, PIECE, type BoundStatement } from './list-statement.js'
import { prepareStatement, type Statement } from './statement.js'

interface PostgresqlConnection extends ServerConnection {
  readonly client: pg.Client
}

/** People in a table of PostgreSQL, asked in transactions that only read. */
export function postgresqlSource(server: SqlServer): DirectorySource {
  const statement = prepareStatement(server.query, (place) => `$${place}`)
  const begin = `begin read only; set local statement_timeout = ${server.timeout}`
  const connections = new ConnectionPool<PostgresqlConnection>({
    most: server.connections,
    open: (socket) => open(server, socket),
  })
  return {
    ask: (address, signal) =>
      connections.use(async ({ client }) => {
        await client.query(begin)
        const found = await ask(client, statement, address)
        await client.query('rollback')
        return found
      }, signal),
    async *list({ filter, signal }) {
      const listing = listStatement(server.list, (place) => `$${place}`, filter)
      yield* connections.list(({ client }) => list(client, begin, listing), signal)
    },
    close: () => connections.close(),
  }
}

// DECLARE takes parameters as its query does. The portal of a query in pg 8 would bring all without waiting.
async function* list(
  client: pg.Client,
  begin: string,
  { text, values }: BoundStatement,
): AsyncGenerator<readonly RawPerson[]> {
  await client.query(begin)
  await client.query(`declare people no scroll cursor for ${text}`, [...values])
  for (;;) {
    const { rows } = await client.query<Record<string, unknown>>(`fetch ${PIECE} from people`)
    if (rows.length === 0) break
    yield rows.map((row) => rawPerson(Object.entries(row)))
  }
  await client.query('rollback')
}

async function open(
  { place: { tls, ...place }, user, password, database }: SqlServer,
  socket: Socket,
): Promise<PostgresqlConnection> {
  const client = new pg.Client({
    ...place,
    user,
    // For none, also for an empty text, pg 8 looks in the environment and in the home of whoever runs this.
    password: () => password?.reveal() ?? '',
    database,
    application_name: 'mailprofile',
    ssl: tls === undefined ? false : tlsOptions({ ...place, tls }),
    stream: () => socket,
  })
  let isOpen = true
  const close = () => (isOpen = false)
  client.on('error', close)
  client.on('end', close)
  await client.connect()
  return { client, isOpen: () => isOpen, end: () => client.end() }
}

/** Row by row, of which the first ones are kept: a query may have forgotten its condition. */
function ask(client: pg.Client, statement: Statement, address: string): Promise<RawPerson[]> {
  return new Promise((resolve, reject) => {
    const found: RawPerson[] = []
    const query = client.query(
      new pg.Query<Record<string, unknown>>({
        text: statement.text,
        values: statement.valuesFor(address),
      }),
    )
    query.on('row', (row) => {
      if (found.length < MAX_ANSWERS) found.push(rawPerson(Object.entries(row)))
    })
    query.on('end', () => resolve(found))
    query.on('error', reject)
  })
}
