import { allCommands, type CommandDefinition, type Completion } from './definition.js'

/** Where a value stands: `export --output`, or the argument of a command, `export 0`. */
export interface Place {
  readonly command: string
  readonly at: string
}

/** Every option that takes a value, by each of its names, as the shells see it. */
export function optionPlaces(
  root: CommandDefinition,
): readonly (Place & { readonly completion: Completion })[] {
  return allCommands(root).flatMap((command) =>
    command.options
      .filter(({ value }) => value !== undefined)
      .flatMap(({ names, completion }) =>
        names.map((at) => ({ command: command.path.join(' '), at, completion })),
      ),
  )
}

/** A word of a shell, in single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
