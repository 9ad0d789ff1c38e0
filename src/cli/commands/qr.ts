import { Option, type Command } from 'commander'
import type { Account } from '../../account/account.js'
import { domainOf } from '../../account/address.js'
import { MailProfileError } from '../../errors.js'
import { exportFormat } from '../../formats/export.js'
import type { Format, RenderContext } from '../../formats/format.js'
import { formats, getFormat } from '../../formats/index.js'
import { qrCode, type QrLevel } from '../../qr/qr-code.js'
import { baseUrlRequired } from '../base-url-required.js'
import type { Finish, Io } from '../io.js'
import { addAccountOptions, readAccount, readConfig, type LookUpOptions } from '../options.js'
import { writeOutput } from '../output.js'
import { pictureOf } from '../picture.js'
import { configuredContext } from '../configured-context.js'
import { parseArgument, UsageError } from '../usage-error.js'
import { writeQrCode } from '../write-qr-code.js'

interface QrOptions extends LookUpOptions {
  readonly text?: string
  readonly for?: string
  readonly output?: string
}

export function qrCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('qr')
    .description("Makes a QR code: of an address's setup page, of a format, or of any text.")
    .argument('[address]', 'a mail address whose settings are known')
    .addOption(
      new Option('--text <text>', 'the text of the code instead of an address').conflicts([
        ...['for', 'name', 'protocol', 'discover', 'confirm'],
      ]),
    )
    .option('--for <format>', 'the code of a format that is a link or a code itself')
    .option('-o, --output <file>', 'a file that ends in .svg or .png; the terminal by default')
  command.addHelpText(
    'after',
    '\nExample:\n  mailprofile qr ann@btinternet.com --for thunderbird-qr',
  )
  addAccountOptions(command).action((address: string | undefined, options: QrOptions) =>
    finish(qr(address, options, io)),
  )
}

async function qr(address: string | undefined, options: QrOptions, io: Io): Promise<void> {
  const { output } = options
  // All that can be wrong with the command line is told before anything else.
  const picture = output === undefined || output === '-' ? undefined : pictureOf(output)
  const { text, level } = await contentFor(address, options, io)
  const matrix = qrCode(text, { level })
  if (picture === undefined || output === undefined) await writeQrCode(io.stdout, matrix, io)
  else await writeOutput(picture(matrix), { output, fileName: output }, io)
}

interface QrContent {
  readonly text: string
  readonly level: QrLevel
}

async function contentFor(
  address: string | undefined,
  options: QrOptions,
  io: Io,
): Promise<QrContent> {
  if ((address === undefined) === (options.text === undefined)) {
    throw new UsageError('Give either an address or --text.')
  }
  if (options.text !== undefined) return { text: options.text, level: 'M' }
  const format = options.for === undefined ? undefined : codeFormat(options.for)
  const whole = await readConfig(options.config, io)
  const { account, found, config } = await readAccount(address, options, whole, io)
  const context = configuredContext(config, account, found)
  if (format !== undefined) return formatContent(format, account, context)
  if (context.publicUrl === undefined) {
    throw baseUrlRequired('code', domainOf(account.identity.address), whole)
  }
  return { text: context.publicUrl, level: 'M' }
}

const PAGE = 'Leave --for out to get the code of the setup page, which has it all.'

function codeFormat(id: string): Format {
  const codes = formats.filter(({ kind }) => kind !== 'file')
  const format = parseArgument(() => getFormat(id, codes))
  if (codes.includes(format)) return format
  throw new UsageError(`${id} is a file, which is no QR code.`, { hint: PAGE })
}

async function formatContent(
  { id, page }: Format,
  account: Account,
  context: RenderContext,
): Promise<QrContent> {
  const { body } = await exportFormat(id, account, context)
  const text = Buffer.from(body).toString('utf8')
  if (text.includes('\n')) {
    throw new MailProfileError('invalid_request', `${id} is several links for this account.`, {
      hint: PAGE,
    })
  }
  return { text, level: page?.qrLevel ?? 'M' }
}
