import { resolve } from 'node:path'
import type { Command } from 'commander'
import { MailProfileError } from '../../errors.js'
import { tryConfiguredStore, type StoreConfig } from '../../server/configured-store.js'
import type { Finish, Io } from '../io.js'
import { addConfigOption, readConfig } from '../options.js'
import { tell, write, writeWhole } from '../output.js'
import { replaceFile } from '../../files/replace-file.js'
import { UsageError } from '../usage-error.js'
import { withStore } from '../with-invitations.js'

interface BackupOptions {
  readonly config?: string
  readonly json?: true
}

const STANDARD_OUTPUT = '-'

export function backupCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('backup')
    .description('Writes all that the store keeps into a file, while the server runs.')
    .argument('<file>', 'the file, which is replaced if it is there; - for standard output')
    .option('--json', 'print JSON: how much was written')
    .addHelpText(
      'after',
      '\nInvitations in it stay sealed under their links: it holds no password that anybody can read.' +
        '\nThe configuration, certificates and keys are not in it.',
    )
  addConfigOption(command).action((file: string, options: BackupOptions) =>
    finish(backup(file, options, io)),
  )
}

async function backup(file: string, options: BackupOptions, io: Io): Promise<void> {
  const isPiped = file === STANDARD_OUTPUT
  if (isPiped && options.json) throw new UsageError('--json and - do not go together.')
  const { writeBackup } = await import('../../backup/write-backup.js')
  const config = await readConfig(options.config, io)
  await requireStore(config, io)
  const counts = await withStore(config, io, async (store) => {
    const make = (to: (part: string) => Promise<void>) =>
      writeBackup(store, io.now(), (part) => {
        if (io.signal.aborted) throw stopped()
        return to(part)
      })
    return isPiped
      ? make((part) => writeWhole(io.stdout, part))
      : replaceFile(resolve(io.cwd, file), make, { name: file })
  })
  if (options.json) {
    await write(io.stdout, `${JSON.stringify({ file, ...counts }, null, 2)}\n`)
    return
  }
  const where = isPiped ? 'the backup' : file
  const { invitations, calls } = counts
  await tell(io.stderr, `Wrote ${where}: invitations ${invitations}, repeatable calls ${calls}.\n`)
}

// To open one makes it, and a backup of nothing would not be noticed.
async function requireStore(config: StoreConfig, io: Io): Promise<void> {
  const { trial, isNew, place } = await tryConfiguredStore(config, io)
  await trial.close()
  if (!isNew) return
  throw new MailProfileError('not_found', `There is no store yet: ${place}`, {
    hint: 'Name the configuration of the server with --config.',
  })
}

function stopped(): MailProfileError {
  return new MailProfileError('invalid_request', 'Stopped: no backup was written.')
}
