import { DuplicateKey, readJson } from '../../encoding/read-json.js'
import { rawPerson, type RawPerson } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'

/**
 * The person whom a program writes as a JSON object; nobody for `null`.
 *
 * @throws DirectoryTrouble for anything else
 */
export function personInJson(text: string): RawPerson | undefined {
  const value = parse(text)
  if (value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new DirectoryTrouble('The program writes JSON that is no object.')
  }
  return rawPerson(Object.entries(value))
}

function parse(text: string): unknown {
  try {
    return readJson(text)
  } catch (error) {
    const what = error instanceof DuplicateKey ? 'a key twice' : 'what is not JSON'
    throw new DirectoryTrouble(`The program writes ${what}.`)
  }
}
