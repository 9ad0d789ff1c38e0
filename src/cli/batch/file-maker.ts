import { extname } from 'node:path'
import { domainOf, type Address } from '../../account/address.js'
import type { FileMaker, MadeFile } from '../../batch/threads/file-maker.js'
import { loadConfig } from '../../config/load.js'
import type { AnsweringConfig } from '../../config/tenants.js'
import { MailProfileError } from '../../errors.js'
import { exportFormat, type Signer } from '../../formats/export.js'
import { getFormat } from '../../formats/index.js'
import { requireSupport } from '../../formats/support.js'
import { invitableAccount } from '../../invitations/account.js'
import { parseInvitedPerson, type InvitedPerson } from '../../invitations/person.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { readCatalogues } from '../../server/configured-catalogue.js'
import { readIdentity } from '../../server/configured-identity.js'
import { configuredContext } from '../configured-context.js'

/** What a thread that makes files is told; all of it can be sent there. */
export interface FileMakerData {
  /** The file that `--config` names. */
  readonly config?: string | undefined
  /** Or what came on standard input. */
  readonly configContent?: Uint8Array | undefined
  readonly providers: readonly string[]
  readonly formats: readonly string[]
  /** Of the words in files, where a person has none. */
  readonly language?: string | undefined
  readonly unsigned: boolean
  /** The time of all signatures, in milliseconds; each its own when absent. */
  readonly signingTime?: number | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** What the files of somebody are made with: as the tenant that has the domain has it. */
interface Maker {
  readonly config: AnsweringConfig
  readonly catalogue: Catalogue
  readonly signer: Signer | undefined
}

/**
 * Makes files by the configuration, in a thread of its own.
 *
 * @throws MailProfileError as `loadConfig`, `readCatalogues` and `readIdentity`
 */
export async function createFileMaker(data: FileMakerData, now: () => Date): Promise<FileMaker> {
  const { cwd, env, unsigned, signingTime } = data
  const config = await loadConfig({ file: data.config, content: data.configContent, env, cwd })
  const formats = new Map(data.formats.map((id) => [id, getFormat(id)]))
  const mustSign = !unsigned && [...formats.values()].some(({ signed }) => signed)
  const makerOf = await makers(config, data, { now, sign: mustSign })
  const language = (person: InvitedPerson) => person.language ?? data.language
  const accountOf = (person: InvitedPerson) => {
    const maker = makerOf(person.address)
    requireKnown(maker.catalogue, person.address)
    const account = invitableAccount(maker.catalogue, person)
    return {
      maker,
      account,
      context: configuredContext(maker.config, account, maker.catalogue.find(person.address)),
    }
  }
  const formatOf = (id: string) => formats.get(id) ?? getFormat(id)
  return {
    check(json, ids) {
      const person = parseInvitedPerson(json)
      const { account, context } = accountOf(person)
      for (const id of ids) requireSupport(formatOf(id).support(account, context))
    },
    async make(json, ids) {
      const person = parseInvitedPerson(json)
      const { maker, account, context } = accountOf(person)
      const made: MadeFile[] = []
      for (const id of ids) {
        const format = formatOf(id)
        const { body, fileName } = await exportFormat(format, account, {
          ...context,
          language: language(person),
          signingIdentity: maker.signer,
          unsigned,
          now: signingTime === undefined ? now() : new Date(signingTime),
        })
        made.push({ format: id, extension: extname(fileName), body })
      }
      return made
    },
  }
}

// The catalogue's own words are for the person whose address it is; here the operator reads them.
function requireKnown(catalogue: Catalogue, address: Address): void {
  const domain = domainOf(address)
  if (catalogue.lookUp(domain) !== undefined || !catalogue.serves(domain)) return
  const { code, message, field, suggestion } = catalogue.unknown(domain)
  const meant = suggestion === undefined ? '' : `Did you mean ${suggestion}? `
  throw new MailProfileError(code, message, {
    hint: `${meant}For a domain of your own, write a provider file and name its folder with “providers”.`,
    field,
  })
}

async function makers(
  config: Awaited<ReturnType<typeof loadConfig>>,
  { providers, formats, cwd, env }: FileMakerData,
  { now, sign }: { readonly now: () => Date; readonly sign: boolean },
): Promise<(address: Address) => Maker> {
  const surroundings = { cwd, env, now }
  const catalogues = await readCatalogues(config, providers, surroundings)
  // A link for each person that no format looks at would take a tenth of the time.
  const needsUrl = formats.some((id) => getFormat(id).needsPublicUrl)
  const byName = new Map<string | undefined, Maker>()
  const all: readonly AnsweringConfig[] = [config, ...config.tenants]
  for (const one of all) {
    const identity = sign ? (await readIdentity(one, surroundings)).identity : undefined
    byName.set(one.name, {
      config: needsUrl ? one : { ...one, baseUrl: undefined },
      catalogue: catalogues.of(one.name),
      // There is nothing else that this thread could do meanwhile.
      signer: identity && {
        sign: (content, how) => identity.sign(content, { ...how, where: 'here' }),
      },
    })
  }
  return (address) => {
    const maker = byName.get(catalogues.tenantWith(domainOf(address)))
    if (maker === undefined) throw new RangeError('Each tenant has a maker.')
    return maker
  }
}
