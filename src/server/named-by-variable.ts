/** The variables of the environment that say where to listen, where it is they. */
export interface PlaceVariables {
  readonly host?: string | undefined
  readonly port?: string | undefined
}

/** A clause that names a variable as the origin of a value, with its commas; empty without one. */
export function namedByVariable(name: string | undefined, closing = ''): string {
  return name === undefined ? '' : `, which ${name} in the environment says${closing}`
}

/**
 * What to do about a host that a variable says, as a sentence to follow: HOST is a triple of conda
 * ("x86_64-conda-linux-gnu") or the machine's name in csh.
 */
export function ownHost(name: string | undefined): string {
  if (name !== 'HOST') return ''
  return ' Where HOST is meant for other programs, as conda and csh set it, MAILPROFILE_LISTEN_HOST or --host wins over it.'
}
