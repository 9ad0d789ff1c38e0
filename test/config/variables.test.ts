import { describe, expect, it } from 'vitest'
import { configSchema } from '../../src/config/schema.js'
import { VARIABLES } from '../../src/config/variables.js'
import { schemaKeys } from '../../src/encoding/schema-keys.js'

describe('the variables', () => {
  it('set every key that the file sets, and nothing else', () => {
    const keys = schemaKeys(configSchema)
    // Sections are set key by key; what is inside a list of them comes with the list.
    const lists = ['api.keys', 'tenants']
    const leaves = keys.filter(
      (key) =>
        !lists.some((list) => key.startsWith(`${list}.`)) &&
        !keys.some((one) => one.startsWith(`${key}.`)),
    )
    const set = new Set(VARIABLES.map(({ path }) => path.join('.')))
    expect([...set].sort()).toEqual([...new Set([...leaves, ...lists])].sort())
  })
})
