import type { Command } from 'commander'
import { formatSummary } from '../../formats/format-summary.js'
import { formats } from '../../formats/index.js'
import type { Finish, Io } from '../io.js'
import { rows, write } from '../output.js'

export function formatsCommand(program: Command, io: Io, finish: Finish): void {
  program
    .command('formats')
    .description('Lists all formats, what each carries and who reads it.')
    .option('--json', 'print JSON')
    .action((options: { json?: true }) => finish(listFormats(options.json === true, io)))
}

async function listFormats(json: boolean, io: Io): Promise<void> {
  if (json) {
    await write(io.stdout, `${JSON.stringify(formats.map(formatSummary), null, 2)}\n`)
    return
  }
  const blocks = formats.map(
    (format) =>
      `${format.id}\n` +
      rows([
        ['What', `${format.title} (${format.kind}${format.signed ? ', signed' : ''})`],
        ['Carries', format.carries.join(', ')],
        ['Who', format.readers],
      ]),
  )
  await write(io.stdout, blocks.join('\n'))
}
