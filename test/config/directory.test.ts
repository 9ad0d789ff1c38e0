import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { secretVariables } from '../../src/config/secret-variables.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const LDAP = 'ldap: { url: ldaps://ldap.example.com, base: "dc=example" }'
const BOUND = LDAP.replace(' }', ', bindDn: cn=reader }')
const QUERY = 'query: select name from people where address = %EMAILADDRESS%'

/** The configuration with this under `directory`. */
function load(directory: string, env: Readonly<Record<string, string>> = {}) {
  const cwd = temporaryFolder()
  writeFileSync(
    join(cwd, 'mailprofile.yaml'),
    `directory:\n  ${directory.replaceAll('\n', '\n  ')}\n`,
  )
  return { cwd, config: loadConfig({ env, cwd }) }
}

describe('directory', () => {
  it('has defaults, and paths beside the file', async () => {
    const { cwd, config } = load('csv: people.csv')
    expect((await config).directory).toEqual({
      csv: join(cwd, 'people.csv'),
      timeout: 5,
      connections: 4,
      cacheFor: 300,
      cacheMissingFor: 60,
      cacheEntries: 10_000,
    })
    const sql = load(`sql: { url: 'sqlite:people.db', ${QUERY} }`)
    expect((await sql.config).directory?.sql?.url.reveal()).toBe(
      `sqlite:${join(sql.cwd, 'people.db')}`,
    )
    const command = load('command: [./find-person, "--address=%EMAILADDRESS%"]')
    expect((await command.config).directory?.command).toEqual([
      join(command.cwd, 'find-person'),
      '--address=%EMAILADDRESS%',
    ])
    const lists = load('command: [./find-person]\nlistCommand: [./list-people, --only=%FILTER%]')
    expect((await lists.config).directory?.listCommand).toEqual([
      join(lists.cwd, 'list-people'),
      '--only=%FILTER%',
    ])
    const list = "select address from people where %FILTER% in ('*', department)"
    const listing = load(`sql: { url: 'sqlite:people.db', ${QUERY}, list: "${list}" }`)
    expect((await listing.config).directory?.sql?.list).toBe(list)
  })

  it('has secrets that show themselves to nobody, also from a file that a variable names', async () => {
    const file = join(temporaryFolder(), 'secret')
    writeFileSync(file, 'planted-1\n')
    const { config } = load(BOUND, { MAILPROFILE_DIRECTORY_PASSWORD_FILE: file })
    const { directory } = await config
    expect(directory?.password?.reveal()).toBe('planted-1')
    const url = 'mysql://mail:planted-2@db.example.com/mail'
    const sql = await load(`sql: { url: '${url}', ${QUERY} }`).config
    expect(sql.directory?.sql?.url.reveal()).toBe(url)
    for (const shown of [await config, sql]) {
      expect(inspect(shown, { depth: 9 }) + JSON.stringify(shown)).not.toContain('planted')
    }
    const names = (await Promise.all([config, Promise.resolve(sql)])).map((one) =>
      secretVariables(one).map(({ name }) => name),
    )
    expect(names).toEqual([['MAILPROFILE_DIRECTORY_PASSWORD'], ['MAILPROFILE_DIRECTORY_SQL']])
  })

  it('may come from variables', async () => {
    const { config } = load('csv: people.csv\ntimeout: 3', {
      MAILPROFILE_DIRECTORY_ATTRIBUTES: '{"name": ["cn", "sn"]}',
      MAILPROFILE_DIRECTORY_CACHE_FOR: '0',
    })
    expect((await config).directory).toMatchObject({
      attributes: { name: ['cn', 'sn'] },
      timeout: 3,
      cacheFor: 0,
    })
  })

  it.each<[string, RegExp]>([
    ['timeout: 3', /directory needs one of ldap, sql, command, csv: there is none/],
    [`${LDAP}\ncsv: x`, /there are ldap and csv/],
    [BOUND, /bindDn needs a password/],
    [`${LDAP}\npassword: x`, /directory\.password is of nobody/],
    [`${LDAP}\ntls: false`, /begins with ldaps:, which is TLS/],
    [`sql: { url: 'mysql://u:planted@192.0.2.1/d', ${QUERY} }`, /needs the name of the host/],
    [`sql: { url: 'mariadb://u:planted@[2001:db8::1]/d', ${QUERY} }`, /needs the name of the host/],
    [`sql: { url: 'postgres://u:planted@h/d?sslmode=disable', ${QUERY} }`, /must be postgres:/],
    [`sql: { url: 'oracle://u:planted@h/d', ${QUERY} }`, /must be postgres:/],
    ["sql: { url: 'sqlite:x', query: select 1 }", /must ask for the person/],
    [`sql: { url: 'sqlite:x', query: "select 1 -- %EMAILADDRESS%" }`, /without quotes/],
    ['ldap: { url: http://x.example, base: dc=x }', /must be ldaps:/],
    ['ldap: { url: "ldaps://a:b@x.example", base: dc=x }', /must be ldaps:/],
    ['ldap: { url: ldaps://x.example, base: dc=x, filter: mail=x }', /must stand in parentheses/],
    [
      'ldap: { url: ldaps://x.example, base: dc=x, filter: (&(mail=x) }',
      /must stand in parentheses/,
    ],
    [
      'ldap: { url: ldaps://x.example, base: dc=x, filter: (mail=x)(a=b) }',
      /must stand in parentheses/,
    ],
    ['ldap: { url: ldaps://x.example, base: dc=x, filter: (mail=x) }', /must name the person/],
    [
      `sql: { url: 'sqlite:x', ${QUERY}, list: "select address from p where a = '%FILTER%'" }`,
      /%FILTER% without quotes/,
    ],
    [
      `sql: { url: 'sqlite:x', ${QUERY}, list: "select 1 where a = %EMAILADDRESS%" }`,
      /must list people, by %FILTER%/,
    ],
    ['csv: x\nlistCommand: [x]', /directory\.listCommand needs directory\.command/],
    ['command: [x]\nlistCommand: ["x", "%FILTER%"]', /may begin with a dash/],
    ['command: [x]\nlistCommand: ["%FILTER%"]', /without placeholders/],
    ['command: []', /must name a program/],
    ['command: ["x", "%EMAILLOCALPART%"]', /may begin with a dash/],
    ['csv: x\ntimeout: 0', /from 1 to 30/],
    ['csv: x\nattributes: { mail: y }', /is not a known key/],
    ['csv: x\npublic: login', /is not a known key/],
  ])('refuses %s', async (directory, message) => {
    const error: unknown = await load(directory).config.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_configuration' })
    expect(String(error)).toMatch(message)
    expect(String(error)).not.toContain('planted')
  })

  it('is a tenant’s own, or the top level’s', async () => {
    const cwd = temporaryFolder()
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      `directory: { csv: all.csv }
tenants:
  - { baseUrl: https://a.example, domains: [a.example] }
  - { baseUrl: https://b.example, domains: [b.example], directory: { csv: b.csv } }
`,
    )
    const { directory, tenants } = await loadConfig({ env: {}, cwd })
    expect(tenants.map((one) => one.directory === directory)).toEqual([true, false])
    expect(tenants[1]?.directory).toMatchObject({ csv: join(cwd, 'b.csv'), timeout: 5 })
  })

  it('is warned of by config check where it would be asked in clear', async () => {
    const cwd = temporaryFolder()
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      `store: 'memory:'
serve: { catalogue: false }
directory: { ldap: { url: 'ldap://[2001:db8::1]', base: dc=x }, tls: false, timeout: 1 }
`,
    )
    const { stdout } = await runCli(['config', 'check'], { cwd, env: { HOME: cwd } })
    expect(stdout.toString()).toMatch(/^warning +directory +It is asked without encryption/m)
  })
})
