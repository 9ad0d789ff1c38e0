import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { Person } from '../../src/directory/people-directory.js'
import { directoryUnavailable } from '../../src/directory/trouble.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { apiApp, branch, call, codeOf, helpdesk, makeInvitation, reader } from '../support/api.js'
import { runCli } from '../support/cli.js'
import { openTestStore } from '../support/open-test-store.js'
import { ANN } from '../support/people.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PERSON: Person = { name: 'Ann Example', username: 'u1', aliases: [], language: 'de' }
const ADDRESS = ANN.address
const tokenOf = (url: unknown) => String(url).slice(-22)

/** The app with a directory that has one person, and whom it was asked for. */
function appWithDirectory(answer: () => Person | undefined = () => PERSON) {
  const asked: string[] = []
  const given = apiApp({
    people: {
      find: (address) => {
        asked.push(address)
        return Promise.resolve().then(answer)
      },
    },
  })
  return { ...given, asked }
}

describe('the HTTP interface with a directory', () => {
  it('seals what the directory knows into an invitation, and what the caller says wins', async () => {
    const { app, invitations } = appWithDirectory()
    const made = await makeInvitation(app, { address: ADDRESS })
    expect((await invitations.open(tokenOf(made.json['url'])))?.person).toMatchObject({
      name: 'Ann Example',
      username: 'u1',
      language: 'de',
    })
    const own = { address: ADDRESS, name: 'A. Example', username: 'ann' }
    const other = await makeInvitation(app, own)
    expect((await invitations.open(tokenOf(other.json['url'])))?.person).toMatchObject({
      ...own,
      language: 'de',
    })
  })

  it('gives the same answer to the same call, whatever the directory has by then', async () => {
    let person: Person | undefined = PERSON
    const { app } = appWithDirectory(() => person)
    const headers = { 'Idempotency-Key': 'k1' }
    const first = await makeInvitation(app, { address: ADDRESS }, { headers })
    person = undefined
    const second = await makeInvitation(app, { address: ADDRESS }, { headers })
    expect([second.status, second.json]).toEqual([first.status, first.json])
  })

  it('shows of the other addresses those that a key is for', async () => {
    const aliases = ['a@btinternet.com', 'ann@posteo.de', 'ann@elsewhere.example'].map((one) =>
      parseAddress(one),
    )
    const shown = async (key: string) => {
      const { app } = appWithDirectory(() => ({ ...PERSON, aliases }))
      const { json } = await call(app, 'get', `/api/v1/accounts/${ADDRESS}`, { key })
      return (json['person'] as { aliases: string[] }).aliases
    }
    expect(await shown(reader.key)).toEqual(aliases)
    expect(await shown(branch.key)).toEqual(['a@btinternet.com'])
  })

  it('shows an account with what the directory knows', async () => {
    const { app, asked } = appWithDirectory()
    const get = (query = '') =>
      call(app, 'get', `/api/v1/accounts/${ADDRESS}${query}`, { key: reader.key })
    expect((await get()).json).toMatchObject({
      account: {
        identity: { name: 'Ann Example' },
        incoming: { username: 'u1' },
        outgoing: { username: 'u1' },
      },
      person: { aliases: [], language: 'de' },
    })
    expect((await get('?name=Anna')).json).toMatchObject({
      account: { identity: { name: 'Anna' }, incoming: { username: 'u1' } },
    })
    expect(asked).toHaveLength(2)
  })

  it.each([
    ['no key', `/api/v1/accounts/${ADDRESS}`, undefined, 'unauthorized'],
    ['a key of another domain', '/api/v1/accounts/ann@gmail.com', branch.key, 'forbidden'],
    ['a domain of nobody', '/api/v1/accounts/ann@unknown.example', helpdesk.key, 'unknown_domain'],
    [
      'a protocol that is not there',
      '/api/v1/accounts/ann@gmx.de?protocol=nntp',
      helpdesk.key,
      'unsupported_protocol',
    ],
    ['another page', '/api/v1/formats', helpdesk.key, undefined],
  ])('does not ask for %s', async (_what, path, key, code) => {
    const { app, asked } = appWithDirectory()
    expect(codeOf(await call(app, 'get', path, { key }))).toBe(code)
    expect(asked).toEqual([])
  })

  it('answers 503 while the directory is away, and makes nothing', async () => {
    const { app, events } = appWithDirectory(() => {
      throw directoryUnavailable(new Error('of ann@btinternet.com'))
    })
    const account = await call(app, 'get', `/api/v1/accounts/${ADDRESS}`, { key: reader.key })
    const made = await makeInvitation(app, { address: ADDRESS })
    for (const answer of [account, made]) {
      expect([answer.status, codeOf(answer)]).toEqual([503, 'directory_unavailable'])
      expect(answer.headers['retry-after']).toBe('60')
      expect(answer.text).not.toContain('ann@')
    }
    expect(events).toEqual([])
  })
})

describe('the command line with a directory', () => {
  function place(
    csv = `address,name,username,language,aliases\n${ADDRESS},Ann Example,u1,de,a@btinternet.com\n`,
  ) {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'people.csv'), csv)
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      'baseUrl: https://setup.example.com\nstore: sqlite:kept.db\ndirectory: { csv: people.csv }\n',
    )
    return {
      cwd,
      run: async (...argv: readonly string[]) => {
        const { exitCode, stdout, stderr } = await runCli(argv, { cwd, env: { HOME: cwd } })
        return { exitCode, stdout: stdout.toString(), stderr }
      },
    }
  }

  it('looks people up', async () => {
    const { run } = place()
    const { stdout } = await run('lookup', ADDRESS)
    expect(stdout).toMatch(/^ *User name +u1$/m)
    expect(stdout).toContain('In the directory: Ann Example; also a@btinternet.com; language de.')
    const json = JSON.parse(
      (await run('lookup', ADDRESS, '--json', '--name', 'A')).stdout,
    ) as object
    expect(json).toMatchObject({
      account: { identity: { name: 'A' }, outgoing: { username: 'u1' } },
      person: { aliases: ['a@btinternet.com'], language: 'de' },
    })
    const other = JSON.parse((await run('lookup', 'bob@btinternet.com', '--json')).stdout) as object
    expect(other).not.toHaveProperty('person')
  })

  it('exports in the language of the person, unless another one is named', async () => {
    const { run } = place()
    const sheet = await run('export', 'settings-sheet', ADDRESS, '-o', '-')
    expect(sheet.stdout).toContain('u1')
    expect(sheet.stdout).toMatch(/Benutzername/)
    const english = await run('export', 'settings-sheet', ADDRESS, '--language', 'en', '-o', '-')
    expect(english.stdout).toMatch(/User name/)
  })

  it('invites people as the directory has them', async () => {
    const { cwd, run } = place()
    const made = JSON.parse((await run('invite', ADDRESS, '--json')).stdout) as { url: string }
    const store = await openTestStore(`sqlite:${join(cwd, 'kept.db')}`)
    const held = await new Invitations({ store }).open(tokenOf(made.url))
    await store.close()
    expect(held?.person).toMatchObject({ name: 'Ann Example', username: 'u1', language: 'de' })
  })

  it('says why a directory gives no answer', async () => {
    const { run } = place('nothing\n')
    for (const argv of [
      ['lookup', ADDRESS],
      ['invite', ADDRESS],
    ]) {
      const { exitCode, stderr } = await run(...argv)
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(
        /^directory_unavailable: The directory of people gives no answer\. Its first line names no column address\.\n.*config check/,
      )
    }
    const checked = await run('config', 'check')
    expect(checked.stdout).toMatch(
      /^warning +directory +It does not answer: .*names no column address/m,
    )
    expect(checked.exitCode).toBe(0)
    expect((await place().run('config', 'check')).stdout).toMatch(/^ok +directory +It answers: /m)
  })

  it('does not need it for who is in no catalogue, nor for a file', async () => {
    const { cwd, run } = place('nothing\n')
    expect((await run('lookup', 'ann@unknown.example')).stderr).toMatch(/^unknown_domain/)
    const { account } = JSON.parse((await place().run('lookup', ADDRESS, '--json')).stdout) as {
      account: object
    }
    writeFileSync(join(cwd, 'ann.json'), JSON.stringify(account))
    const sheet = await run('export', 'settings-sheet', '--account', 'ann.json', '-o', '-')
    expect([sheet.exitCode, sheet.stderr]).toEqual([0, ''])
  })
})
