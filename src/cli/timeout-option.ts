import { InvalidArgumentError } from 'commander'

/** Reads the seconds of `--timeout`. */
export function timeoutUpTo(most: number): (text: string) => number {
  return (text) => {
    const seconds = Number(text)
    if (!/^\d+(?:\.\d+)?$/.test(text) || seconds <= 0 || seconds > most) {
      throw new InvalidArgumentError(`It has to be a number of seconds up to ${most}.`)
    }
    return seconds
  }
}
