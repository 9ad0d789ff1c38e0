import {
  AndFilter,
  FilterParser,
  NoSuchObjectError,
  OrFilter,
  PresenceFilter,
  ResultCodeError,
  type Client,
  type Filter,
} from 'ldapts'
import { PLACEHOLDER } from '../../account/placeholders.js'
import { MailProfileError } from '../../errors.js'
import { EVERYBODY, type ListQuestion, type RawEntry } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'
import { personIn } from './person-in.js'

interface Place {
  readonly base: string
  readonly filter: string
  readonly scope: 'sub' | 'one' | 'base'
  readonly attributes: readonly string[]
  readonly addresses: readonly string[]
}

/** A search for many people. */
export interface ListSearch {
  readonly base: string
  readonly scope: 'sub' | 'one' | 'base'
  readonly filter: Filter
  readonly attributes: string[]
}

// Some servers give pages without anybody, and go on; one that does nothing else has no end.
const MOST_EMPTY_PAGES = 1000
// OpenLDAP and Active Directory give no more than 500 and 1000 at once where nobody has said otherwise.
const PAGE = 200
// RFC 4511, section 4.1.9.
const REFERRAL = 10
const LIMITS: ReadonlyMap<number, string> = new Map([
  [3, 'time'],
  [4, 'size'],
  [11, 'administration'],
])
// Active Directory points to them from the root of every domain; there are no people in them.
const NO_PEOPLE_THERE = /\/(?:dc=(?:forest|domain)dnszones|cn=configuration|cn=schema)(?:,|%2c)/i

/**
 * Everybody whom the look-ups of a configuration would find, who has an address, and whom the filter means. Parsed
 * filters are put together, so that one which closes what it did not open ends nothing else.
 *
 * @throws MailProfileError `invalid_request` for what is no filter
 */
export function listSearch(
  { base, filter, scope, attributes, addresses }: Place,
  { filter: wanted, also }: Pick<ListQuestion, 'filter' | 'also'>,
): ListSearch {
  const hasAddress = addresses.map((attribute) => new PresenceFilter({ attribute }))
  const findable = filter.replace(PLACEHOLDER, '*').replace(/\*{2,}/g, '*')
  const filters = [new OrFilter({ filters: hasAddress }), FilterParser.parseString(findable)]
  if (wanted !== EVERYBODY) filters.push(parseFilter(wanted))
  const rest = baseOfAll(base)
  return {
    base: rest,
    scope: rest === base ? scope : 'sub',
    filter: new AndFilter({ filters }),
    attributes: [...new Set([...addresses, ...attributes, ...also])],
  }
}

/**
 * The people, page by page (RFC 2696).
 *
 * @throws DirectoryTrouble where the server ends the list before its end
 */
export async function* listPeople(
  client: Pick<Client, 'searchPaginated'>,
  { base, scope, filter, attributes }: ListSearch,
  { timeout }: { readonly timeout: number },
): AsyncGenerator<readonly RawEntry[]> {
  let count = 0
  let empty = 0
  const pages = client.searchPaginated(base, {
    filter,
    scope,
    attributes,
    derefAliases: 'never',
    paged: { pageSize: PAGE },
    timeLimit: Math.ceil(timeout / 1000),
  })
  try {
    for await (const { searchEntries, searchReferences } of pages) {
      count += searchEntries.length
      empty = searchEntries.length === 0 ? empty + 1 : 0
      if (empty > MOST_EMPTY_PAGES) throw new DirectoryTrouble('It goes on, and brings nobody.')
      yield [...searchEntries.map(personIn), ...searchReferences.flatMap(elsewhere)]
    }
  } catch (error) {
    throw endOf(error, count)
  }
}

function parseFilter(text: string): Filter {
  try {
    return FilterParser.parseString(text)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_request',
      'The filter for the directory is no LDAP filter.',
      {
        hint: "Write it as (department=Sales) or (&(ou=Berlin)(title=*)), or '*' for everybody (RFC 4515).",
        field: 'directory',
        cause,
      },
    )
  }
}

/** Above all parts of the tree that are named by an address. */
function baseOfAll(base: string): string {
  const names = base.split(/(?<!\\),/)
  const last = names.findLastIndex((name) => name.search(PLACEHOLDER) >= 0)
  return last < 0
    ? base
    : names
        .slice(last + 1)
        .join(',')
        .trim()
}

function elsewhere(uri: string): DirectoryTrouble[] {
  if (NO_PEOPLE_THERE.test(uri)) return []
  return [
    new DirectoryTrouble('It refers to another server, which is not asked: people may be there.'),
  ]
}

function endOf(error: unknown, count: number): unknown {
  if (!(error instanceof ResultCodeError) || error instanceof NoSuchObjectError) return error
  const came = `after ${count} ${count === 1 ? 'person' : 'people'}`
  const options = { detail: error.message, cause: error }
  if (error.code === REFERRAL) {
    return new DirectoryTrouble(`It refers to another server ${came}.`, {
      ...options,
      hint: 'Name that server in directory.ldap.url: referrals are not followed.',
    })
  }
  const limit = LIMITS.get(error.code)
  if (limit === undefined) return error
  return new DirectoryTrouble(
    `It ended ${came}, by its own limit of ${limit} (LDAP result ${error.code}).`,
    {
      ...options,
      hint: 'Let directory.ldap.bindDn read more there (slapd: limits dn.exact="…" size=unlimited size.prtotal=unlimited), or ask for parts by a filter.',
    },
  )
}
