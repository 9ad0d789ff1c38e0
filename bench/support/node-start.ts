import { spawn } from 'node:child_process'

/** How a program that does nothing is called. */
export const EMPTY_NODE = 'an empty Node'

/** How long Node takes for a program that does nothing, in milliseconds: what no program can be quicker than. */
export function emptyStart(): Promise<number> {
  return timeOf(['-e', ''])
}

/** From the start of a Node process to its end, in milliseconds. */
export async function timeOf(
  argv: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<number> {
  const begin = performance.now()
  const child = spawn(process.execPath, argv, { ...options, env: {}, stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  return performance.now() - begin
}

/** How much more each is than the other of its round. */
export function beyond(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, round) => value - (others[round] ?? NaN))
}
