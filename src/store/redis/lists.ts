import { isAfter, parseCursor, writeCursor, type ListPosition } from '../../invitations/cursor.js'
import type { StoredInvitation } from '../../invitations/record.js'
import type { ListPage, ListQuery, NewInvitation } from '../../invitations/store.js'
import { readListed } from './reply.js'
import { LIST } from './scripts.js'
import type { RunStep } from './steps.js'

/** How many members of a list a script looks at for a state, so that nobody else waits for long. */
const LOOKED_AT = 200

/** What reads lists; `see` is told what time a script went by. */
export interface ListScripts {
  readonly read: RunStep
  readonly see: (now: number) => void
}

/** The lists that an invitation is in. */
export function listsOf({
  tenant,
  maker,
  reference,
}: Pick<NewInvitation, 'tenant' | 'maker' | 'reference'>): string[] {
  const kinds = [{}, { maker }, ...(reference === undefined ? [] : [{ reference }])]
  if (tenant === undefined) return kinds.map(topList)
  return [
    ...kinds.map((kind) => tenantList(tenant, kind)),
    allTenantsList({}),
    ...(reference === undefined ? [] : [allTenantsList({ reference })]),
  ]
}

/** A part of a list: see `Store.list`. */
export async function readPage(scripts: ListScripts, query: ListQuery): Promise<ListPage> {
  const { tenant, maker, reference, cursor, limit } = query
  const place = cursor === undefined ? undefined : parseCursor(cursor)
  // Everybody's are in two lists: those of the top level, and those of all tenants.
  const keys =
    tenant === undefined
      ? [topList({ maker, reference }), allTenantsList({ reference })]
      : [tenant === null ? topList({ maker, reference }) : tenantList(tenant, { maker, reference })]
  const parts = await Promise.all(keys.map((key) => readList(scripts, key, query, place)))
  const found = parts.flat().sort((a, b) => (isAfter(a.record, b.record) ? 1 : -1))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    invitations: page,
    ...(found.length > limit && last !== undefined ? { cursor: writeCursor(last.record) } : {}),
  }
}

/** What is wanted of one list after a place: one more than asked for, where there are so many. */
async function readList(
  { read, see }: ListScripts,
  key: string,
  { maker, state, limit }: ListQuery,
  after: ListPosition | undefined,
): Promise<readonly StoredInvitation[]> {
  const found: StoredInvitation[] = []
  const lookedAt = state === undefined ? limit + 1 : LOOKED_AT
  let place = after
  for (let skipped = 0; ;) {
    const from = place === undefined ? '+inf' : String(place.createdAt)
    const input = { keys: [key], arguments: [from, String(skipped), String(lookedAt)] }
    const { now, entries } = readListed(await read(LIST, input))
    see(now)
    for (const entry of entries) {
      const { invitation } = entry
      if (invitation === undefined || (place !== undefined && !isAfter(entry, place))) continue
      if (maker !== undefined && invitation.record.maker !== maker) continue
      if (state === undefined || invitation.state === state) found.push(invitation)
    }
    const last = entries.at(-1)
    if (found.length > limit || entries.length < lookedAt || last === undefined) return found
    // The next part begins at the time of the last one, which others may share.
    skipped = last.createdAt === place?.createdAt ? skipped + entries.length : 0
    if (place === undefined || isAfter(last, place)) place = last
  }
}

/** What a list is about; those by reference are of any maker. */
interface ListKind {
  readonly maker?: string | undefined
  readonly reference?: string | undefined
}

// The only lists of versions that know no tenants.
function topList(kind: ListKind): string {
  return `mailprofile:list${kindKey(kind)}`
}

function tenantList(tenant: string, kind: ListKind): string {
  return `mailprofile:list:tenant:${encodeURIComponent(tenant)}${kindKey(kind)}`
}

function allTenantsList(kind: Pick<ListKind, 'reference'>): string {
  return `mailprofile:list:tenants${kindKey(kind)}`
}

function kindKey({ maker, reference }: ListKind): string {
  if (reference !== undefined) return `:reference:${reference}`
  return maker === undefined ? '' : `:maker:${maker}`
}
