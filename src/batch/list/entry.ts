import { foldAddress, parseAddress } from '../../account/address.js'
import { parseInvitedPerson, type InvitedPerson } from '../../invitations/person.js'
import { parseReference } from '../../invitations/request.js'
import type { Field } from './fields.js'
import type { ListRow } from './row.js'

/** One person of a list. */
export interface ListEntry {
  readonly line: number
  readonly person: InvitedPerson
  /** The address, by which a mailbox is known. */
  readonly mailbox: string
  readonly reference?: string | undefined
  /** Where the invitation is sent, as it stands in the list. */
  readonly deliverTo?: string | undefined
  /** The lines of an envelope. */
  readonly postal: readonly string[]
  /** All columns that are no field, by their names, for the text of a letter. */
  readonly fields: ReadonlyMap<string, string>
}

/**
 * What a row says of a person.
 *
 * @throws MailProfileError `invalid_address`, or `invalid_request` that names the field; never with a value
 */
export function parseEntry({ line, cells, columns }: ListRow): ListEntry {
  const text = (field: Field) => {
    const column = columns.fields.get(field)
    return column === undefined ? undefined : cells.get(column)
  }
  const given = text('name') ?? joined(' ', text('firstName'), text('lastName'))
  const name = given?.replace(/\s+/g, ' ').trim()
  const person = parseInvitedPerson({
    address: text('address') ?? '',
    name,
    protocol: protocolOf(text('protocol')),
    username: text('username'),
    password: text('password'),
    outgoingPassword: text('outgoingPassword'),
    language: text('language')?.replace(/_/g, '-'),
  })
  const known = new Set(columns.fields.values())
  return {
    line,
    person,
    mailbox: foldAddress(person.address),
    reference: parseReference(text('reference')),
    deliverTo: text('deliverTo'),
    postal: postalOf(text, name),
    fields: new Map([...cells].filter(([column]) => !known.has(column))),
  }
}

/** The address of a row that may be wrong otherwise, for reports. */
export function addressOf({ cells, columns }: ListRow): string | undefined {
  try {
    return parseAddress(cells.get(columns.fields.get('address') ?? ''))
  } catch {
    return undefined
  }
}

function protocolOf(text: string | undefined): string | undefined {
  const protocol = text?.toLowerCase()
  return protocol === 'pop' ? 'pop3' : protocol
}

function postalOf(text: (field: Field) => string | undefined, name: string | undefined): string[] {
  const postal = text('postal')
  const lines =
    postal === undefined
      ? [text('street'), joined(' ', text('postcode'), text('city')), text('country')]
      : postal.split(/\r\n|[\n\r|]/)
  const all = lines.flatMap((line) => line?.trim() ?? []).filter((line) => line !== '')
  if (all.length === 0) return []
  return name === undefined || all[0] === name ? all : [name, ...all]
}

function joined(by: string, ...parts: readonly (string | undefined)[]): string | undefined {
  const known = parts.filter((part) => part !== undefined)
  return known.length === 0 ? undefined : known.join(by)
}
