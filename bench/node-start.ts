import { spawn } from 'node:child_process'

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

/** Median, least and most of some values. */
export function spread(values: readonly (number | undefined)[], unit: string): string {
  const sorted = values.map((value) => value ?? NaN).sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(0)
  return `median ${at(0.5)} ${unit} (${at(0)} to ${at(1)})`
}
