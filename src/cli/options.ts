import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type { Account } from '../account/account.js'
import { INCOMING_PROTOCOLS, type IncomingProtocol } from '../account/server.js'
import { domainOf, parseAddress, type Address } from '../account/address.js'
import type { Config } from '../config/config.js'
import { domainsKey, keyFor, type AnsweringConfig } from '../config/tenants.js'
import { loadConfig } from '../config/load.js'
import { decodeText } from '../encoding/decode-text.js'
import { catalogueDirectory, type Directory } from '../discovery/catalogue-directory.js'
import { MailProfileError } from '../errors.js'
import type { Catalogue } from '../providers/catalogue.js'
import { requireConfirmation, type DomainSettings } from '../providers/domain-settings.js'
import { readCatalogue } from '../server/configured-catalogue.js'
import { tenantOfDomain } from '../server/tenant-of-domain.js'
import { providerAccount } from '../providers/provider-account.js'
import { withLogIn } from '../directory/complete.js'
import type { Person } from '../directory/people-directory.js'
import { parseAccountFile } from './account-file.js'
import { findPerson } from './find-person.js'
import type { Io } from './io.js'
import { readInput, STANDARD_INPUT } from './read-input.js'
import { UsageError } from './usage-error.js'

/** Options of every command that looks an account up. */
export interface LookUpOptions {
  readonly config?: string
  readonly providers?: readonly string[]
  readonly discover?: true
  readonly confirm?: string
  readonly account?: string
  readonly name?: string
  readonly protocol?: IncomingProtocol
}

/** Takes the values of an option that may be repeated; it is absent where there is none. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value]
}

/** What an option says that is a whole number; NaN for anything else. */
export function wholeNumberIn(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : NaN
}

export function addConfigOption(command: Command): Command {
  return command.option(
    '--config <file>',
    'configuration file, - for standard input (default: mailprofile.yaml, if any)',
  )
}

export function addProvidersOption(command: Command): Command {
  return command.option('--providers <folder>', 'more provider files; may be repeated', collect)
}

export function addAccountOptions(command: Command): Command {
  return addProvidersOption(addConfigOption(command))
    .option('--name <name>', "the person's name, as others see it")
    .addOption(
      new Option('--protocol <protocol>', 'how mail is received').choices([...INCOMING_PROTOCOLS]),
    )
    .option('--discover', 'search outside for settings that nobody configured')
    .option('--confirm <domains>', 'who may get the password, for settings that were found')
}

/** `--account` of the commands that take an account instead of an address. */
export function accountFileOption(): Option {
  return (
    new Option('--account <file>', 'an account as JSON instead of an address; - for standard input')
      // They are for an address that is looked up; the file says all itself.
      .conflicts(['name', 'protocol', 'discover', 'confirm'])
  )
}

export async function readConfig(file: string | undefined, io: Io): Promise<Config> {
  const { env, cwd } = io
  if (file !== STANDARD_INPUT) return loadConfig({ file, env, cwd })
  return loadConfig({ content: await readInput(file, 'The configuration', io), env, cwd })
}

/** The settings of an address, and the configuration of the tenant that has its domain. */
export interface FoundSettings {
  readonly wanted: Address
  readonly found: DomainSettings
  readonly config: AnsweringConfig
}

/** The settings of an address as a command finds them: outside only when told to. */
export async function findSettings(
  address: string,
  options: LookUpOptions,
  whole: Config,
  io: Io,
): Promise<FoundSettings> {
  const wanted = parseAddress(address.trim())
  const config = await tenantOfDomain(whole, domainOf(wanted))
  const catalogue = await readCatalogue(config, options.providers ?? [], io)
  const directory = await openDirectory(catalogue, config, options, io)
  try {
    return { wanted, found: await directory.find(wanted), config }
  } catch (error) {
    throw forOperator(error, domainOf(wanted), catalogue, config)
  }
}

// People are told to check what they have typed; here it may be the operator who has to go on writing.
function forOperator(
  error: unknown,
  domain: string,
  catalogue: Catalogue,
  config: AnsweringConfig,
): unknown {
  if (!(error instanceof MailProfileError) || error.code !== 'unknown_domain') return error
  if (!catalogue.served.has(domain)) return error
  const { code, message, field, suggestion, cause } = error
  const key = keyFor(config, domainsKey(config, domain))
  const hint = `${key} has it, and no provider file does: “mailprofile config check” says which are read.`
  return new MailProfileError(code, message, { hint, field, suggestion, cause })
}

async function openDirectory(
  read: Catalogue,
  config: Config,
  { discover }: Pick<LookUpOptions, 'discover'>,
  io: Io,
): Promise<Directory> {
  const catalogue = () => read
  if (discover !== true) return catalogueDirectory(catalogue)
  const { createDirectory } = await import('../discovery/directory.js')
  return createDirectory({
    catalogue,
    network: await io.network(),
    discovery: config.discovery,
    now: io.now,
  })
}

const ACCOUNT_FILE = 'The account file'

/**
 * An account, the settings that were found for it unless it came from a file, and the configuration of the
 * tenant that has its domain.
 */
export interface CommandAccount extends Pick<FoundSettings, 'config'> {
  readonly account: Account
  readonly found?: DomainSettings
  /** As the directory of people has them, where it was asked and has somebody. */
  readonly person?: Person | undefined
}

/**
 * The account that a command is about: looked up by address, or from a JSON file.
 *
 * @throws UsageError when both are given, or neither
 */
export async function readAccount(
  address: string | undefined,
  options: LookUpOptions,
  whole: Config,
  io: Io,
): Promise<CommandAccount> {
  if ((address === undefined) === (options.account === undefined)) {
    throw new UsageError('Give either an address or --account FILE.')
  }
  if (options.account !== undefined) {
    const bytes = await readInput(options.account, ACCOUNT_FILE, io)
    const text = decodeText(bytes, ACCOUNT_FILE, { code: 'invalid_account' })
    const name =
      options.account === STANDARD_INPUT ? 'standard input' : resolve(io.cwd, options.account)
    const account = await parseAccountFile(text, name)
    const domain = domainOf(account.identity.address)
    return { account, config: await tenantOfDomain(whole, domain) }
  }
  const { wanted, found, config } = await findSettings(address ?? '', options, whole, io)
  requireConfirmation(found, options.confirm)
  // What cannot be an account is told of without the directory.
  providerAccount(found, wanted, options)
  const person = await findPerson(wanted, config, io)
  const name = options.name ?? person?.name
  const account = withLogIn(providerAccount(found, wanted, { ...options, name }), person)
  return { account, found, config, person }
}
