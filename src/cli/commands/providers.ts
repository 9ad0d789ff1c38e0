import { resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { parseDomain } from '../../account/address.js'
import type { FileReport, ImportReport } from '../../autoconfig/import-providers.js'
import { MailProfileError } from '../../errors.js'
import type { ExitCode, Finish, Io } from '../io.js'
import { write } from '../output.js'
import { readInput, STANDARD_INPUT } from '../read-input.js'
import { UsageError } from '../usage-error.js'

interface ImportOptions {
  readonly out: string
  readonly force?: true
  readonly domain?: string[]
  readonly json?: true
}

export function providersCommand(program: Command, io: Io, finish: Finish): void {
  const providers = program.command('providers').description('Works on files of providers.')
  providers
    .command('import')
    .description(
      "Makes provider files from Mozilla's autoconfig files (the ISPDB's, or your own), from configuration " +
        'profiles, from the JSON that automx2 is filled with, and from the environment of autodiscover-email-settings.',
    )
    .argument(
      '<path>',
      'such a file, - for standard input, or a folder whose .xml, .mobileconfig, .json and .env files are read',
    )
    .requiredOption('--out <folder>', 'where the provider files go; made when it is missing')
    .option('--force', 'replace provider files that are there already')
    .option(
      '--domain <domain>',
      'the mail domain instead of those in the file; may be given several times',
      addDomain,
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nSays for every file what could not be used, and why, and goes on. Exits with 1 when a file' +
        '\ncould not be imported at all; the others are written all the same.',
    )
    .action((path: string, options: ImportOptions) => finish(importFiles(path, options, io)))
}

async function importFiles(path: string, options: ImportOptions, io: Io): Promise<ExitCode> {
  const { importProviders } = await import('../../autoconfig/import-providers.js')
  const work = importProviders(resolve(io.cwd, path), resolve(io.cwd, options.out), {
    force: options.force === true,
    domains: options.domain,
    given: path === STANDARD_INPUT ? await readInput(path, 'The file', io) : undefined,
  })
  const report = await work.catch((error: unknown) => {
    const isUsage = error instanceof MailProfileError && error.field === 'domains'
    throw isUsage ? new UsageError(error.message) : error
  })
  await write(io.stdout, options.json ? `${JSON.stringify(report, null, 2)}\n` : describe(report))
  return report.failed === 0 ? 0 : 1
}

function addDomain(text: string, before: readonly string[] = []): string[] {
  try {
    return [...before, parseDomain(text)]
  } catch {
    throw new InvalidArgumentError('It has to be a domain such as example.com.')
  }
}

function describe({ files, imported, failed, domains }: ImportReport): string {
  const summary = `Imported ${count(imported, 'file')} with ${count(domains, 'domain')}`
  const rest = failed === 0 ? '.' : `; ${count(failed, 'file')} could not be imported.`
  return `${files.map(describeFile).join('')}${summary}${rest}\n`
}

function describeFile(file: FileReport): string {
  const lines =
    file.outcome === 'failed'
      ? [`${file.file}: not imported. ${file.error.message} ${file.error.hint ?? ''}`.trimEnd()]
      : [
          `${file.file}: ${file.provider} with ${count(file.domains, 'domain')}`,
          ...file.skipped.map(({ what, reason }) => `  not used: ${what}. ${reason}`),
          ...file.warnings.map((warning) => `  check: ${warning}`),
        ]
  return `${lines.join('\n')}\n`
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}
