import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { parseAccount, type Account } from '../account/account.js'
import { INCOMING_PROTOCOLS, type IncomingProtocol } from '../account/server.js'
import { loadConfig, type Config } from '../config/config.js'
import { MailProfileError } from '../errors.js'
import type { Catalogue } from '../providers/catalogue.js'
import { loadCatalogue } from '../providers/load.js'
import type { Io } from './io.js'

/** Options of every command that looks an account up. */
export interface AccountOptions {
  readonly config?: string
  readonly providers: readonly string[]
  readonly account?: string
  readonly name?: string
  readonly protocol?: IncomingProtocol
}

export function addConfigOption(command: Command): Command {
  return command.option('--config <file>', 'configuration file (default: mailprofile.yaml, if any)')
}

export function addProvidersOption(command: Command): Command {
  return command.option(
    '--providers <folder>',
    'more provider files; may be repeated',
    (folder: string, folders: string[]) => [...folders, folder],
    [],
  )
}

export function addAccountOptions(command: Command): Command {
  return addProvidersOption(addConfigOption(command))
    .option('--name <name>', "the person's name, as others see it")
    .addOption(
      new Option('--protocol <protocol>', 'how mail is received').choices([...INCOMING_PROTOCOLS]),
    )
}

export function readConfig(file: string | undefined, io: Io): Promise<Config> {
  return loadConfig({ file, env: io.env, cwd: io.cwd })
}

/** The catalogue that the configuration and the command line name together. */
export async function readCatalogue(
  config: Config,
  folders: readonly string[],
  io: Io,
): Promise<Catalogue> {
  const more = folders.map((folder) => resolve(io.cwd, folder))
  const all = await loadCatalogue([...config.providers, ...more])
  if (config.serve.domains === undefined) return all
  if (config.serve.catalogue) return all
  return all.restrictedTo(config.serve.domains)
}

/**
 * The account that a command is about: looked up by address, or from a JSON file.
 *
 * @throws MailProfileError `invalid_request` when both are given, or neither
 */
export async function readAccount(
  address: string | undefined,
  options: AccountOptions,
  config: Config,
  io: Io,
): Promise<Account> {
  if ((address === undefined) === (options.account === undefined)) {
    throw new MailProfileError('invalid_request', 'Give either an address or --account FILE.')
  }
  if (options.account !== undefined) {
    return parseAccount(parseJson(await readFile(resolve(io.cwd, options.account), 'utf8')))
  }
  const catalogue = await readCatalogue(config, options.providers, io)
  return catalogue.account((address ?? '').trim(), {
    name: options.name,
    protocol: options.protocol,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MailProfileError('invalid_account', 'The account file is not JSON.', { cause })
  }
}
