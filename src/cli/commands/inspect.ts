import type { Command } from 'commander'
import { MailProfileError } from '../../errors.js'
import { getFormat } from '../../formats/index.js'
import type { InspectionReport } from '../../inspection/inspect.js'
import type { SignatureReport } from '../../signing/read-cms.js'
import { day } from '../../certificates/dates.js'
import type { ExitCode, Finish, Io } from '../io.js'
import { oneLine } from '../../account/visible.js'
import { rows, write } from '../output.js'
import { readInput } from '../read-input.js'
import { parseArgument } from '../usage-error.js'

interface InspectOptions {
  readonly as?: string
  readonly json?: true
  readonly onlyAccounts?: true
}

const CHAINS: Readonly<Record<SignatureReport['chain'], string>> = {
  trusted: 'leads to a public root',
  untrusted: 'leads to no public root',
  incomplete: "the issuer's certificate is missing",
  'self-signed': 'self-signed',
}

export function inspectCommand(program: Command, io: Io, finish: Finish): void {
  program
    .command('inspect')
    .description('Reads any format back: what it contains and, for a profile, how it is signed.')
    .argument('<file>', 'a file; - for standard input')
    .option('--as <format>', 'read it as this format')
    .option(
      '--only-accounts',
      'for a profile: say whether it holds anything but mail, calendars, contacts and certificates',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExits with 1 when a device would refuse the file, or when it holds more than --only-accounts lets through.',
    )
    .action((file: string, options: InspectOptions) => finish(inspect(file, options, io)))
}

async function inspect(file: string, options: InspectOptions, io: Io): Promise<ExitCode> {
  const { as } = options
  if (as !== undefined) parseArgument(() => getFormat(as))
  const { inspectBytes } = await import('../../inspection/inspect.js')
  const report = await inspectBytes(await readInput(file, 'The file', io), { as, now: io.now() })
  const only = options.onlyAccounts === true ? judgeContent(report) : undefined
  await write(
    io.stdout,
    options.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : `${describe(report)}${only === undefined ? '' : only.conclusion}`,
  )
  return report.accepted && only?.isFine !== false ? 0 : 1
}

function describe(report: InspectionReport): string {
  const { signature, otherSignatures = [] } = report
  const signatures = signature === undefined ? [] : [signature, ...otherSignatures]
  const sections = report.sections.map(
    ({ title, rows: values }) => `${oneLine(title)}\n${rows(values)}`,
  )
  return [
    `${report.title}\n`,
    ...signatures.map((one) => `Signature\n${rows(signatureRows(one))}`),
    ...sections,
    ...report.warnings.map((warning) => `Warning: ${oneLine(warning)}\n`),
    conclusion(report),
  ].join('\n')
}

function judgeContent({ format, beyondAccounts }: InspectionReport) {
  if (beyondAccounts === undefined) {
    throw new MailProfileError('invalid_profile', `This is no profile: it reads as ${format}.`, {
      hint: '--only-accounts tells of configuration profiles (.mobileconfig) what else they hold.',
    })
  }
  return beyondAccounts.length === 0
    ? { isFine: true, conclusion: 'It holds mail, calendars, contacts and certificates only.\n' }
    : {
        isFine: false,
        conclusion: `It holds MORE than mail, calendars, contacts and certificates: ${oneLine(beyondAccounts.join(', '))}.\n`,
      }
}

function conclusion({ accepted, certain }: InspectionReport): string {
  if (!accepted) return 'Its reader would refuse it.\n'
  return certain ? 'Its reader would take it.\n' : 'Whether its reader takes it is not known.\n'
}

function holding(valid: boolean | undefined): string {
  if (valid === undefined) return 'not known'
  return valid ? 'yes' : 'NO'
}

function verdict({ trust }: SignatureReport): string {
  if (trust === undefined) return 'not known'
  if (trust.reason === 'good') return '“Verified”'
  return trust.reason === 'unknown root'
    ? '“Not Verified”, but for those that were given its root'
    : `“Not Verified”: ${trust.reason}`
}

function signatureRows(signature: SignatureReport): [string, string][] {
  return [
    ['Holds', holding(signature.valid)],
    ['Signer', signature.signer],
    ['Issuer', signature.issuer],
    ['Algorithm', signature.algorithm],
    ['Signed', signature.signingTime?.toISOString() ?? 'no time given'],
    ['Certificate', `${dayOf(signature.notBefore)} to ${dayOf(signature.notAfter)}`],
    ['Chain', CHAINS[signature.chain]],
    ['Devices show', verdict(signature)],
  ]
}

function dayOf(date: Date | undefined): string {
  return date === undefined ? 'not known' : day(date)
}
