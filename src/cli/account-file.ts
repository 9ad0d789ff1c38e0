import { parseAccount, type Account } from '../account/account.js'
import { DuplicateKey, readJson } from '../encoding/read-json.js'
import { MailProfileError } from '../errors.js'

/**
 * The account of a JSON file.
 *
 * @param file its name, for errors
 * @throws MailProfileError as `parseAccount`, with file, line and column; never with a value
 */
export async function parseAccountFile(text: string, file: string): Promise<Account> {
  const json = await parseJson(text, file)
  try {
    return parseAccount(json)
  } catch (error) {
    if (!(error instanceof MailProfileError)) throw error
    const { code, message, hint, field } = error
    const { yamlPlace } = await placing()
    const place = yamlPlace(text, field === undefined || field === '' ? [] : field.split('.'))
    throw new MailProfileError(code, `${file}:${place}: ${message}`, { hint, field, cause: error })
  }
}

async function parseJson(text: string, file: string): Promise<unknown> {
  try {
    return readJson(text)
  } catch (error) {
    if (error instanceof DuplicateKey) {
      throw new MailProfileError('invalid_account', 'The account file has a key twice.')
    }
    // The parser's own message quotes the file, which may hold a password; some have the place.
    const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
    const place =
      position === undefined ? '' : `${file}:${(await placing()).placeOf(text, Number(position))}: `
    throw new MailProfileError('invalid_account', `${place}The account file is not JSON.`)
  }
}

// With the parser of YAML, which takes a tenth of most commands' time, and only mistakes need.
function placing(): Promise<typeof import('../encoding/yaml-place.js')> {
  return import('../encoding/yaml-place.js')
}
