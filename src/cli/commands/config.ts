import type { Command } from 'commander'
import type { ExitCode, Finish, Io } from '../io.js'
import { addConfigOption, addProvidersOption, readConfig } from '../options.js'
import { write } from '../output.js'
import { STANDARD_INPUT } from '../read-input.js'
import { dnsCommand } from './config-dns.js'

interface CheckConfigOptions {
  readonly config?: string
  readonly providers?: readonly string[]
  readonly json?: true
}

export function configCommand(program: Command, io: Io, finish: Finish): void {
  const group = program.command('config').description("Shows and checks the operator's settings.")
  dnsCommand(group, io, finish)
  const check = group
    .command('check')
    .description(
      'Looks at all that a start looks at, without starting, and asks the directory of people.',
    )
    .option('--json', 'print JSON')
  addProvidersOption(addConfigOption(check)).action((options: CheckConfigOptions) =>
    finish(checkConfig(options, io)),
  )
}

async function checkConfig(options: CheckConfigOptions, io: Io): Promise<ExitCode> {
  const [{ checkConfiguration }, { findingsAsJson, findingsAsText }] = await Promise.all([
    import('../../server/check-configuration.js'),
    import('../findings-output.js'),
  ])
  const { providers = [] } = options
  const read = () => readConfig(options.config, io)
  const noFile = options.config === STANDARD_INPUT ? 'standard input' : undefined
  const findings = await checkConfiguration({ read, noFile, providers }, io)
  await write(io.stdout, options.json ? findingsAsJson(findings) : findingsAsText(findings))
  return findings.some(({ state }) => state === 'error') ? 1 : 0
}
