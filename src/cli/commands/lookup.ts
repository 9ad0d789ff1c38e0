import type { Command } from 'commander'
import { accountToJson } from '../../account/account-json.js'
import { settingsOf } from '../../formats/settings.js'
import type { Finish, Io } from '../io.js'
import { addAccountOptions, readCatalogue, readConfig, type AccountOptions } from '../options.js'
import { rows, write } from '../output.js'

export function lookupCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('lookup')
    .description('Shows the settings for a mail address and where they come from.')
    .argument('<address>', 'a mail address')
    .option('--json', 'print JSON')
  addAccountOptions(command).action((address: string, options: AccountOptions & { json?: true }) =>
    finish(lookup(address, options, io)),
  )
}

async function lookup(
  address: string,
  options: AccountOptions & { readonly json?: true },
  io: Io,
): Promise<void> {
  const config = await readConfig(options.config, io)
  const catalogue = await readCatalogue(config, options.providers, io)
  const { name, protocol } = options
  const account = catalogue.account(address.trim(), { name, protocol })
  const { provider, file } = catalogue.find(account.identity.address)
  const notes = provider.notes.filter(
    (note) => note.protocol === undefined || note.protocol === account.incoming.protocol,
  )
  const advice = [
    ...(provider.appPassword === undefined ? [] : [provider.appPassword.text]),
    ...notes.map((note) => note.text),
  ]
  if (options.json) {
    const source = { provider: provider.id, file, sources: provider.sources }
    const json = { account: accountToJson(account), source, notes: advice, help: provider.help }
    await write(io.stdout, `${JSON.stringify(json, null, 2)}\n`)
    return
  }
  const groups = settingsOf(account).map(
    (group) => `${group.title}\n${rows(group.rows.map(({ label, value }) => [label, value]))}`,
  )
  const verified = provider.sources
    .map(({ verified: date }) => date)
    .sort()
    .at(-1)
  const from = `From ${file} (${provider.name}${verified === undefined ? '' : `, verified ${verified}`}).`
  const lines = [
    from,
    ...advice,
    ...(provider.help === undefined ? [] : [`Help: ${provider.help}`]),
  ]
  await write(io.stdout, `${groups.join('\n')}\n${lines.join('\n')}\n`)
}
