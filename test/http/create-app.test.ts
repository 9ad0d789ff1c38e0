import { describe, expect, it } from 'vitest'
import { createApp, type AppDependencies } from '../../src/http/app.js'
import { catalogue, get } from '../support/app.js'
import { refusal } from '../support/errors.js'

/** As a program in JavaScript may call it. */
function create(dependencies: { readonly baseUrl?: string | undefined }) {
  return createApp({ catalogue, ...dependencies } as AppDependencies)
}

describe('createApp', () => {
  it.each<[name: string, dependencies: { readonly baseUrl?: string | undefined }]>([
    ['no address', {}],
    ['an address that is undefined', { baseUrl: undefined }],
    ['an empty address', { baseUrl: '' }],
  ])('says that it needs to know where people reach it, given %s', async (_name, dependencies) => {
    expect(await refusal(() => create(dependencies))).toMatchObject({
      code: 'base_url_required',
      field: 'baseUrl',
      hint: expect.stringContaining('baseUrl') as string,
    })
  })

  it.each(['setup.example.com', 'setup.example.com:8080', '/setup', 'ftp://setup.example.com'])(
    'refuses %s, which no browser opens',
    async (baseUrl) => {
      expect(await refusal(() => create({ baseUrl }))).toMatchObject({
        code: 'invalid_configuration',
        field: 'baseUrl',
      })
    },
  )

  it('needs nothing but a catalogue and that address', async () => {
    const app = create({ baseUrl: 'https://setup.example.com/mail/' })
    expect((await get(app, '/mail/healthz')).status).toBe(200)
  })
})
