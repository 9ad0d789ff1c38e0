import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { apiScope } from '../../src/config/values.js'
import { STATUS } from '../../src/http/middleware/error-handler.js'
import { invitationRequestSchema } from '../../src/invitations/schemas.js'
import { INVITATION_STATES } from '../../src/invitations/record.js'
import { ANN, API_URL, apiApp, boss, makeInvitation, testKey } from '../support/api.js'
import { isMissing, program } from '../support/programs.js'

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')

/** The first cells of the table with this heading. */
function firstCells(heading: string): string[] {
  const [, table = ''] = page.split(new RegExp(`^\\| ${heading} .*\\n\\|[ -|]+\\n`, 'm'))
  return (/^(?:\|.*\n)+/.exec(table)?.[0] ?? '')
    .trim()
    .split('\n')
    .map((row) => (row.split('|')[1] ?? '').replaceAll('`', '').trim())
}

describe('docs/api.md', () => {
  it('names every field, scope and state', () => {
    expect(firstCells('field')).toEqual(Object.keys(invitationRequestSchema.shape))
    expect(firstCells('state')).toEqual([...INVITATION_STATES])
    expect(firstCells('scope').sort()).toEqual([...apiScope.options].sort())
  })

  it('names codes with the status that they have', () => {
    expect.hasAssertions()
    const table = page.slice(page.indexOf('| status'))
    for (const [, status = '', codes = ''] of table.matchAll(/^\| (\d{3}) +\|(.*)\|$/gm)) {
      for (const [, code = ''] of codes.matchAll(/`([a-z_]+)`/g)) {
        expect([code, STATUS[code as keyof typeof STATUS]]).toEqual([code, Number(status)])
      }
    }
  })

  it.skipIf(isMissing('curl'))('has commands that work', async () => {
    const { key, entry } = testKey('docs')
    const { app } = apiApp({ apiKeys: [entry, boss.entry] })
    const listener = app.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    const { json } = await makeInvitation(app, ANN, { key })
    const commands = [...page.matchAll(/^```sh\n(curl [^]*?)^```$/gm)].map(([, text = '']) =>
      text
        .replaceAll(API_URL, `http://127.0.0.1:${port}`)
        .replaceAll('ann@example.com', ANN.address)
        .replace(/^curl /gm, `${program('curl')} --silent --show-error --fail-with-body `),
    )
    try {
      expect(commands).toHaveLength(4)
      for (const command of commands) {
        const env = { KEY: key, ID: String(json['id']) }
        const { stdout } = await promisify(execFile)('/bin/sh', ['-ec', command], { env })
        expect(stdout).toMatch(/^\{"(?:id|account)"/)
      }
    } finally {
      listener.close()
    }
  })
})
