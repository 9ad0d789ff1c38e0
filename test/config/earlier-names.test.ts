import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { configSchema } from '../../src/config/schema.js'
import { findVariable, VARIABLES } from '../../src/config/variables.js'
import { schemaKeys } from '../../src/encoding/schema-keys.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// Every name that the configuration has had in any version, whether it is documented or not. One that is
// new is added; none is ever taken out.
const { keys, variables } = JSON.parse(
  readFileSync(new URL('../vectors/configuration-names.json', import.meta.url), 'utf8'),
) as { readonly keys: readonly string[]; readonly variables: readonly string[] }
const known = schemaKeys(configSchema)
const knownVariables = VARIABLES.map(({ name }) => name)

async function messageOf(yaml: string, env: Record<string, string>): Promise<string> {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), yaml)
  const error: unknown = await loadConfig({ env, cwd }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'invalid_configuration' })
  return (error as Error).message
}

describe('a name of an earlier version', () => {
  it.each(keys.filter((key) => !known.includes(key)))('%s leads to the new one', async (key) => {
    const yaml = `${key.split('.').join(': { ')}: x${' }'.repeat(key.split('.').length - 1)}`
    const message = await messageOf(yaml, {})
    expect(message).toContain(`: ${key} is called `)
    expect(known).toContain(/is called (\S+) now/.exec(message)?.[1])
  })

  it.each(
    variables
      .filter((name) => findVariable(name, 'x') !== 'known')
      .flatMap((name) => [name, `${name}_FILE`]),
  )('%s leads to the new one', async (name) => {
    const message = await messageOf('', { [name]: 'hunter2' })
    expect(message).toContain(`${name} is called `)
    expect(message).not.toContain('hunter2')
    const [, now = ''] = /is called (\S+) now/.exec(message) ?? []
    expect([knownVariables.includes(now.replace(/_FILE$/, '')), now.endsWith('_FILE')]).toEqual([
      true,
      name.endsWith('_FILE'),
    ])
  })

  it('is one of those that are kept here', () => {
    const isListed = (name: string) => keys.includes(name) || /\bbranding\.notice\./.test(name)
    expect(known.filter((name) => !isListed(name))).toEqual([])
    expect(knownVariables.filter((name) => !variables.includes(name))).toEqual([])
  })
})
