import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.js'
import { add } from '../support/stores.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const options = { now: Date.now }

it('opens a store in memory', async () => {
  const store = await openStore('memory:', options)
  await add(store)
})

it('needs nothing but the place', async () => {
  const memory = await openStore('memory:')
  await add(memory)
  const file = await openStore(`sqlite:${join(temporaryFolder(), 'mailprofile.db')}`)
  await add(file)
  await file.close()
})

it('opens a store in a file, in a folder that it makes', async () => {
  const file = join(temporaryFolder(), 'data', 'mail profile.db')
  const store = await openStore(`sqlite:${file}`, options)
  await add(store)
  await store.close()
  expect(existsSync(file)).toBe(true)
})

it.each([
  'redis://user:hunter2@127.0.0.1:1',
  'rediss://user:hunter2@127.0.0.1:1',
  'postgres://user:hunter2@localhost',
  'hunter2',
])('keeps the password in %s to itself', async (location) => {
  const error = await openStore(location, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error('It was not refused.')
  expect(['store_unavailable', 'invalid_configuration']).toContain(Reflect.get(error, 'code'))
  expect(JSON.stringify([error.message, error.stack, error])).not.toContain('hunter2')
})
