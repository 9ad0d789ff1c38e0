import type { Command } from 'commander'
import type { Account } from '../../account/account.js'
import { MailProfileError } from '../../errors.js'
import { exportFormat } from '../../formats/export.js'
import type { RenderContext } from '../../formats/format.js'
import { getFormat } from '../../formats/index.js'
import { qrCode, type QrLevel } from '../../qr/qr-code.js'
import { qrTerminal } from '../../qr/terminal.js'
import type { Finish, Io } from '../io.js'
import { addAccountOptions, readAccount, readConfig, type AccountOptions } from '../options.js'
import { writeOutput, writeStyled } from '../output.js'
import { pictureOf } from '../picture.js'
import { renderContext } from '../render-context.js'

interface QrOptions extends AccountOptions {
  readonly text?: string
  readonly for?: string
  readonly output?: string
}

export function qrCommand(program: Command, io: Io, finish: Finish): void {
  const command = program
    .command('qr')
    .description("Makes a QR code: of an address's setup page, of a format, or of any text.")
    .argument('[address]', 'a mail address whose settings are known')
    .option('--text <text>', 'the text of the code instead of an address')
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
  const { text, level } = await contentFor(address, options, io)
  const code = qrCode(text, { level })
  const { output } = options
  if (output === undefined || output === '-') {
    await writeStyled(io.stdout, qrTerminal(code))
    return
  }
  await writeOutput(pictureOf(output)(code), { output, fileName: output }, io)
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
    throw new MailProfileError('invalid_request', 'Give either an address or --text.')
  }
  if (options.text !== undefined) return { text: options.text, level: 'M' }
  const config = await readConfig(options.config, io)
  const { account, found } = await readAccount(address, options, config, io)
  const context = renderContext(config, account, found)
  if (options.for !== undefined) return formatContent(options.for, account, context)
  if (context.publicUrl === undefined) {
    throw new MailProfileError(
      'base_url_required',
      'The code leads to a setup page, so the address of the server has to be known.',
      { hint: 'Set baseUrl in mailprofile.yaml or MAILPROFILE_BASE_URL.' },
    )
  }
  return { text: context.publicUrl, level: 'M' }
}

async function formatContent(
  id: string,
  account: Account,
  context: RenderContext,
): Promise<QrContent> {
  const { kind, qrLevel = 'M' } = getFormat(id)
  const page = 'Leave --for out to get the code of the setup page, which has it all.'
  if (kind === 'file') {
    throw new MailProfileError('invalid_request', `${id} is a file, which is no QR code.`, {
      hint: page,
    })
  }
  const { body } = await exportFormat(id, account, context)
  const text = Buffer.from(body).toString('utf8')
  if (text.includes('\n')) {
    throw new MailProfileError('invalid_request', `${id} is several links for this account.`, {
      hint: page,
    })
  }
  return { text, level: qrLevel }
}
