import type { Command } from 'commander'
import type { BackupSummary } from '../../backup/read-backup.js'
import type { RestoredCounts } from '../../backup/restore-backup.js'
import { MailProfileError } from '../../errors.js'
import { CLOCK_TOLERANCE } from '../../invitations/clock.js'
import type { Store } from '../../invitations/store.js'
import { openBackup, type OpenedBackup } from '../open-backup.js'
import type { Finish, Io } from '../io.js'
import { shownTime } from '../kept-invitations.js'
import { addConfigOption, readConfig } from '../options.js'
import { write } from '../output.js'
import { withStore } from '../with-invitations.js'

interface RestoreOptions {
  readonly config?: string
  readonly merge?: true
  readonly json?: true
}

export function restoreCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('restore')
    .description('Gives the store what a backup has, also one of another kind of store.')
    .argument('<file>', 'a file that “mailprofile backup” made; - for standard input')
    .option('--merge', 'also where the store has invitations already')
    .option('--json', 'print JSON: what came of it')
    .addHelpText(
      'after',
      '\nNothing that the store knows is undone: an invitation that was used up or revoked there stays so,' +
        '\nand of two counts the higher one holds. Nothing is written of a file that is not whole.',
    )
  addConfigOption(command).action((file: string, options: RestoreOptions) =>
    finish(restore(file, options, io)),
  )
}

async function restore(file: string, options: RestoreOptions, io: Io): Promise<void> {
  const { verifyBackup } = await import('../../backup/read-backup.js')
  const config = await readConfig(options.config, io)
  const backup = await openBackup(file, io)
  try {
    const summary = await verifyBackup(backup.read())
    requireLaterThan(summary, io)
    const report = await withStore(config, io, async (store, place) => {
      const { invitations } = await store.list({ limit: 1 })
      if (invitations.length > 0 && !options.merge) throw notEmpty(place)
      return { ...summary, store: place, ...(await restoreAll(backup, store, io)) }
    })
    await write(io.stdout, options.json ? `${JSON.stringify(report, null, 2)}\n` : describe(report))
  } finally {
    await backup.close()
  }
}

async function restoreAll(
  backup: OpenedBackup,
  store: Pick<Store, 'restore'>,
  io: Io,
): Promise<RestoredCounts> {
  const [{ readBackup }, { restoreEntries }] = await Promise.all([
    import('../../backup/read-backup.js'),
    import('../../backup/restore-backup.js'),
  ])
  return restoreEntries(store, unlessStopped(readBackup(backup.read()), io))
}

async function* unlessStopped<T>(entries: AsyncIterable<T>, { signal }: Io): AsyncGenerator<T> {
  for await (const entry of entries) {
    if (signal.aborted) {
      throw new MailProfileError('invalid_request', 'Stopped before all was restored.', {
        hint: 'The same command with --merge goes on.',
      })
    }
    yield entry
  }
}

// By a clock that is behind, what has expired would begin again.
function requireLaterThan({ madeAt }: BackupSummary, io: Io): void {
  if (madeAt.getTime() <= io.now().getTime() + CLOCK_TOLERANCE) return
  throw new MailProfileError(
    'invalid_request',
    `The backup was made at ${shownTime(madeAt.toISOString())}, and the clock of this machine is before that.`,
    { hint: 'Set the clock right first: links that have expired would work again.' },
  )
}

function notEmpty(place: string): MailProfileError {
  return new MailProfileError('invalid_request', `The store has invitations already: ${place}`, {
    hint: 'Add --merge to keep them and add those of the backup; nothing that the store knows is undone.',
  })
}

/** What came of a restore, and where it went. */
interface Report extends BackupSummary, RestoredCounts {
  readonly store: string
}

function describe(report: Report): string {
  const { invitations, calls, madeAt, version, store, added, joined, known, over } = report
  const made = `${shownTime(madeAt.toISOString())} by mailprofile ${version}`
  return [
    `The backup of ${made}: invitations ${invitations}, repeatable calls ${calls}.`,
    `The store: ${store}`,
    `Added ${added}; there already ${known}; brought up to date ${joined}; over ${over}.`,
    '',
  ].join('\n')
}
