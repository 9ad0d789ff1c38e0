import type { Command } from 'commander'
import type { DomainSettings } from '../../providers/domain-settings.js'
import { settingsOf, spoken } from '../../formats/settings.js'
import { accountAdvice, accountAnswer } from '../../http/api/account-answer.js'
import type { Person } from '../../directory/people-directory.js'
import { english } from '../../messages/english.js'
import { say } from '../../messages/text.js'
import { providerAccount } from '../../providers/provider-account.js'
import { withLogIn } from '../../directory/complete.js'
import { findPerson } from '../find-person.js'
import type { Finish, Io } from '../io.js'
import { addAccountOptions, readConfig, findSettings, type LookUpOptions } from '../options.js'
import { rows, write } from '../output.js'

export function lookupCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('lookup')
    .description('Shows the settings for a mail address and where they come from.')
    .argument('<address>', 'a mail address')
    .option('--json', 'print JSON')
  addAccountOptions(command).action((address: string, options: LookUpOptions & { json?: true }) =>
    finish(lookup(address, options, io)),
  )
}

async function lookup(
  address: string,
  options: LookUpOptions & { readonly json?: true },
  io: Io,
): Promise<void> {
  const config = await readConfig(options.config, io)
  const { wanted, found, config: own } = await findSettings(address, options, config, io)
  // What cannot be an account is told of without the directory.
  providerAccount(found, wanted, options)
  const person = await findPerson(wanted, own, io)
  const name = options.name ?? person?.name
  const account = withLogIn(providerAccount(found, wanted, { ...options, name }), person)
  if (options.json) {
    const json = accountAnswer(account, found, person)
    await write(io.stdout, `${JSON.stringify(json, null, 2)}\n`)
    return
  }
  const password =
    found.provider.appPassword === undefined ? undefined : say('settings.yourAppPassword')
  const groups = spoken(settingsOf(account, password), english).map(
    (group) => `${group.title}\n${rows(group.rows.map(([label, value]) => [label, value]))}`,
  )
  const lines = [
    ...ofPerson(person),
    origin(found, account.accountName ?? found.provider.name),
    ...accountAdvice(account, found),
    ...(found.provider.help === undefined ? [] : [`Help: ${found.provider.help}`]),
  ]
  await write(io.stdout, `${groups.join('\n')}\n${lines.join('\n')}\n`)
}

function ofPerson(person: Person | undefined): string[] {
  if (person === undefined) return []
  const { name, aliases, language } = person
  const parts = [
    ...(name === undefined ? [] : [name]),
    ...(aliases.length === 0 ? [] : [`also ${aliases.join(', ')}`]),
    ...(language === undefined ? [] : [`language ${language}`]),
  ]
  return parts.length === 0 ? [] : [`In the directory: ${parts.join('; ')}.`]
}

function origin(
  { provider, trust, voucher, source, confirm }: DomainSettings,
  name: string,
): string {
  if (trust !== 'catalogue') {
    const servers =
      confirm.length === 0 ? '' : ` The password would go to ${confirm.join(' and ')}.`
    const voucherless = voucher === 'catalogue' ? '' : ' Nobody here vouches for them.'
    return `Found at ${source}.${servers}${voucherless}`
  }
  const checks = provider.sources
    .map(({ verified, cited = false }) => `${verified}${cited ? ' by what others cite' : ''}`)
    .sort()
  const last = checks.at(-1)
  return `From ${source} (${name}${last === undefined ? '' : `, checked ${last}`}).`
}
