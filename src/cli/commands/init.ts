import { existsSync, statSync, type Stats } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { isLoopback } from '../../account/loopback.js'
import { fileError, isFileError } from '../../files/file-error.js'
import { OWN_NAME } from '../../own-commands.js'
import type { InitOptions } from '../init/flags.js'
import type { InitPlan } from '../init/plan.js'
import type { ExitCode, Finish, Io } from '../io.js'
import { collect, readConfig } from '../options.js'
import { tell, write } from '../output.js'
import { UsageError } from '../usage-error.js'

const DEFAULT_OUT = 'mailprofile.yaml'

export function initCommand(program: Command, io: Io, finish: Finish): void {
  program
    .command('init')
    .description('Asks what a server needs, and writes mailprofile.yaml and provider files.')
    .option('--domain <domain>', 'a mail domain of yours; may be repeated', collect)
    .option('--brand <name>', 'the name of your organisation, as people see it')
    .option('--imap <server>', 'HOST:PORT:SECURITY of the IMAP server: mail.example.com:993:tls')
    .option('--pop3 <server>', 'the same of the POP3 server')
    .option('--smtp <server>', 'the same of the server for sending')
    .option(
      '--username <name>',
      'what people log in with, as provider files have it (default: the whole address)',
    )
    .option('--no-discover', 'do not look for servers outside')
    .option('--base-url <url>', 'where people reach the server: https://setup.example.com')
    .option('--certificate <file>', 'the chain of the certificate that signs, PEM')
    .option('--key <file>', 'its private key, PEM')
    .option('--store <store>', 'where invitations are kept: sqlite:FILE or redis://HOST')
    .option('-o, --out <file>', 'the configuration file', DEFAULT_OUT)
    .option('--force', 'replace files that are there already')
    .option('--yes', 'ask nothing, and take the defaults of what is not named')
    .option('--json', 'print JSON: what was written, and what config check says')
    .addHelpText(
      'after',
      '\nWithout a terminal, or with --yes, nobody is asked. Then servers that were found are taken only' +
        '\nwhere the domain itself vouches for them. Exits with 1 when the server would not start.' +
        '\n\nExample:\n  mailprofile init --domain example.com --imap mail.example.com:993:tls \\' +
        '\n    --smtp mail.example.com:465:tls --yes',
    )
    .action((options: InitOptions) => finish(init(options, io)))
}

async function init(options: InitOptions, io: Io): Promise<ExitCode> {
  const [
    { readFlags },
    { alreadyWritten, replacedFiles, requireOneFileEach, writePlan },
    { readProviders },
    { loadSigningIdentity },
  ] = await Promise.all([
    import('../init/flags.js'),
    import('../init/write-plan.js'),
    import('../init/find-servers.js'),
    import('../../signing/identity.js'),
  ])
  const flags = readFlags(options, io)
  if (flags.signing !== undefined) await loadSigningIdentity(flags.signing, { now: io.now() })
  const out = resolve(io.cwd, options.out)
  requireFile(out, options.out)
  const { discover, yes = false, force = false } = options
  const catalogue = await readProviders(dirname(out), io.now())
  const prompts = await promptsFor(options, io)
  let replace = force
  const mayReplace = async (path: string) => {
    if (force) return
    const may = (await prompts?.confirm(`${path} is there. Replace it?`, false)) ?? false
    if (!may) throw alreadyWritten(path)
    replace = true
  }
  // Whoever answers questions is told before them; else what is wrong with the command line comes first.
  if (prompts !== undefined && existsSync(out)) await mayReplace(out)
  const plan = await unlessStopped(io, async () => {
    if (prompts === undefined) {
      const { planFromFlags } = await import('../init/plan-from-flags.js')
      return planFromFlags(flags, { yes, discover, catalogue }, io)
    }
    const { askPlan } = await import('../init/ask-plan.js')
    return askPlan(flags, { discover, catalogue }, prompts, io)
  })
  if (prompts === undefined && existsSync(out)) await mayReplace(out)
  requireOneFileEach(plan, out, catalogue)
  for (const path of replacedFiles(plan, out)) await mayReplace(path)
  const files = await writePlan(plan, out, replace)
  prompts?.end(`Wrote ${files.map((file) => relative(io.cwd, file)).join(' and ')}`)
  return report(plan, out, files, options, io)
}

// Provider files would lie beside it.
function requireFile(out: string, named: string): void {
  const stats = statsOf(out, named)
  if (stats === undefined || stats.isFile()) return
  throw new UsageError(`-o has to name a file, and ${named} is none.`, {
    hint: stats.isDirectory() ? `Name the file in it: ${join(named, DEFAULT_OUT)}.` : undefined,
  })
}

function statsOf(out: string, named: string): Stats | undefined {
  try {
    // Not by `throwIfNoEntry`, for which newer Nodes also take a file where a folder has to be.
    return statSync(out)
  } catch (error) {
    if (!isFileError(error)) throw error
    if (error.code === 'ENOENT') return undefined
    throw fileError(error, { path: named, access: 'written' })
  }
}

// What was being looked for when the person gave up says nothing of that.
async function unlessStopped(io: Io, work: () => Promise<InitPlan>): Promise<InitPlan> {
  try {
    return await work()
  } catch (error) {
    if (!io.signal.aborted) throw error
    const { initStopped } = await import('../init/stopped.js')
    throw initStopped()
  }
}

async function promptsFor({ yes }: InitOptions, io: Io) {
  if (yes || io.stdin.isTTY !== true || io.stderr.isTTY !== true) return undefined
  const { openPrompts } = await import('../init/prompts.js')
  return openPrompts('mailprofile: a server for your own mail domains', io)
}

async function report(
  plan: InitPlan,
  out: string,
  files: readonly string[],
  { json, out: named }: InitOptions,
  io: Io,
): Promise<ExitCode> {
  const [{ checkConfiguration }, { findingsAsText }] = await Promise.all([
    import('../../server/check-configuration.js'),
    import('../findings-output.js'),
  ])
  const read = () => readConfig(out, io)
  const findings = await checkConfiguration({ read, providers: [] }, io)
  const ok = findings.every(({ state }) => state !== 'error')
  const isDefault = out === resolve(io.cwd, io.env['MAILPROFILE_CONFIG'] ?? DEFAULT_OUT)
  const config = isDefault ? '' : ` --config ${named}`
  const isTrial = plan.baseUrl === undefined || isLoopback(new URL(plan.baseUrl).hostname)
  const next = ok
    ? `${OWN_NAME} serve${config}${isTrial ? ' --lan' : ''}`
    : `${OWN_NAME} config check${config}`
  if (json) {
    await write(io.stdout, `${JSON.stringify({ files, ok, findings, next }, null, 2)}\n`)
  } else {
    if (io.stderr.isTTY !== true) await tell(io.stderr, `Wrote ${files.join(' and ')}\n`)
    await write(
      io.stdout,
      `${findingsAsText(findings)}\n${ok ? 'Next' : 'When that is mended'}: ${next}\n`,
    )
  }
  return ok ? 0 : 1
}
