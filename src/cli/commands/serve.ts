import { InvalidArgumentError, type Command } from 'commander'
import { announce } from '../announce.js'
import type { Finish, Io } from '../io.js'
import { listeningPlace, type PlaceOptions } from '../../server/listening-place.js'
import { addConfigOption, addProvidersOption, readConfig } from '../options.js'
import { runServer } from '../../server/run-server.js'

interface ServeOptions extends PlaceOptions {
  readonly config?: string
  readonly providers?: readonly string[]
}

export function serveCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('serve')
    .description('Runs the server, on loopback unless told otherwise.')
    .option('--host <address>', 'the address to listen on')
    .option('--port <port>', 'the port to listen on (default: 8080)', parsePort)
    .option('--lan', 'for phones in the same network, without https: for trying it out')
  addProvidersOption(addConfigOption(command)).action((options: ServeOptions) =>
    finish(serve(options, io)),
  )
}

async function serve(options: ServeOptions, io: Io): Promise<void> {
  const config = await readConfig(options.config, io)
  const place = listeningPlace(options, config, io)
  const { providers = [], lan = false } = options
  const onListening = (urls: readonly string[]) => announce(urls, lan, io)
  await runServer({ config, place, providers, lan, onListening }, io)
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (!(port <= 65535)) throw new InvalidArgumentError('It has to be a number from 0 to 65535.')
  return port
}
