import { describe, expect, it } from 'vitest'
import { configSchema } from '../../src/config/schema.js'
import { VARIABLES } from '../../src/config/variables.js'
import { schemaKeys } from '../../src/encoding/schema-keys.js'

describe('the variables', () => {
  it('set every key that the file sets, and nothing else', () => {
    const keys = schemaKeys(configSchema)
    // Sections are set key by key; what is inside of a list, or of texts by language, comes with it.
    const ofDirectory = ['ldap', 'sql', 'attributes'].map((key) => `directory.${key}`)
    const ofDelivery = ['smtp', 'webhook'].map((key) => `delivery.${key}`)
    const ofOthers = ['api.keys', 'apps', 'branding.notice', 'tenants']
    const whole = [...ofDirectory, ...ofDelivery, ...ofOthers]
    const leaves = keys.filter(
      (key) =>
        !whole.some((one) => key.startsWith(`${one}.`)) &&
        !keys.some((one) => one.startsWith(`${key}.`)),
    )
    const set = new Set(VARIABLES.map(({ path }) => path.join('.')))
    expect([...set].sort()).toEqual([...new Set([...leaves, ...whole])].sort())
  })
})
