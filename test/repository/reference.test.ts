import { describe, expect, it } from 'vitest'
import { isSection, type Descriptions } from '../../src/config/description.js'
import { KEYS } from '../../src/config/keys.js'
import { RENAMED_KEYS } from '../../src/config/synonyms.js'
import { findVariable, RENAMED_VARIABLES } from '../../src/config/variables.js'
import { CAUSES } from '../../src/check/causes.js'
import { DIAGNOSES } from '../../src/check/probe/diagnoses.js'
import { formats } from '../../src/formats/index.js'
import { STATUS } from '../../src/http/middleware/error-handler.js'
import type { IncomingTemplate } from '../../src/account/mail-service.js'
import type { Provider } from '../../src/providers/provider.js'
import { createMetrics } from '../../src/server/metrics.js'
import { helpedCommands } from '../support/command-table.js'
import { EXAMPLES } from '../support/examples.js'
import { invitedApp } from '../support/invited-app.js'
import { codeIn, DOCS, proseOf, readPage, tableOf } from '../support/markdown.js'
import { routesOf } from '../support/routes.js'

/** What looks like a key of the configuration and is none. */
const OTHER_KEYS = new Set([
  // A field of an answer.
  'docs/api.md: delivery.state',
  // Keys of provider files.
  'docs/providers.md: oauth.text',
  // What there is not, as the page says.
  'docs/directory.md: directory.public',
])

// The compiler says when one is missing, or is none.
const PROVIDER_KEYS: Readonly<Record<Exclude<keyof Provider, 'authorization'>, true>> = {
  id: true,
  name: true,
  domains: true,
  domainsFile: true,
  mx: true,
  addresses: true,
  incoming: true,
  outgoing: true,
  calendar: true,
  contacts: true,
  autoconfig: true,
  appPassword: true,
  signIn: true,
  oauth: true,
  refuse: true,
  notes: true,
  help: true,
  rootCertificate: true,
  sources: true,
}
const SERVER_KEYS: Readonly<Record<keyof IncomingTemplate | 'unusualPort', true>> = {
  protocol: true,
  host: true,
  port: true,
  unusualPort: true,
  security: true,
  authentication: true,
  username: true,
}

/** Where names stand that are no more. */
const UPGRADES = 'docs/backup-and-upgrade.md'

/** All that stands as code in the pages for people, one line each. */
const CODE = [
  ...EXAMPLES.flatMap(({ page, text }) => text.split('\n').map((line) => ({ page, line }))),
  ...['README.md', ...DOCS].flatMap((page) =>
    codeIn(proseOf(page)).map((line) => ({ page, line })),
  ),
]

// The keys of the configuration and their variables are compared in test/config/documentation.test.ts, the commands
// and their options in test/cli/documentation.test.ts, the HTTP interface in test/http/api-docs.test.ts.
describe('what the documentation says is what there is', () => {
  it('of error codes and their statuses', () => {
    const documented = tableOf('docs/troubleshooting.md', 'code').map(([code, status]) => [
      codeIn(code ?? '')[0],
      status,
    ])
    // No request meets the others: it would be a mistake of ours.
    const shown = (code: string, status: number) =>
      status === 500 && code !== 'internal' ? '' : String(status)
    const there = Object.entries(STATUS).map(([code, status]) => [code, shown(code, status)])
    expect(documented.sort()).toEqual(there.sort())
  })

  it('of formats and what they carry', () => {
    const documented = tableOf('docs/formats.md', 'id').map(([id = '', , carries = '']) => [
      codeIn(id)[0],
      carries,
    ])
    expect(documented).toEqual(formats.map(({ id, carries }) => [id, carries.join(', ')]))
  })

  it('of addresses of the server', () => {
    const documented = tableOf('docs/formats.md', 'method').flatMap(([methods = '', path = '']) =>
      methods.split(', ').map((method) => `${method} ${codeIn(path)[0] ?? ''}`),
    )
    const { app } = invitedApp({ pacc: '03' })
    expect(documented.sort()).toEqual(routesOf(app).sort())
  })

  it('of metrics, their labels and the values of these', async () => {
    const metrics = createMetrics({
      now: () => new Date(),
      certificates: { signing: () => new Date() },
      checkStore: () => Promise.resolve(),
      directoriesAnswer: () => Promise.resolve(true),
      lostLogLines: () => 0,
    })
    metrics.request({ method: 'GET', route: '/', status: 200, seconds: 0.01 })
    const text = await metrics.render()
    const rows = new Map(
      tableOf('docs/metrics.md', 'series').map((cells) => [codeIn(cells[0] ?? '')[0], cells]),
    )
    const names = [...text.matchAll(/^# TYPE (mailprofile_\w+)/gm)].map(([, name]) => name)
    expect([...rows.keys()].sort()).toEqual(names.sort())
    for (const [, name = '', labels = ''] of text.matchAll(/^(mailprofile_\w+)\{(.+)\} /gm)) {
      const [, documented = '', about = ''] =
        rows.get(name.replace(/_(?:bucket|sum|count)$/, '')) ?? []
      for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
        if (label === 'le') continue
        expect(codeIn(documented)).toContain(label)
        if (['kind', 'event', 'certificate'].includes(label)) expect(codeIn(about)).toContain(value)
      }
    }
  })

  it.each([
    ['check', CAUSES],
    ['probe', DIAGNOSES],
  ])('of what `%s` finds', (command, codes) => {
    const page = readPage(`docs/${command}.md`)
    const tables = page.match(/(?<=\n\| code [^\n]*\n\| -[^\n]*\n)(?:\|[^\n]*\n)+/g) ?? []
    const documented = [...tables.join('').matchAll(/^\| `([a-z0-9_]+)`/gm)].map(([, code]) => code)
    expect(documented.sort()).toEqual(Object.keys(codes).sort())
  })

  it('of the keys of provider files', () => {
    const documented = tableOf('docs/providers.md', 'key').flatMap(([keys = '']) => codeIn(keys))
    const ofServers = documented.filter((key) => key.startsWith('….')).map((key) => key.slice(2))
    const topmost = documented.filter((key) => /^\w/.test(key)).map((key) => key.split('.')[0])
    expect([...new Set(topmost)].sort()).toEqual(Object.keys(PROVIDER_KEYS).sort())
    expect(ofServers.sort()).toEqual(Object.keys(SERVER_KEYS).sort())
  })

  it('in every command and its options', async () => {
    const commands = await helpedCommands()
    const names = commands.map(({ name }) => name).sort((a, b) => b.length - a.length)
    const unknown = CODE.flatMap(({ page, line }) => {
      const [, words = ''] = /(?:^|\b(?:npx|sudo) |\| )mailprofile ([a-z][^|#;]*)/.exec(line) ?? []
      if (words === '') return []
      const name = names.find((one) => `${words} `.startsWith(`${one} `))
      const command = commands.find((one) => one.name === name)
      if (command === undefined) return /^help\b/.test(words) ? [] : [`${page}: ${line}`]
      const known = command.options.map(({ flags }) => /--[\w-]+/.exec(flags)?.[0])
      return [...words.matchAll(/(?<=^| )--[\w-]+/g)]
        .map(([flag]) => flag)
        .filter((flag) => flag !== '--help' && !known.includes(flag))
        .map((flag) => `${page}: ${flag} in ${line}`)
    })
    expect(unknown).toEqual([])
  })

  it('in every variable', () => {
    const unknown = CODE.flatMap(({ page, line }) =>
      [...line.matchAll(/\bMAILPROFILE_[A-Z0-9_]+/g)]
        .filter(([name]) => name !== 'MAILPROFILE_CONFIG' && findVariable(name, '') !== 'known')
        .filter(([name]) => page !== UPGRADES || !RENAMED_VARIABLES.has(name))
        .map(([name]) => `${page}: ${name}`),
    )
    expect(unknown).toEqual([])
  })

  it('in every key of the configuration', () => {
    const sections = new Map(
      Object.entries<Descriptions[string]>(KEYS).flatMap(([name, entry]) =>
        isSection(entry) ? [[name, Object.keys(entry.keys)] as const] : [],
      ),
    )
    const unknown = CODE.flatMap(({ page, line }) => {
      const [, section = '', key = ''] = /^([a-zA-Z]+)\.([a-zA-Z]+)(?:: .*)?$/.exec(line) ?? []
      const keys = sections.get(section)
      if (page === UPGRADES && RENAMED_KEYS.has(line)) return []
      return keys === undefined || keys.includes(key) ? [] : [`${page}: ${line}`]
    })
    expect(new Set(unknown)).toEqual(OTHER_KEYS)
  })

  it('of names that have changed', () => {
    const page = CODE.filter((one) => one.page === UPGRADES).map(({ line }) => line)
    for (const names of [...RENAMED_KEYS, ...RENAMED_VARIABLES]) {
      expect(page).toEqual(expect.arrayContaining([...names]))
    }
  })
})
