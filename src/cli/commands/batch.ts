import type { Command } from 'commander'
import type { BatchCommandOptions } from '../batch/options.js'
import type { Finish, Io } from '../io.js'
import { addConfigOption, addProvidersOption, collect } from '../options.js'

export function batchCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('batch')
    .description('Makes files and invitations for all people of a list or a directory.')
    .argument('[list]', 'CSV or JSON Lines with a column of addresses; - for standard input')
    .option('--directory <filter>', "people of the configured directory instead; '*' is everybody")
    .requiredOption('--out <folder>', 'where files and results.csv come; it is made')
    .option('--format <format>', 'of the files; may be repeated (default: apple-profile)', collect)
    .option('--invitations', 'make an invitation for each, with its link in results.csv')
    .option('--code', 'ask for a six-digit code, which stands in results.csv too')
    .option(
      '--expires <hours>',
      'until an invitation expires, 1 to 720 (default: 72); letters need longer',
    )
    .option('--window <minutes>', 'open after the first download, 1 to 60 (10)')
    .option('--downloads <number>', 'at most, 1 to 20 (default: 5)')
    .option('--letters <file>', 'print a letter for each with a code to scan, into this PDF')
    .option('--layout <name>', 'letter, or cards: six on a sheet (letter)')
    .option('--paper <name>', 'a4 or letter (a4)')
    .option('--envelope <name>', 'whose window shows the address: din5008a, din5008b, uk-dl, us-10')
    .option('--mail', 'send each an invitation, to the second address in the column deliverTo')
    .option('--zip', 'put the files into one archive, files.zip')
    .option('--unsigned', 'without signatures')
    .option('--language <tag>', 'of the words in the files, for those who have none (English)')
    .option(
      '--column <field=column>',
      'which column is meant, where its name does not say it; may be repeated',
      collect,
    )
    .option('--encoding <name>', 'of the list, where it is no UTF-8 or UTF-16: windows-1252')
    .option('--shard <part/parts>', "only this machine's part of the list: 3/8")
    .option('--threads <number>', 'that make files (default: one for each core)')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--quiet', 'say nothing of how far it is')
    .option('--json', 'print what was done as JSON')
  command.addHelpText(
    'after',
    '\nThe filter of --directory is one of LDAP, a word for your statement or program, or COLUMN=VALUE of a file.' +
      '\nRun it again to go on after a stop, or with more people in the list: what was done is not done' +
      '\nagain. Lines that cannot be used are in rejected.csv, and everything else goes on.\n' +
      '\nExamples:\n  mailprofile batch people.csv --out profiles --dry-run' +
      '\n  mailprofile batch people.csv --out profiles' +
      '\n  mailprofile batch people.csv --out phones --invitations --format apple-profile --format k9-settings' +
      '\n  mailprofile batch people.csv --out mails --mail' +
      "\n  mailprofile batch --directory '(departmentNumber=7)' --out profiles" +
      '\n  mailprofile batch people.csv --out post --invitations --letters letters.pdf --envelope din5008b',
  )
  addProvidersOption(addConfigOption(command)).action(
    async (list: string | undefined, options: BatchCommandOptions) => {
      const { runBatchCommand } = await import('../batch/run.js')
      await finish(runBatchCommand(list, options, io))
    },
  )
}
