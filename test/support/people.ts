/** Somebody in a directory of the tests. */
export interface ListedPerson {
  readonly address: string
  readonly name: string
  readonly username: string
  readonly aliases: readonly string[]
  readonly language: string
}

const DOMAIN = 'btinternet.com'

export const ANN: ListedPerson = {
  address: `ann@${DOMAIN}`,
  name: 'Ann Example',
  username: 'u1001',
  aliases: [`a.example@${DOMAIN}`, `ann.example@${DOMAIN}`],
  language: 'de',
}

/** Whoever can be found only by what is in the address meaning nothing but itself. */
export const ODD: readonly ListedPerson[] = [
  // RFC 4515 and RFC 4514 have a meaning for each of these, SQL and shells too.
  ...[
    "o'neil",
    '*',
    'a*b',
    '#x',
    'a+b=c',
    '--help',
    '$(id)'.replace(/[()]/g, '_'),
    '`id`',
    'x|y&z',
  ],
].map((local, index) => ({
  address: `${local}@${DOMAIN}`,
  name: `Ødd ${index} “山田”`,
  username: `u2${index}`,
  aliases: [],
  language: 'en-GB',
}))

export const PEOPLE: readonly ListedPerson[] = [ANN, ...ODD]

/** Nobody, whatever somebody makes of these. */
export const NOBODY: readonly string[] = [
  `nobody@${DOMAIN}`,
  `an*@${DOMAIN}`,
  `*nn@${DOMAIN}`,
  `ann'--@${DOMAIN}`,
  `'or'1'='1@${DOMAIN}`,
  `ann|id@${DOMAIN}`,
  `ann&x=y@${DOMAIN}`,
  `-rf@${DOMAIN}`,
]

/** Values in SQL, for tables of the tests. */
export function insertPeople(people: readonly ListedPerson[] = PEOPLE): string {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`
  const rows = people.map(
    ({ address, name, username, aliases, language }) =>
      `(${[address, name, username, aliases.join(' '), language].map(text).join(', ')})`,
  )
  // MariaDB reads no longer statement at its start.
  const inserts = Array.from({ length: Math.ceil(rows.length / 50) }, (_, n) => {
    const some = rows.slice(n * 50, (n + 1) * 50).join(', ')
    return `insert into people (address, name, username, aliases, language) values ${some};\n`
  })
  return `create table people (address varchar(254) primary key, name varchar(200), username varchar(100), aliases varchar(500), language varchar(35));
${inserts.join('')}`
}

/** So many more, in two languages. */
export function manyPeople(count: number): ListedPerson[] {
  return Array.from({ length: count }, (_, n) => ({
    address: `p${String(n).padStart(6, '0')}@${DOMAIN}`,
    name: `Person ${n}`,
    username: `m${n}`,
    aliases: [],
    language: n % 3 === 0 ? 'fr' : 'it',
  }))
}
