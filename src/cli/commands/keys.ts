import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import type { Finish, Io } from '../io.js'
import { collect } from '../options.js'
import { write } from '../output.js'
import { UsageError } from '../usage-error.js'

interface NewKeyOptions {
  readonly scope?: readonly string[]
  readonly domain?: readonly string[]
  readonly json?: true
}

export function keysCommand(program: Command, io: Io, finish: Finish): void {
  const keys = program.command('keys').description('Makes keys for the HTTP interface.')
  keys
    .command('new')
    .description('Makes a key and shows it once, with the lines for mailprofile.yaml.')
    .argument('<name>', 'whose key it is, for lists and the audit log: helpdesk')
    .option(
      '--scope <scope>',
      'invitations:write, invitations:send, invitations:read, invitations:all or accounts:read; may be ' +
        'repeated (default: all but invitations:send and invitations:all)',
      collect,
    )
    .option('--domain <domain>', 'the only domain it is for; may be repeated', collect)
    .option('--json', 'print JSON: the key, and the hash for the configuration')
    .action((name: string, options: NewKeyOptions) => finish(newKey(name, options, io)))
}

async function newKey(name: string, options: NewKeyOptions, io: Io): Promise<void> {
  const { createApiKey, hashApiKey } = await import('../../http/api/key.js')
  const key = createApiKey(randomBytes)
  const hash = hashApiKey(key)
  const { scopes, domains } = await checkEntry({
    name,
    hash,
    ...(options.scope === undefined ? {} : { scopes: options.scope }),
    ...(options.domain === undefined ? {} : { domains: options.domain }),
  })
  if (options.json) {
    await write(io.stdout, `${JSON.stringify({ key, hash })}\n`)
    return
  }
  const list = (values: readonly string[]) => `[${values.map(quoted).join(', ')}]`
  const lines = [
    `The key of ${name}, shown this once: keep it where ${name} keeps passwords.`,
    '',
    key,
    '',
    'For mailprofile.yaml, which knows only its hash (with tenants: for the entry of the one whose it is;',
    'where there are keys already, the part from “- name” on goes below them):',
    '',
    'api:',
    '  keys:',
    `    - name: ${quoted(name)}`,
    `      hash: ${quoted(hash)}`,
    `      scopes: ${list(scopes)}`,
    ...(domains === undefined ? [] : [`      domains: ${list(domains)}`]),
  ]
  await write(io.stdout, `${lines.join('\n')}\n`)
}

const OPTIONS: Readonly<Record<string, string>> = {
  name: 'NAME',
  scopes: '--scope',
  domains: '--domain',
}

/** The entry as the configuration will read it. */
async function checkEntry(entry: object) {
  const { configSchema } = await import('../../config/schema.js')
  const result = configSchema.safeParse({ api: { keys: [entry] } })
  const [key] = result.data?.api?.keys ?? []
  if (key !== undefined) return key
  const [issue] = result.error?.issues ?? []
  const field = OPTIONS[String(issue?.path[3])] ?? 'NAME'
  throw new UsageError(`${field}: ${issue?.message ?? 'not usable'}.`, { field })
}

// JSON's strings are YAML's too, and a name such as 123 or null stays a text.
function quoted(text: string): string {
  return JSON.stringify(text)
}
