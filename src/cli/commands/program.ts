import { Command } from 'commander'
import { version } from '../../version.js'
import type { Finish, Io } from '../io.js'

type AddCommand = (program: Command, io: Io, finish: Finish) => void

// In the order of the help. Only the command that is asked for is loaded: some need a lot.
const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['init', async () => (await import('./init.js')).initCommand],
  ['serve', async () => (await import('./serve.js')).serveCommand],
  ['lookup', async () => (await import('./lookup.js')).lookupCommand],
  ['export', async () => (await import('./export.js')).exportCommand],
  ['batch', async () => (await import('./batch.js')).batchCommand],
  ['formats', async () => (await import('./formats.js')).formatsCommand],
  ['qr', async () => (await import('./qr.js')).qrCommand],
  ['inspect', async () => (await import('./inspect.js')).inspectCommand],
  ['check', async () => (await import('./check.js')).checkCommand],
  ['probe', async () => (await import('./probe.js')).probeCommand],
  ['providers', async () => (await import('./providers.js')).providersCommand],
  ['invite', async () => (await import('./invite.js')).inviteCommand],
  ['backup', async () => (await import('./backup.js')).backupCommand],
  ['restore', async () => (await import('./restore.js')).restoreCommand],
  ['keys', async () => (await import('./keys.js')).keysCommand],
  ['config', async () => (await import('./config.js')).configCommand],
])

const FIRST_STEPS = `
To begin:
  mailprofile serve --lan     a server to look at, with a code for a phone in the same Wi-Fi
  mailprofile init            one for your own domain: asks, and writes its configuration
  mailprofile help COMMAND    what a command takes`

/** The program without its commands, which take over how it is set up. */
export function createProgram(): Command {
  return (
    new Command('mailprofile')
      .description('Sets up mail accounts on phones: settings, signed profiles and QR codes.')
      .version(version)
      // What follows the name of a command is its own, also where that has commands in turn.
      .enablePositionalOptions()
      .addHelpText('after', FIRST_STEPS)
  )
}

/**
 * Adds the commands.
 *
 * @param name only this one, if there is one of this name
 */
export async function addCommands(
  program: Command,
  name: string | undefined,
  io: Io,
  finish: Finish,
): Promise<void> {
  const named = COMMANDS.get(name ?? '')
  const loaders = named === undefined ? [...COMMANDS.values()] : [named]
  for (const load of loaders) (await load())(program, io, finish)
}
