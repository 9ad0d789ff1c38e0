import type { Command } from 'commander'
import { queryString } from '../../encoding/uri.js'
import { MailProfileError } from '../../errors.js'
import { exportFormat } from '../../formats/export.js'
import { getFormat } from '../../formats/index.js'
import { qrPng } from '../../qr/png.js'
import { qrCode, type QrMatrix } from '../../qr/qr-code.js'
import { qrSvg } from '../../qr/svg.js'
import { qrTerminal } from '../../qr/terminal.js'
import type { Finish, Io } from '../io.js'
import { addAccountOptions, readAccount, readConfig, type AccountOptions } from '../options.js'
import { write, writeOutput } from '../output.js'

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
  addAccountOptions(command).action((address: string | undefined, options: QrOptions) =>
    finish(qr(address, options, io)),
  )
}

async function qr(address: string | undefined, options: QrOptions, io: Io): Promise<void> {
  const code = qrCode(await textFor(address, options, io))
  const { output } = options
  if (output === undefined || output === '-') {
    await write(io.stdout, qrTerminal(code))
    return
  }
  await writeOutput(picture(code, output), { output, fileName: output }, io)
}

async function textFor(address: string | undefined, options: QrOptions, io: Io): Promise<string> {
  if ((address === undefined) === (options.text === undefined)) {
    throw new MailProfileError('invalid_request', 'Give either an address or --text.')
  }
  if (options.text !== undefined) return options.text
  const config = await readConfig(options.config, io)
  const account = await readAccount(address, options, config, io)
  const query = queryString([
    ['address', account.identity.address],
    ['name', account.identity.name],
    ['protocol', account.incoming.protocol],
  ])
  const setup = config.baseUrl === undefined ? undefined : `${config.baseUrl}/setup${query}`
  if (options.for !== undefined) {
    if (getFormat(options.for).kind === 'file') {
      throw new MailProfileError(
        'invalid_request',
        `${options.for} is a file, which is no QR code.`,
        {
          hint: 'Leave --for out to get the code of the setup page, which offers the file.',
        },
      )
    }
    const context = setup === undefined ? {} : { publicUrl: setup }
    const { body } = await exportFormat(options.for, account, context)
    return Buffer.from(body).toString('utf8')
  }
  if (setup === undefined) {
    throw new MailProfileError(
      'base_url_required',
      'The code leads to a setup page, so the address of the server has to be known.',
      { hint: 'Set baseUrl in mailprofile.yaml or MAILPROFILE_BASE_URL.' },
    )
  }
  return setup
}

function picture(code: QrMatrix, file: string): Uint8Array {
  if (file.endsWith('.svg')) return Buffer.from(qrSvg(code))
  if (file.endsWith('.png')) return qrPng(code)
  throw new MailProfileError('invalid_request', 'The file has to end in .svg or .png.')
}
