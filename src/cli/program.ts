import { Command } from 'commander'
import { version } from '../version.js'
import type { Finish, Io } from './io.js'

type AddCommand = (program: Command, io: Io, finish: Finish) => void

// In the order of the help. Only the command that is asked for is loaded: some need a lot.
const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['serve', async () => (await import('./commands/serve.js')).serveCommand],
  ['lookup', async () => (await import('./commands/lookup.js')).lookupCommand],
  ['export', async () => (await import('./commands/export.js')).exportCommand],
  ['batch', async () => (await import('./commands/batch.js')).batchCommand],
  ['formats', async () => (await import('./commands/formats.js')).formatsCommand],
  ['qr', async () => (await import('./commands/qr.js')).qrCommand],
  ['inspect', async () => (await import('./commands/inspect.js')).inspectCommand],
  ['check', async () => (await import('./commands/check.js')).checkCommand],
  ['probe', async () => (await import('./commands/probe.js')).probeCommand],
  ['providers', async () => (await import('./commands/providers.js')).providersCommand],
  ['invite', async () => (await import('./commands/invite.js')).inviteCommand],
  ['keys', async () => (await import('./commands/keys.js')).keysCommand],
  ['config', async () => (await import('./commands/config.js')).configCommand],
])

/** The program without its commands, which take over how it is set up. */
export function createProgram(): Command {
  return (
    new Command('mailprofile')
      .description('Sets up mail accounts on phones: settings, signed profiles and QR codes.')
      .version(version)
      // What follows the name of a command is its own, also where that has commands in turn.
      .enablePositionalOptions()
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
